"""Pair STDP against sums over all earlier spikes of the other side."""

from __future__ import annotations

from plasticity.oracle import Times, clipped, require, summed

import snn

RULE = snn.PairSTDP(tau_plus=17.0, tau_minus=34.0, A_plus=0.08, A_minus=0.07)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w - 0.07 * summed(post, now, 34.0))


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.08 * summed(pre, now, 17.0))


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)
