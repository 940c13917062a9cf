"""Reward-modulated STDP."""

from __future__ import annotations

import math
from typing import Any

from snn.fields import model, param
from snn.plasticity.rule import EventRule, SynapseVariable, Trace


def latest(d: float, last_d: float, elapsed: float) -> float:
    """Return the neuromodulator with all events of this step so far."""
    return last_d if elapsed == 0 else d


def integrated(
    w: float, c: float, d: float, elapsed: float, tau_c: float, tau_d: float, baseline: float,
    w_min: float, w_max: float,
) -> float:  # fmt: skip
    """Return the weight after `elapsed` ms of dw/dt = c (d - baseline), within its bounds."""
    rate = 1.0 / tau_c + 1.0 / tau_d
    driven = c * d * (1.0 - math.exp(-elapsed * rate)) / rate
    forgotten = c * baseline * tau_c * (1.0 - math.exp(-elapsed / tau_c))
    return min(max(w + driven - forgotten, w_min), w_max)


@model
class RewardSTDP(EventRule):
    """STDP that becomes a change of weight only where a neuromodulator is present.

    Pair STDP changes an eligibility c instead of the weight. c decays with `tau_c`, the
    neuromodulator d with `tau_d`, and every spike of the population `modulator` adds
    `d_plus` to d. The weight follows ``dw/dt = c (d - baseline)``, which is integrated in
    closed form at each event of the synapse. A `tau_d` of a few ms and a `tau_c` of a
    second make a reward that arrives late find the pairs that it is for.

    The weight that is read contains what happened up to the synapse's last event.

    Parameters
    ----------
    modulator : Population or str
        Whose spikes are the reward, or its label.

    References
    ----------
    Izhikevich, Cerebral Cortex 17 (2007) 2443, eqs. 1-3; integration as in Potjans,
    Morrison and Diesmann, Front. Comput. Neurosci. 4 (2010) 141, eq. 5.
    """

    modulator: Any = None
    tau_plus: float = param(20.0, unit="ms", above=0, doc="pre trace")
    tau_minus: float = param(20.0, unit="ms", above=0, doc="post trace")
    A_plus: float = param(0.01, doc="step of the eligibility at a post spike")
    A_minus: float = param(0.012, doc="step of the eligibility at a pre spike")
    tau_c: float = param(1000.0, unit="ms", above=0, doc="eligibility")
    tau_d: float = param(200.0, unit="ms", above=0, shared=True, doc="neuromodulator")
    d_plus: float = param(0.005, unit="1/ms", shared=True, doc="growth of d at a reward spike")
    baseline: float = param(0.0, unit="1/ms", doc="d at which the weight is left")
    w_min: float = param(0.0, doc="smallest weight")
    w_max: float = param(1.0, doc="largest weight")

    x = Trace("pre", tau="tau_plus")
    y = Trace("post", tau="tau_minus")
    d = Trace("reward", tau="tau_d", increment="d_plus")
    c = SynapseVariable(0.0, doc="eligibility after the last event")
    last_d = SynapseVariable(0.0, doc="neuromodulator after the last event")

    @staticmethod
    def on_pre(
        w: float, c: float, last_d: float, d: float, y: float, elapsed: float, tau_c: float,
        tau_d: float, baseline: float, A_minus: float, w_min: float, w_max: float,
    ) -> tuple[float, float, float]:  # fmt: skip
        moved = integrated(w, c, last_d, elapsed, tau_c, tau_d, baseline, w_min, w_max)
        return moved, c * math.exp(-elapsed / tau_c) - A_minus * y, latest(d, last_d, elapsed)

    @staticmethod
    def on_post(
        w: float, c: float, last_d: float, d: float, x: float, elapsed: float, tau_c: float,
        tau_d: float, baseline: float, A_plus: float, w_min: float, w_max: float,
    ) -> tuple[float, float, float]:  # fmt: skip
        moved = integrated(w, c, last_d, elapsed, tau_c, tau_d, baseline, w_min, w_max)
        return moved, c * math.exp(-elapsed / tau_c) + A_plus * x, latest(d, last_d, elapsed)

    @staticmethod
    def on_reward(
        w: float, c: float, last_d: float, d: float, elapsed: float, tau_c: float,
        tau_d: float, baseline: float, d_plus: float, w_min: float, w_max: float,
    ) -> tuple[float, float, float]:  # fmt: skip
        moved = integrated(w, c, last_d, elapsed, tau_c, tau_d, baseline, w_min, w_max)
        grown = latest(d, last_d, elapsed) + d_plus
        return moved, c * math.exp(-elapsed / tau_c), grown
