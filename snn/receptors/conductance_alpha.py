"""Alpha-shaped conductance."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.fields import State, Values, model, param
from snn.receptors.receptor import Receptor


@model
class ConductanceAlpha(Receptor):
    """Conductance ``w (t / tau_syn) exp(1 - t / tau_syn)``, which peaks at the weight.

    Its current is ``g (e_rev - v)``; ``dg/dt = y - g / tau_syn``, ``dy/dt = -y / tau_syn``,
    and an arrival adds ``w e / tau_syn`` to y.
    """

    tau_syn: Values = param(default=5.0, unit="ms", above=0, doc="time of the peak")
    e_rev: Values = param(default=0.0, unit="mV", doc="reversal potential")
    sign: int = 1
    signed: bool = False

    y = State(0.0, unit="uS/ms", doc="rising part")
    g = State(0.0, unit="uS", doc="synaptic conductance")
    drive: ClassVar[str] = "conductance"
    weight_unit: ClassVar[str] = "uS"

    @staticmethod
    def linear(tau_syn: float) -> list[list[float]]:
        return [[-1.0 / tau_syn, 0.0], [1.0, -1.0 / tau_syn]]

    @staticmethod
    def jump(tau_syn: float) -> list[float]:
        return [math.e / tau_syn, 0.0]
