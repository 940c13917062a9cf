"""Short-term plasticity of a release site that fails at random."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.fields import model, param
from snn.plasticity.rule import EventRule, SynapseVariable


@model
class StochasticTsodyksMarkram(EventRule):
    """Short-term plasticity of one release site that is full or empty.

    At each pre spike, h after the one before, an empty site is full again with probability
    ``q = 1 - exp(-h / tau_rec)`` (a full one has q = 1); then it releases, and is empty,
    with probability

        u <- U + u (1 - U) exp(-h / tau_fac)

    A release delivers the weight, which stays. Mean over trials: `TsodyksMarkram`. n
    parallel synapses with weight w / n are a synapse with n release sites. The rule acts
    whether learning is on or not.

    References
    ----------
    Fuhrmann, Segev, Markram and Tsodyks, J. Neurophysiology 87 (2002) 140.
    """

    U: float = param(0.5, above=0, high=1, doc="release probability of a lone spike")
    tau_rec: float = param(800.0, unit="ms", above=0, doc="recovery of the site")
    tau_fac: float = param(0.0, unit="ms", low=0, doc="decay of facilitation")

    delivers: ClassVar[bool] = True
    short_term: ClassVar[bool] = True

    u = SynapseVariable(0.0, doc="release probability at the last spike")
    full = SynapseVariable(1.0, doc="1 where the site was left full, else 0")

    @staticmethod
    def on_pre(
        w: float, u: float, full: float, uniform: float, elapsed: float,
        U: float, tau_rec: float, tau_fac: float,
    ) -> tuple[float, float, float, float]:  # fmt: skip
        kept = math.exp(-elapsed / tau_fac) if tau_fac > 0 else 0.0
        u_new = U + u * (1.0 - U) * kept
        q = 1.0 if full > 0.5 else 1.0 - math.exp(-elapsed / tau_rec)
        # One number decides both: below u q it releases, below q it is full and does not.
        released = 1.0 if uniform < u_new * q else 0.0
        ready = 1.0 if uniform < q else 0.0
        return w, u_new, ready - released, released
