"""Current that lasts one step."""

from __future__ import annotations

from typing import ClassVar

from snn.fields import State, model
from snn.receptors.receptor import Receptor


@model
class CurrentPulse(Receptor):
    """Current of the weight's size during the step after its arrival.

    This is what SpiNNaker calls a delta synapse: with default constants and 1 ms
    steps a weight w moves v by 0.975 w mV.
    """

    sign: int = 1
    signed: bool = False

    i = State(0.0, unit="nA", doc="synaptic current")
    pulse: ClassVar[bool] = True

    @staticmethod
    def linear() -> list[list[float]]:
        return [[0.0]]

    @staticmethod
    def jump() -> list[float]:
        return [1.0]
