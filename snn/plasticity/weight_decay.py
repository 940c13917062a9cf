"""Exponential decay of weights."""

from __future__ import annotations

import math

from snn.fields import model, param
from snn.plasticity.rule import EventRule


@model
class WeightDecay(EventRule):
    """Weights relax to `w_rest` with time constant `tau`, in closed form at each spike.

    ``w <- w_rest + (w - w_rest) exp(-h / tau)``, h being the time since the synapse's last
    pre or post spike. It goes with any other rule; named first it decays what the other
    one then changes. The weight that is read has decayed up to the synapse's last spike.

    References
    ----------
    van Rossum, Bi and Turrigiano, J. Neurosci. 20 (2000) 8812 (why unbounded Hebbian
    growth needs a counterweight); the closed form is the exact solution of the linear ODE.
    """

    tau: float = param(1e5, unit="ms", above=0, doc="time constant")
    w_rest: float = param(0.0, doc="weight that is relaxed to")

    @staticmethod
    def on_pre(w: float, elapsed: float, tau: float, w_rest: float) -> float:
        return w_rest + (w - w_rest) * math.exp(-elapsed / tau)

    @staticmethod
    def on_post(w: float, elapsed: float, tau: float, w_rest: float) -> float:
        return w_rest + (w - w_rest) * math.exp(-elapsed / tau)
