"""Decay of weights: in closed form at each spike of a synapse, with another rule after it."""

from __future__ import annotations

import math

from plasticity.oracle import Times, clipped, require, summed

import snn

RULES = [
    snn.WeightDecay(tau=90.0, w_rest=0.1), snn.PairSTDP(A_plus=0.08, A_minus=0.07),
]  # fmt: skip


def decayed(w: float, gone: int) -> float:
    return 0.1 + (w - 0.1) * math.exp(-gone / 90.0)


def on_pre(w: float, pre: Times, post: Times, now: int, gone: int) -> float:
    return clipped(decayed(w, gone) - 0.07 * summed(post, now, 20.0))


def on_post(w: float, pre: Times, post: Times, now: int, gone: int) -> float:
    return clipped(decayed(w, gone) + 0.08 * summed(pre, now, 20.0))


def test_weights_after_every_step() -> None:
    require(RULES, on_pre, on_post)
