"""Exponentially decaying current."""

from __future__ import annotations

from snn.fields import State, Values, model, param
from snn.receptors.receptor import Receptor


@model
class CurrentExp(Receptor):
    """Current that jumps by the weight and decays: ``di/dt = -i / tau_syn``."""

    tau_syn: Values = param(default=5.0, unit="ms", above=0, doc="decay time constant")
    sign: int = 1
    signed: bool = False

    i = State(0.0, unit="nA", doc="synaptic current")

    @staticmethod
    def linear(tau_syn: float) -> list[list[float]]:
        return [[-1.0 / tau_syn]]

    @staticmethod
    def jump() -> list[float]:
        return [1.0]
