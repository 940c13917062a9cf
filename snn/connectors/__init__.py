"""Connectors: who is connected to whom, one file each."""

from snn.connectors.all_to_all import AllButSelf, AllToAll
from snn.connectors.connector import INDEX_FREE, Connectivity, Connector, Request
from snn.connectors.convolution import Convolution
from snn.connectors.csr import CSR
from snn.connectors.distance_probability import DistanceProbability
from snn.connectors.fixed_in_degree import FixedInDegree
from snn.connectors.fixed_out_degree import FixedOutDegree
from snn.connectors.fixed_probability import FixedProbability
from snn.connectors.fixed_total import FixedTotal
from snn.connectors.from_list import FromList
from snn.connectors.one_to_one import OneToOne

__all__ = [
    "AllButSelf", "AllToAll", "CSR", "Connectivity", "Connector", "Convolution",
    "DistanceProbability", "FixedInDegree", "FixedOutDegree", "FixedProbability", "FixedTotal",
    "FromList", "INDEX_FREE", "OneToOne", "Request",
]  # fmt: skip
