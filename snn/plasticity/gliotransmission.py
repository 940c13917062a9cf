"""Short-term plasticity whose release an astrocyte sets."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.fields import model, param
from snn.plasticity.rule import EventRule, PostState, SynapseVariable


@model
class Gliotransmission(EventRule):
    """Tsodyks-Markram release with a resting probability that gliotransmitter changes.

    As `TsodyksMarkram`, with ``U_0 = (1 - gamma_s) U + alpha gamma_s`` in the place of U,
    where gamma_s is the share of presynaptic receptors bound by gliotransmitter of the
    postsynaptic neuron's `Astrocyte` (a receptor named ``astrocyte``). With alpha below U
    gliotransmission lowers release, above it raises it.

    The astrocyte hears a projection through a second one onto ``astrocyte``, with the same
    synapses and the same rule, whose weight is the neurotransmitter (uM) of a full release.

    References
    ----------
    De Pitta, Volman, Berry and Ben-Jacob, PLoS Comput. Biol. 7 (2011) e1002293, eqs. 1-3 and
    12; Stimberg, Goodman, Brette and De Pitta, in Computational Glioscience (2019) 471.
    """

    U: float = param(0.6, above=0, high=1, shared=True, doc="release of a lone spike at rest")
    alpha: float = param(0.0, low=0, high=1, shared=True, doc="the same with all bound")
    tau_rec: float = param(500.0, unit="ms", above=0, shared=True, doc="recovery of x")
    tau_fac: float = param(300.0, unit="ms", low=0, shared=True, doc="decay of facilitation")

    delivers: ClassVar[bool] = True
    short_term: ClassVar[bool] = True

    u = SynapseVariable(0.0, doc="share of the resources that the last spike used")
    x = SynapseVariable(1.0, doc="resources when the last spike came")
    gamma_s = PostState("astrocyte.gamma_s")

    @staticmethod
    def on_pre(
        w: float, u: float, x: float, gamma_s: float, elapsed: float, U: float, alpha: float,
        tau_rec: float, tau_fac: float,
    ) -> tuple[float, float, float, float]:  # fmt: skip
        rest = (1.0 - gamma_s) * U + alpha * gamma_s
        x_new = 1.0 + (x - u * x - 1.0) * math.exp(-elapsed / tau_rec)
        kept = math.exp(-elapsed / tau_fac) if tau_fac > 0 else 0.0
        u_new = rest + u * (1.0 - rest) * kept
        return w, u_new, x_new, u_new * x_new
