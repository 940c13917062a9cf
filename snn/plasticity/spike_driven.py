"""Spike-driven plasticity of bistable synapses."""

from __future__ import annotations

import numpy as np

from snn.errors import Problem
from snn.fields import model, param
from snn.plasticity.rule import EventRule, PostState, SynapseVariable, Trace


@model
class SpikeDrivenPlasticity(EventRule):
    """Bistable synapses driven by pre spikes, post membrane potential and calcium.

    Each synapse has an internal variable X in [0, X_max]. At a pre spike, with v the post
    membrane potential and C a trace of post spikes (calcium):

    - X rises by `a` if ``v > theta_v`` and ``up_low < C < up_high``;
    - X falls by `b` if ``v <= theta_v`` and ``down_low < C < down_high``.

    Between pre spikes X drifts to X_max at rate `alpha` where it is above `theta_X`, to 0
    at rate `beta` elsewhere. The weight is `w_plus` while X is above `theta_X`, else
    `w_minus`. Defaults as in the paper, potentials shifted to a rest of -65 mV and a
    threshold of -45 mV.

    References
    ----------
    Brader, Senn and Fusi, Neural Computation 19 (2007) 2881, section 2.2 and table 1.
    """

    theta_v: float = param(-49.0, unit="mV", doc="potential that divides up and down")
    tau_C: float = param(60.0, unit="ms", above=0, doc="calcium")
    J_C: float = param(1.0, low=0, doc="growth of calcium at a post spike")
    up_low: float = param(3.0, doc="calcium must be above this for a rise")
    up_high: float = param(13.0, doc="calcium must be below this for a rise")
    down_low: float = param(3.0, doc="calcium must be above this for a fall")
    down_high: float = param(4.0, doc="calcium must be below this for a fall")
    a: float = param(0.1, low=0, doc="rise at a pre spike")
    b: float = param(0.1, low=0, doc="fall at a pre spike")
    theta_X: float = param(0.5, doc="X that divides the two weights")
    alpha: float = param(0.0035, unit="1/ms", low=0, doc="upward drift")
    beta: float = param(0.0035, unit="1/ms", low=0, doc="downward drift")
    X_max: float = param(1.0, above=0, doc="largest X")
    X_0: float = param(0.0, low=0, shared=True, doc="initial X")
    w_minus: float = param(0.0, doc="weight of a depressed synapse")
    w_plus: float = param(1.0, doc="weight of a potentiated synapse")

    X = SynapseVariable("X_0", doc="internal variable")
    C = Trace("post", tau="tau_C", increment="J_C")
    v = PostState()

    def problems(self, component: str) -> list[Problem]:
        found = super().problems(component)
        for low, high in (("up_low", "up_high"), ("down_low", "down_high"), ("X_0", "X_max"),
                          ("w_minus", "w_plus")):  # fmt: skip
            lower, upper = np.max(getattr(self, low)), np.min(getattr(self, high))
            if lower > upper:
                message = f"must not exceed {high}; got {lower:g} above {upper:g}"
                found.append(Problem(component, low, message))
        return found

    @staticmethod
    def on_pre(
        X: float, C: float, v: float, elapsed: float, theta_v: float, up_low: float,
        up_high: float, down_low: float, down_high: float, a: float, b: float, theta_X: float,
        alpha: float, beta: float, X_max: float, w_minus: float, w_plus: float,
    ) -> tuple[float, float]:  # fmt: skip
        up = min(X + alpha * elapsed, X_max)
        down = max(X - beta * elapsed, 0.0)
        rested = down if theta_X >= X else up
        rise = a if v > theta_v and up_low < C < up_high else 0.0
        fall = b if v <= theta_v and down_low < C < down_high else 0.0
        X_new = min(max(rested + rise - fall, 0.0), X_max)
        return w_plus if X_new > theta_X else w_minus, X_new
