"""Connectors: who is connected to whom, one file each."""

from snn.connectors.all_to_all import AllButSelf, AllToAll
from snn.connectors.connector import Connectivity, Connector, Request
from snn.connectors.fixed_in_degree import FixedInDegree
from snn.connectors.fixed_out_degree import FixedOutDegree
from snn.connectors.fixed_probability import FixedProbability
from snn.connectors.from_list import FromList
from snn.connectors.one_to_one import OneToOne

__all__ = [
    "AllButSelf", "AllToAll", "Connectivity", "Connector", "FixedInDegree", "FixedOutDegree",
    "FixedProbability", "FromList", "OneToOne", "Request",
]  # fmt: skip
