"""Thresholds that move until their neurons fire at a target rate."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from snn.errors import Problem
from snn.fields import model, param
from snn.homeostasis.homeostasis import Reduction


@model
class IntrinsicPlasticity(Reduction):
    """Raise a neuron's threshold at its spikes and lower it between them, toward a target rate.

    ``theta <- theta + eta (n - target h)``, n being the neuron's spikes in the time h since the
    rule last acted on it: ``d theta/dt = eta (S(t) - target)`` for a train S, whatever the
    trigger. So the mean rate over a time T is ``target + (theta(T) - theta(0)) / (eta T)``
    while theta is within its bounds and nothing else moves it (`AdaptiveLIF` with `adapting` 0).

    theta is the state of that name of the postsynaptic neurons (`AdaptiveLIF`). Weights stay. A
    population needs the rule once, on any one projection that reaches all of it, and is frozen
    with that projection.

    With ``trigger="spike"`` a neuron that never fires keeps its threshold: choose a period where
    silent neurons must be woken.

    References
    ----------
    Lazar, Pipa and Triesch, Front. Comput. Neurosci. 3 (2009) 23 (SORN's thresholds, in
    continuous time); Desai, Rutherford and Turrigiano, Nature Neuroscience 2 (1999) 515.
    """

    target: float = param(5.0, unit="Hz", above=0, doc="rate to reach")
    eta: float = param(0.01, unit="mV", above=0, doc="growth at a spike")
    theta_min: float = param(-math.inf, unit="mV", doc="smallest theta")
    theta_max: float = param(math.inf, unit="mV", doc="largest theta")

    state: ClassVar[str] = "theta"

    @staticmethod
    def apply(
        theta: float, spikes: float, elapsed: float, target: float, eta: float,
        theta_min: float, theta_max: float,
    ) -> float:  # fmt: skip
        moved = theta + eta * (spikes - target * (0.001 * elapsed))
        return min(max(moved, theta_min), theta_max)

    def problems(self, component: str) -> list[Problem]:
        found = super().problems(component)
        if not np.all(np.less_equal(self.theta_min, self.theta_max)):
            message = f"must not exceed theta_max; got {np.max(self.theta_min):g}"
            found.append(Problem(component, "theta_min", message))
        return found
