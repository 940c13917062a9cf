"""The rule of Diehl and Cook: traces set to 1, the slow post trace read before it is set."""

from __future__ import annotations

from plasticity.oracle import Times, clipped, latest, require

import snn

RULE = snn.TwoTraceSTDP(nu_pre=0.05, nu_post=0.2)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w - 0.05 * latest(post, now, 20.0))


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.2 * latest(pre, now, 20.0) * latest(post, now, 40.0))


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)
