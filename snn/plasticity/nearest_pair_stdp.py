"""Pair-based STDP between nearest neighbours."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.change import ChangeRule
from snn.plasticity.rule import Trace


@model
class NearestPairSTDP(ChangeRule):
    """Pair STDP in which a spike sees only the last spike of the other side.

    A post spike adds ``A_plus exp(-(t_post - t_pre) / tau_plus)`` for the last pre spike
    before it, a pre spike takes ``A_minus exp(-(t_pre - t_post) / tau_minus)`` for the
    last post spike before it (the symmetric nearest-neighbour scheme).

    References
    ----------
    Morrison, Diesmann and Gerstner, Biol. Cybern. 98 (2008) 459, section 4.1.2 and
    figure 7A.
    """

    tau_plus: float = param(default=20.0, unit="ms", above=0, doc="pre side of the window")
    tau_minus: float = param(default=20.0, unit="ms", above=0, doc="post side of the window")
    A_plus: float = param(default=0.01, doc="step at a post spike")
    A_minus: float = param(default=0.012, doc="step at a pre spike")
    w_min: float = param(default=0.0, doc="smallest weight")
    w_max: float = param(default=1.0, doc="largest weight")

    x = Trace("pre", tau="tau_plus", nearest=True)
    y = Trace("post", tau="tau_minus", nearest=True)

    @staticmethod
    def pre_change(y: float, A_minus: float) -> float:
        return -(A_minus * y)

    @staticmethod
    def post_change(x: float, A_plus: float) -> float:
        return A_plus * x
