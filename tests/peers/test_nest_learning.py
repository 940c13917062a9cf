"""Pair STDP follows NEST's `stdp_synapse`: weights over time, coincidences included.

NEST scales by the largest weight and depresses by lambda * alpha; additive dependence is
mu_plus = mu_minus = 0. So ``A_plus = lambda * Wmax`` and ``A_minus = alpha * lambda * Wmax``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import snn
from snn import engine as engines

pytestmark = pytest.mark.peers

DT = 1.0
END = 2000.0
W_MAX, LAMBDA, ALPHA = 2.0, 0.02, 1.1
TAU_PLUS, TAU_MINUS = 17.0, 33.0
START = 1.0

# Every sign of the interval, doublets, and coincidences at the synapse for each delay.
PAIRED_PRE = [20, 60, 61, 100, 140, 180, 181, 182, 220, 260, 300, 340, 380]
PAIRED_POST = [25, 59, 60, 61, 99, 100, 139, 180, 181, 215, 259, 260, 299, 337, 339, 375, 379]


def trains(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return hand-made trains followed by random ones, in ms."""
    rng = np.random.default_rng(seed)
    later = np.arange(400, int(END) - 60)
    pre, post = (later[rng.random(len(later)) < 0.04] for _ in range(2))
    return (np.concatenate([PAIRED_PRE, pre]).astype(float),
            np.concatenate([PAIRED_POST, post]).astype(float))  # fmt: skip


def nest_weights(nest: Any, pre: np.ndarray, post: np.ndarray, delay: float) -> Any:
    """Return times and weights at each pre spike, and the post spikes that came out."""
    nest.resolution = DT
    source = nest.Create("spike_generator", params={"spike_times": pre})
    relay = nest.Create("parrot_neuron")
    # A spike generator's spike reaches the parrot after one step, and is sent on at once.
    nest.Connect(source, relay, syn_spec={"delay": DT})
    driver = nest.Create("spike_generator", params={"spike_times": post - DT})
    cell = nest.Create("iaf_psc_delta", params={
        "t_ref": 0.0, "tau_minus": TAU_MINUS, "V_th": -50.0, "E_L": -65.0,
        "V_reset": -65.0, "V_m": -65.0})  # fmt: skip
    nest.Connect(driver, cell, syn_spec={"delay": DT, "weight": 1e4})
    log = nest.Create("weight_recorder")
    nest.CopyModel("stdp_synapse", "learned", {"weight_recorder": log})
    # Far too weak to move the cell: the post train is what we say.
    nest.Connect(relay, cell, syn_spec={
        "synapse_model": "learned", "delay": delay, "weight": START, "Wmax": W_MAX,
        "lambda": LAMBDA, "alpha": ALPHA, "mu_plus": 0.0, "mu_minus": 0.0,
        "tau_plus": TAU_PLUS, "receptor_type": 0})  # fmt: skip
    seen = nest.Create("spike_recorder")
    nest.Connect(cell, seen)
    sent = nest.Create("spike_recorder")
    nest.Connect(relay, sent)
    nest.Simulate(END)
    return log.events["times"], log.events["weights"], seen.events["times"], sent.events["times"]


def our_weights(pre: np.ndarray, post: np.ndarray, delay: float, backend: str) -> Any:
    """Return the weight after each pre spike."""
    net = snn.Network(dt=DT)
    cell = snn.LIF(tau_refrac=0.0, v_reset=-65.0, receptors={
        "force": snn.CurrentDelta(), "plastic": snn.CurrentPulse()})  # fmt: skip
    source = net.population(1, snn.SpikeArray(times=[pre]), label="pre")
    teacher = net.population(1, snn.SpikeArray(times=[post - DT]), label="teacher")
    target = net.population(1, cell, label="post")
    net.connect(teacher, target, snn.AllToAll(), snn.Synapse(weight=1e3, delay=DT),
                receptor="force")  # fmt: skip
    rule = snn.PairSTDP(tau_plus=TAU_PLUS, tau_minus=TAU_MINUS, A_plus=LAMBDA * W_MAX,
                        A_minus=ALPHA * LAMBDA * W_MAX, w_min=0.0, w_max=W_MAX)  # fmt: skip
    synapse = snn.Synapse(weight=START, delay=delay, plasticity=rule)
    net.connect(source, target, snn.AllToAll(), synapse, receptor="plastic")
    net.record(target, "spikes")
    engine = engines.backend(backend).prepare(snn.compile_network(net, precision="float64"))
    weights = []
    for time in pre:
        engine.advance(round(time / DT) - engine.step)
        weights.append(engine.read_weights(learned_at(net))[0])
    return np.array(weights), engine.take().spikes[2][0] * DT


def learned_at(net: snn.Network) -> int:
    """Return the index of the plastic projection."""
    return next(k for k, p in enumerate(net.projections) if p.synapse.rules)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("delay", [1.0, 2.0, 5.0, 20.0])
def test_weights_at_every_pre_spike(nest: Any, delay: float, backend: str) -> None:
    pre, post = trains(round(delay))
    times, wanted, seen, sent = nest_weights(nest, pre - DT, post, delay)
    np.testing.assert_array_equal(seen, post)
    np.testing.assert_array_equal(sent, pre)
    order = np.argsort(times, kind="stable")
    found, fired = our_weights(pre, post, delay, backend)
    np.testing.assert_array_equal(fired, post[post <= pre[-1]])
    # Weights are near 1. NEST's exponentials are taken over other intervals than ours: some
    # roundings for each of 200 events stay below 1e-12.
    np.testing.assert_allclose(found, wanted[order], rtol=0, atol=1e-12)
    coincidences = np.isin(pre, post + delay).sum()
    assert coincidences >= 1
    assert np.ptp(found) > 0.05
