"""Exponentially decaying conductance."""

from __future__ import annotations

from typing import ClassVar

from snn.fields import State, Values, model, param
from snn.receptors.receptor import Receptor


@model
class ConductanceExp(Receptor):
    """Conductance that jumps by the weight and decays; its current is g (e_rev - v)."""

    tau_syn: Values = param(default=5.0, unit="ms", above=0, doc="decay time constant")
    e_rev: Values = param(default=0.0, unit="mV", doc="reversal potential")
    sign: int = 1
    signed: bool = False

    g = State(0.0, unit="uS", doc="synaptic conductance")
    drive: ClassVar[str] = "conductance"
    weight_unit: ClassVar[str] = "uS"

    @staticmethod
    def linear(tau_syn: float) -> list[list[float]]:
        return [[-1.0 / tau_syn]]

    @staticmethod
    def jump() -> list[float]:
        return [1.0]
