"""The constants of the CA3 memory: the published ones, and ones for the order of `exact`."""

from __future__ import annotations

from dataclasses import dataclass

import snn
from snn.errors import raise_if
from snn.fields import Range
from snn_models import checks


@dataclass(frozen=True, kw_only=True)
class CA3Constants:
    """Weights, cells and times of the CA3 memory; the defaults are the published ones.

    Parameters
    ----------
    numerics : str
        The profile whose order within a step the constants were made for.
    dt : float, ms
    lead : float, ms
        What is taken from every latency to get a synapse's delay. A spike acts in the step
        in which it arrives on the board (0), one step later in `exact` (one `dt`).
    weight : float, nA
        Of what makes a neuron fire.
    condition, vote : float, nA
        Content onto its gate, and the interneuron onto it: together they open the gate
        against a cue.
    inhibition : float, nA
        Of a cue upon the others, times the number of contents.
    tau, A_plus, A_minus : float, ms, nA, nA
        Of the pair STDP rule.
    learn_ms, recall_ms : float, ms
        Shortest time to the next operation by the authors.
    safe_ms : float, ms
        Time between operations from which they no longer disturb each other: in the
        benchmark's random sequences more time makes no fewer answers wrong.
    """

    numerics: str = "spinnaker"
    dt: float = 1.0
    lead: float = 0.0
    weight: float = 6.0
    condition: float = 9.0
    vote: float = 2.0
    inhibition: float = 6.0
    tau: float = 3.0
    A_plus: float = 6.0
    A_minus: float = 6.0
    learn_ms: float = 7.0
    recall_ms: float = 6.0
    safe_ms: float = 20.0

    def __post_init__(self) -> None:
        positive = Range(above=0.0)
        raise_if([
            *checks.inside(self, positive, "ms", "dt", "tau", "learn_ms", "recall_ms", "safe_ms"),
            *checks.inside(self, Range(low=0.0), "ms", "lead"),
            *checks.inside(self, positive, "nA", "weight", "condition", "vote", "inhibition",
                           "A_plus", "A_minus"),
        ])  # fmt: skip

    @property
    def reason(self) -> str:
        """Why another profile will not do."""
        return f"the constants rely on the order within a step of numerics={self.numerics!r}"

    @property
    def cure(self) -> str:
        """What to do for another profile."""
        others = [name for name, known in NAMED.items() if known.numerics != self.numerics]
        return f"run with numerics={self.numerics!r}, or take constants={others[0]!r}"

    def slow(self, v_thresh: float = -57.0) -> snn.LIF:
        """Return the cell that holds its charge over a few steps."""
        return _cell(0.27, 3.0, v_thresh)

    def fast(self) -> snn.LIF:
        """Return the cell that detects coincidence within a step."""
        return _cell(0.14, 0.5, -57.0)

    def stdp(self) -> snn.PairSTDP:
        """Return the rule of both learning projections."""
        return snn.PairSTDP(
            tau_plus=self.tau, tau_minus=self.tau, A_plus=self.A_plus, A_minus=self.A_minus,
            w_min=0.0, w_max=self.weight,
        )  # fmt: skip


def _cell(cm: float, tau_m: float, v_thresh: float) -> snn.LIF:
    receptors = {"excitatory": snn.CurrentExp(tau_syn=0.3),
                 "inhibitory": snn.CurrentExp(tau_syn=0.3, sign=-1)}  # fmt: skip
    return snn.LIF(cm=cm, tau_m=tau_m, v_rest=-60.0, v_reset=-60.0, v_thresh=v_thresh,
                   tau_refrac=1.0, receptors=receptors)  # fmt: skip


PUBLISHED = CA3Constants()

# Half a step of the board: an arrival then acts at the same time as there. Coincidences of the
# published rule fall half a millisecond apart, so its steps are chosen anew: what a learn
# leaves must recall, what an overwrite leaves must not.
EXACT = CA3Constants(
    numerics="exact", dt=0.5, lead=0.5, tau=1.0, A_plus=6.0, A_minus=10.0, safe_ms=8.0
)

NAMED = {"published": PUBLISHED, "exact": EXACT}
