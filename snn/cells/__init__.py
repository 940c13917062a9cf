"""Cells: membrane dynamics, one file each."""

from snn.cells.adaptive_lif import AdaptiveLIF
from snn.cells.adex import AdEx
from snn.cells.astrocyte_modulated_lif import AstrocyteModulatedLIF
from snn.cells.cell import Cell, declare_receptors
from snn.cells.conductance_adaptive_lif import ConductanceAdaptiveLIF
from snn.cells.gif import GIF
from snn.cells.hodgkin_huxley import HodgkinHuxley
from snn.cells.izhikevich import Izhikevich
from snn.cells.lif import LIF

__all__ = [
    "AdEx", "AdaptiveLIF", "AstrocyteModulatedLIF", "Cell", "ConductanceAdaptiveLIF", "GIF",
    "HodgkinHuxley", "Izhikevich", "LIF", "declare_receptors",
]  # fmt: skip
