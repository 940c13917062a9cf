"""Nearest-neighbour pair STDP against the last earlier spike of the other side."""

from __future__ import annotations

from plasticity.oracle import Times, clipped, latest, require

import snn

RULE = snn.NearestPairSTDP(tau_plus=17.0, tau_minus=34.0, A_plus=0.08, A_minus=0.07)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w - 0.07 * latest(post, now, 34.0))


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.08 * latest(pre, now, 17.0))


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)
