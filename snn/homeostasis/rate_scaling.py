"""Multiplicative scaling of weights toward a target rate."""

from __future__ import annotations

import math

from snn.fields import derived, model, param
from snn.homeostasis.homeostasis import Reduction
from snn.plasticity.rule import Trace


@model
class RateScaling(Reduction):
    """Multiply a neuron's incoming weights by what its running rate is off a target.

    ``w <- w exp(h / tau_w (1 - rate / target))``, h being the time since the rule last acted
    on the neuron: the solution of ``dw/dt = w / tau_w (1 - rate / target)`` with the rate held
    over h. Relations between the weights stay, their sum follows the rate. `rate` is a trace
    of the neuron's spikes with time constant `tau_rate`, in Hz; it begins at the target, so
    that a neuron that has not been observed yet is left alone.

    With ``trigger="spike"`` a neuron that never fires is never scaled: choose a period where
    silent neurons must be brought back.

    References
    ----------
    van Rossum, Bi and Turrigiano, J. Neurosci. 20 (2000) 8812, eq. 3 (without the integral
    term); Turrigiano, Leslie, Desai, Rutherford and Nelson, Nature 391 (1998) 892.
    """

    target: float = param(5.0, unit="Hz", above=0, doc="rate to reach")
    tau_rate: float = param(1e4, unit="ms", above=0, shared=True, doc="running rate")
    tau_w: float = param(1e5, unit="ms", above=0, doc="scaling of a silent neuron")
    w_min: float = param(0.0, doc="smallest weight")
    w_max: float = param(math.inf, doc="largest weight")

    @derived
    def one_spike(tau_rate: float) -> float:
        return 1000.0 / tau_rate

    rate = Trace("post", tau="tau_rate", increment="one_spike", initial="target")

    @staticmethod
    def apply(
        w: float, rate: float, elapsed: float, target: float, tau_w: float, w_min: float,
        w_max: float,
    ) -> float:  # fmt: skip
        grown = w * math.exp(elapsed / tau_w * (1.0 - rate / target))
        return min(max(grown, w_min), w_max)
