"""Pair-based STDP."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.change import ChangeRule
from snn.plasticity.rule import Trace


@model
class PairSTDP(ChangeRule):
    """Pair-based spike-timing-dependent plasticity, all-to-all.

    A post spike adds ``A_plus x`` and a pre spike takes ``A_minus y``, x and y being
    exponential traces of the pre and post spikes. With the default, `Additive`, both
    steps are absolute, in the weight's unit (as on SpiNNaker; PyNN, NEST and NEURON
    multiply by `w_max`). A negative `A_minus` potentiates on both sides.

    References
    ----------
    Song, Miller and Abbott, Nature Neuroscience 3 (2000) 919.
    """

    tau_plus: float = param(default=20.0, unit="ms", above=0, doc="pre trace")
    tau_minus: float = param(default=20.0, unit="ms", above=0, doc="post trace")
    A_plus: float = param(default=0.01, doc="step at a post spike")
    A_minus: float = param(default=0.012, doc="step at a pre spike")
    w_min: float = param(default=0.0, doc="smallest weight")
    w_max: float = param(default=1.0, doc="largest weight")

    x = Trace("pre", tau="tau_plus")
    y = Trace("post", tau="tau_minus")

    @staticmethod
    def pre_change(y: float, A_minus: float) -> float:
        return -(A_minus * y)

    @staticmethod
    def post_change(x: float, A_plus: float) -> float:
        return A_plus * x
