"""Teacher-forced STDP: every pair strengthens, whatever its order."""

from __future__ import annotations

from plasticity.oracle import Times, clipped, latest, require

import snn

RULE = snn.TeacherForcedSTDP(A_plus=0.2, A_minus=-0.1, w_max=1.5)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.1 * latest(post, now, 5.0), 0.0, 1.5)


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.2 * latest(pre, now, 5.0), 0.0, 1.5)


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)
