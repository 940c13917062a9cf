"""Homeostatic mechanisms, one file each."""

from snn.homeostasis.factor_search import FactorSearch
from snn.homeostasis.homeostasis import Reduction
from snn.homeostasis.host import HostHomeostasis
from snn.homeostasis.intrinsic_plasticity import IntrinsicPlasticity
from snn.homeostasis.norm_scaling import NormScaling
from snn.homeostasis.rate_scaling import RateScaling
from snn.homeostasis.row_scaling import RowScaling
from snn.homeostasis.synaptic_scaling import SynapticScaling

__all__ = [
    "FactorSearch",
    "HostHomeostasis",
    "IntrinsicPlasticity",
    "NormScaling",
    "RateScaling",
    "Reduction",
    "RowScaling",
    "SynapticScaling",
]
