"""Nearest-neighbour triplet STDP against the last earlier spike of each side."""

from __future__ import annotations

from plasticity.oracle import Times, clipped, latest, require

import snn

RULE = snn.NearestTripletSTDP(A2_plus=0.01, A3_plus=0.02, A2_minus=0.015, A3_minus=0.005)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    o1 = latest(post, now, 33.7)
    return clipped(w - 0.015 * o1 - 0.005 * o1 * latest(pre, now, 714.0))


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    r1 = latest(pre, now, 16.8)
    return clipped(w + 0.01 * r1 + 0.02 * r1 * latest(post, now, 40.0))


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)
