"""Short-term depression and facilitation."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.fields import model, param
from snn.plasticity.rule import EventRule, SynapseVariable


@model
class TsodyksMarkram(EventRule):
    """Short-term plasticity: what a spike delivers depends on the spikes before it.

    At each pre spike, h after the one before:

        x <- 1 + (x - u x - 1) exp(-h / tau_rec)
        u <- U + u (1 - U) exp(-h / tau_fac)

    and the spike delivers ``w u x``; the weight stays. x are the resources, u is the share
    of them that a spike uses. A `tau_fac` of 0 means no facilitation. The rule acts
    whether learning is on or not, and goes with any rule that changes w.

    References
    ----------
    Tsodyks, Pawelzik and Markram, Neural Computation 10 (1998) 821; the recursion as in
    NEST's `tsodyks2_synapse`.
    """

    U: float = param(0.5, above=0, high=1, doc="share used by a lone spike")
    tau_rec: float = param(800.0, unit="ms", above=0, doc="recovery of x")
    tau_fac: float = param(0.0, unit="ms", low=0, doc="decay of facilitation")

    delivers: ClassVar[bool] = True
    short_term: ClassVar[bool] = True

    u = SynapseVariable(0.0, doc="share of the resources that the last spike used")
    x = SynapseVariable(1.0, doc="resources when the last spike came")

    @staticmethod
    def on_pre(
        w: float, u: float, x: float, elapsed: float, U: float, tau_rec: float, tau_fac: float
    ) -> tuple[float, float, float, float]:
        x_new = 1.0 + (x - u * x - 1.0) * math.exp(-elapsed / tau_rec)
        kept = math.exp(-elapsed / tau_fac) if tau_fac > 0 else 0.0
        u_new = U + u * (1.0 - U) * kept
        return w, u_new, x_new, u_new * x_new
