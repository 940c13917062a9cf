"""Triplet STDP."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.change import ChangeRule
from snn.plasticity.rule import Trace


@model
class TripletSTDP(ChangeRule):
    """Triplet STDP: pairs, and triplets of two spikes of one side with one of the other.

    A pre spike takes ``o1 (A2_minus + A3_minus r2)`` and a post spike adds
    ``r1 (A2_plus + A3_plus o2)``; r1, r2 are traces of the pre, o1, o2 of the post
    spikes, all read just before the spike. The defaults are the all-to-all fit to
    visual cortex slices; ``A2_plus = A3_minus = 0`` is the minimal model.

    References
    ----------
    Pfister and Gerstner, J. Neurosci. 26 (2006) 9673, eqs. 1-4 and table 3.
    """

    tau_plus: float = param(default=16.8, unit="ms", above=0, doc="pair trace of pre spikes")
    tau_x: float = param(default=101.0, unit="ms", above=0, doc="triplet trace of pre spikes")
    tau_minus: float = param(default=33.7, unit="ms", above=0, doc="pair trace of post spikes")
    tau_y: float = param(default=125.0, unit="ms", above=0, doc="triplet trace of post spikes")
    A2_plus: float = param(default=5e-10, doc="pair step at a post spike")
    A3_plus: float = param(default=6.2e-3, doc="triplet step at a post spike")
    A2_minus: float = param(default=7e-3, doc="pair step at a pre spike")
    A3_minus: float = param(default=2.3e-4, doc="triplet step at a pre spike")
    w_min: float = param(default=0.0, doc="smallest weight")
    w_max: float = param(default=1.0, doc="largest weight")

    r1 = Trace("pre", tau="tau_plus")
    r2 = Trace("pre", tau="tau_x")
    o1 = Trace("post", tau="tau_minus")
    o2 = Trace("post", tau="tau_y")

    @staticmethod
    def pre_change(o1: float, r2: float, A2_minus: float, A3_minus: float) -> float:
        return -(o1 * (A2_minus + A3_minus * r2))

    @staticmethod
    def post_change(r1: float, o2: float, A2_plus: float, A3_plus: float) -> float:
        return r1 * (A2_plus + A3_plus * o2)
