"""STDP with two post traces."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.change import ChangeRule
from snn.plasticity.rule import Trace


@model
class TwoTraceSTDP(ChangeRule):
    """STDP that needs a recent post spike to strengthen: the rule of Diehl and Cook.

    A pre spike takes ``nu_pre y1``; a post spike adds ``nu_post x y2``, y2 read just
    before the spike sets it. All traces are set to 1 by their spikes. The defaults are
    the authors' program.

    References
    ----------
    Diehl and Cook, Front. Comput. Neurosci. 9 (2015) 99, section 2.3 (their program
    runs this triplet form); Pfister and Gerstner, J. Neurosci. 26 (2006) 9673.
    """

    tau_x: float = param(default=20.0, unit="ms", above=0, doc="pre trace")
    tau_y1: float = param(default=20.0, unit="ms", above=0, doc="fast post trace")
    tau_y2: float = param(default=40.0, unit="ms", above=0, doc="slow post trace")
    nu_pre: float = param(default=1e-4, low=0, doc="learning rate at a pre spike")
    nu_post: float = param(default=0.01, low=0, doc="learning rate at a post spike")
    w_min: float = param(default=0.0, doc="smallest weight")
    w_max: float = param(default=1.0, doc="largest weight")

    x = Trace("pre", tau="tau_x", nearest=True)
    y1 = Trace("post", tau="tau_y1", nearest=True)
    y2 = Trace("post", tau="tau_y2", nearest=True)

    @staticmethod
    def pre_change(y1: float, nu_pre: float) -> float:
        return -(nu_pre * y1)

    @staticmethod
    def post_change(x: float, y2: float, nu_post: float) -> float:
        return nu_post * (x * y2)
