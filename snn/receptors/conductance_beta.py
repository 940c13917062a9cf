"""Conductance with a rise and a decay of their own."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.fields import State, Values, model, param
from snn.receptors.receptor import Receptor


def peak_time(tau_rise: float, tau_decay: float) -> float:
    """Return when a difference of two exponentials is largest, in ms."""
    ratio = tau_decay / tau_rise
    if abs(ratio - 1.0) < 1e-6:
        return tau_rise
    return tau_rise * ratio * math.log(ratio) / (ratio - 1.0)


@model
class ConductanceBeta(Receptor):
    """Conductance that rises and decays exponentially and peaks at the weight.

    ``dg/dt = y - g / tau_decay``, ``dy/dt = -y / tau_rise``; its current is
    ``g (e_rev - v)``. Equal time constants give `ConductanceAlpha`.

    References
    ----------
    Roth and van Rossum, in Computational Modeling Methods for Neuroscientists (MIT
    Press 2009), eqs. 6.4-6.6.
    """

    tau_rise: Values = param(default=0.2, unit="ms", above=0, doc="rise time constant")
    tau_decay: Values = param(default=1.7, unit="ms", above=0, doc="decay time constant")
    e_rev: Values = param(default=0.0, unit="mV", doc="reversal potential")
    sign: int = 1
    signed: bool = False

    y = State(0.0, unit="uS/ms", doc="rising part")
    g = State(0.0, unit="uS", doc="synaptic conductance")
    drive: ClassVar[str] = "conductance"
    weight_unit: ClassVar[str] = "uS"

    @staticmethod
    def linear(tau_rise: float, tau_decay: float) -> list[list[float]]:
        return [[-1.0 / tau_rise, 0.0], [1.0, -1.0 / tau_decay]]

    @staticmethod
    def jump(tau_rise: float, tau_decay: float) -> list[float]:
        # g is stationary at its peak: there it equals what is left of y, times tau_decay.
        peak = peak_time(tau_rise, tau_decay)
        return [math.exp(peak / tau_rise) / tau_decay, 0.0]
