"""Symmetric, potentiation-only STDP."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.rule import EventRule, Trace


@model
class SymmetricSTDP(EventRule):
    """STDP that strengthens whatever the order; depression is left to scaling.

    A pre spike adds ``eta y`` and a post spike ``eta x``; both traces start at
    `trace_init`, grow by `trace_plus` at their own spikes and decay with `tau_plus`
    and `tau_minus`. The weight is bounded above only.

    Notes
    -----
    In the authors' program the increment of a trace is subject to thread races;
    0.1 per spike is their written constant.

    References
    ----------
    Hao, Huang, Dong and Xu, Neural Networks 121 (2020) 387, section 2.3.
    """

    tau_plus: float = param(default=20.0, unit="ms", above=0, doc="pre trace")
    tau_minus: float = param(default=20.0, unit="ms", above=0, doc="post trace")
    eta: float = param(default=0.005, low=0, doc="learning rate")
    trace_plus: float = param(default=0.1, low=0, shared=True, doc="growth of a trace at a spike")
    trace_init: float = param(default=1.0, low=0, shared=True, doc="initial value of both traces")
    w_max: float = param(default=1.0, above=0, doc="largest weight")

    x = Trace("pre", tau="tau_plus", increment="trace_plus", initial="trace_init")
    y = Trace("post", tau="tau_minus", increment="trace_plus", initial="trace_init")

    @staticmethod
    def on_pre(w: float, y: float, eta: float, w_max: float) -> float:
        return min(w + eta * y, w_max)

    @staticmethod
    def on_post(w: float, x: float, eta: float, w_max: float) -> float:
        return min(w + eta * x, w_max)
