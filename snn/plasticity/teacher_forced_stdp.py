"""Teacher-forced STDP that strengthens on both sides."""

from __future__ import annotations

from snn.fields import model, param
from snn.plasticity.change import ChangeRule
from snn.plasticity.rule import Trace


@model
class TeacherForcedSTDP(ChangeRule):
    """Nearest-pair STDP in which a forced post spike strengthens what fired near it.

    The rule is `NearestPairSTDP` with ``A_minus < 0``: whether a synapse's pre spike
    comes before or after the spike that a teacher forces, it is strengthened. It acts on
    the excitatory and on the inhibitory receptor alike, on the magnitude of the weight;
    the defaults are those of the published recipe (one pair at 5 ms: exp(-1) nA).

    References
    ----------
    Davies, Gait, Rowley and Di Nuovo, Neurocomputing 611 (2025) 128650, section 3.
    """

    tau_plus: float = param(default=5.0, unit="ms", above=0, doc="pre side of the window")
    tau_minus: float = param(default=5.0, unit="ms", above=0, doc="post side of the window")
    A_plus: float = param(default=1.0, low=0, doc="step at a post spike")
    A_minus: float = param(default=-1.0, high=0, doc="minus the step at a pre spike")
    w_min: float = param(default=0.0, doc="smallest weight")
    w_max: float = param(default=20.0, doc="largest weight")

    x = Trace("pre", tau="tau_plus", nearest=True)
    y = Trace("post", tau="tau_minus", nearest=True)

    @staticmethod
    def pre_change(y: float, A_minus: float) -> float:
        return -(A_minus * y)

    @staticmethod
    def post_change(x: float, A_plus: float) -> float:
        return A_plus * x
