"""Homeostatic mechanisms, one file each."""

from snn.homeostasis.homeostasis import Reduction
from snn.homeostasis.row_scaling import RowScaling
from snn.homeostasis.synaptic_scaling import SynapticScaling

__all__ = ["Reduction", "RowScaling", "SynapticScaling"]
