"""Teacher-forced STDP: every pair strengthens, whatever its order, on any receptor."""

from __future__ import annotations

import numpy as np
from peers import learning
from plasticity.oracle import Times, clipped, latest, require

import snn

RULE = snn.TeacherForcedSTDP(A_plus=0.2, A_minus=-0.1, w_max=1.5)


def on_pre(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.1 * latest(post, now, 5.0), 0.0, 1.5)


def on_post(w: float, pre: Times, post: Times, now: int) -> float:
    return clipped(w + 0.2 * latest(pre, now, 5.0), 0.0, 1.5)


def test_weights_after_every_step() -> None:
    require(RULE, on_pre, on_post)


def test_an_inhibitory_synapse_grows_and_inhibits() -> None:
    """Weights are magnitudes: they grow as on an excitatory receptor, and lower the potential."""
    found, potentials = [], []
    for sign in (1, -1):
        engine = learning.prepared(learning.circuit(RULE, sign=sign), "cpu")
        found.append(learning.trajectory(engine))
        potentials.append(engine.take().samples[1][1])
    np.testing.assert_array_equal(*found)
    assert np.ptp(found[0], axis=0).max() > 0.5
    assert potentials[0].max() > -65.0 + 5.0
    assert potentials[1].max() <= -65.0
    assert potentials[1].min() < -65.0 - 5.0
