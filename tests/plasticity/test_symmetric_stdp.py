"""Symmetric STDP: every pair strengthens, and traces that begin above 0 do so without a pair."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from plasticity.oracle import (
    ROUNDING,
    Times,
    circuit,
    expected,
    post_trains,
    pre_trains,
    require,
    summed,
    trajectory,
)

import snn

GIVEN = {"tau_plus": 15.0, "tau_minus": 30.0, "eta": 0.1, "trace_plus": 0.4, "w_max": 1.2}
DELAY = 3


def on_pre(w: float, pre: Times, post: Times, now: int, initial: float = 0.0) -> float:
    # A post trace is read a delay late, and has its initial value before the first step.
    left = initial * math.exp(-max(now - DELAY, 0) / 30.0)
    return min(w + 0.1 * (left + 0.4 * summed(post, now, 30.0)), 1.2)


def on_post(w: float, pre: Times, post: Times, now: int, initial: float = 0.0) -> float:
    left = initial * math.exp(-now / 15.0)
    return min(w + 0.1 * (left + 0.4 * summed(pre, now, 15.0)), 1.2)


def test_weights_after_every_step() -> None:
    require(snn.SymmetricSTDP(**GIVEN, trace_init=0.0), on_pre, on_post)


def test_weights_with_traces_that_begin_at_one() -> None:
    net = circuit(snn.SymmetricSTDP(**GIVEN), snn.AllToAll(), float(DELAY), 0.3)
    acts = partial(on_pre, initial=1.0), partial(on_post, initial=1.0)
    wanted = [expected(pre, [t + DELAY for t in post], 0.3, *acts)
              for pre in pre_trains() for post in post_trains()]  # fmt: skip
    for backend in ("reference", "cpu"):
        found = trajectory(net, backend)
        np.testing.assert_allclose(found, np.transpose(wanted), rtol=0, atol=ROUNDING)
