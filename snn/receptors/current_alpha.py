"""Alpha-shaped current."""

from __future__ import annotations

import math

from snn.fields import State, Values, model, param
from snn.receptors.receptor import Receptor


@model
class CurrentAlpha(Receptor):
    """Current ``w (t / tau_syn) exp(1 - t / tau_syn)``, which peaks at the weight.

    ``di/dt = y - i / tau_syn``, ``dy/dt = -y / tau_syn``; an arrival adds
    ``w e / tau_syn`` to y.
    """

    tau_syn: Values = param(default=0.5, unit="ms", above=0, doc="time of the peak")
    sign: int = 1
    signed: bool = False

    y = State(0.0, unit="nA/ms", doc="rising part")
    i = State(0.0, unit="nA", doc="synaptic current")

    @staticmethod
    def linear(tau_syn: float) -> list[list[float]]:
        return [[-1.0 / tau_syn, 0.0], [1.0, -1.0 / tau_syn]]

    @staticmethod
    def jump(tau_syn: float) -> list[float]:
        return [math.e / tau_syn, 0.0]
