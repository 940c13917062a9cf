"""Cells: membrane dynamics, one file each."""

from snn.cells.adaptive_lif import AdaptiveLIF
from snn.cells.adex import AdEx
from snn.cells.cell import Cell, declare_receptors
from snn.cells.izhikevich import Izhikevich
from snn.cells.lif import LIF

__all__ = ["AdEx", "AdaptiveLIF", "Cell", "Izhikevich", "LIF", "declare_receptors"]
