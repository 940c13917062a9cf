"""Receptors: how an arriving weight becomes a current, one file each."""

from snn.receptors.astrocyte import Astrocyte
from snn.receptors.conductance_alpha import ConductanceAlpha
from snn.receptors.conductance_beta import ConductanceBeta
from snn.receptors.conductance_exp import ConductanceExp
from snn.receptors.current_alpha import CurrentAlpha
from snn.receptors.current_delta import CurrentDelta
from snn.receptors.current_exp import CurrentExp
from snn.receptors.current_pulse import CurrentPulse
from snn.receptors.dendritic_segment import DendriticSegment
from snn.receptors.receptor import Receptor

__all__ = [
    "Astrocyte", "ConductanceAlpha", "ConductanceBeta", "ConductanceExp", "CurrentAlpha",
    "CurrentDelta", "CurrentExp", "CurrentPulse", "DendriticSegment", "Receptor",
]  # fmt: skip
