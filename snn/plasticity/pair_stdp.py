"""Additive pair-based STDP."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.rule import EventRule, Trace


@model
class PairSTDP(EventRule):
    """Pair-based spike-timing-dependent plasticity, additive, all-to-all.

    A post spike adds ``A_plus x`` and a pre spike takes ``A_minus y``, x and y being
    exponential traces of the pre and post spikes. Both steps are absolute, in the
    weight's unit (as on SpiNNaker; PyNN, NEST and NEURON multiply by `w_max`).
    A negative `A_minus` potentiates on both sides.

    References
    ----------
    Song, Miller and Abbott, Nature Neuroscience 3 (2000) 919.
    """

    tau_plus: float = param(20.0, unit="ms", above=0, shared=True, doc="pre trace")
    tau_minus: float = param(20.0, unit="ms", above=0, shared=True, doc="post trace")
    A_plus: float = param(0.01, shared=True, doc="step at a post spike")
    A_minus: float = param(0.012, shared=True, doc="step at a pre spike")
    w_min: float = param(0.0, shared=True, doc="smallest weight")
    w_max: float = param(1.0, shared=True, doc="largest weight")

    x = Trace("pre", tau="tau_plus")
    y = Trace("post", tau="tau_minus")

    @staticmethod
    def on_pre(w: float, y: float, A_minus: float, w_min: float, w_max: float) -> float:
        return min(max(w - A_minus * y, w_min), w_max)

    @staticmethod
    def on_post(w: float, x: float, A_plus: float, w_min: float, w_max: float) -> float:
        return max(min(w + A_plus * x, w_max), w_min)
