"""Reward-modulated STDP against an integration step by step, and a delayed reward."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from plasticity.oracle import STEPS, circuit, post_trains, pre_trains, summed, trajectory

import snn
from snn.errors import ValidationError

REWARDS = [5, 26, 33, 33, 60, 61, 90]
NUMBERS: dict[str, Any] = {
    "tau_plus": 17.0, "tau_minus": 34.0, "A_plus": 0.03, "A_minus": 0.02, "tau_c": 300.0,
    "tau_d": 40.0, "d_plus": 0.05, "baseline": 0.01,
}  # fmt: skip


def walked(pre: list[int], seen: list[int], start: float) -> tuple[list[float], set[int]]:
    """Return the weight after every step, and the steps in which something happened."""
    w, c, d, weights = start, 0.0, 0.0, []
    decay_c, decay_d = math.exp(-1 / 300.0), math.exp(-1 / 40.0)
    both = 1 / 300.0 + 1 / 40.0
    for now in range(1, STEPS + 1):
        w += c * d * (1 - math.exp(-both)) / both - c * 0.01 * 300.0 * (1 - decay_c)
        c, d = c * decay_c, d * decay_d
        for _ in range(seen.count(now)):
            c += 0.03 * summed([t for t in pre if t < now], now, 17.0)
        d += 0.05 * REWARDS.count(now)
        for _ in range(pre.count(now)):
            c -= 0.02 * summed([t for t in seen if t < now], now, 34.0)
        weights.append(w)
    return weights, {*pre, *seen, *REWARDS}


def rewarded(joined: snn.Connector, delay: Any) -> snn.Network:
    rule = snn.RewardSTDP(**NUMBERS, modulator="dopamine", w_max=100.0)
    net = circuit(rule, joined, delay, 5.0)
    net.population(1, snn.SpikeArray(times=[REWARDS]), label="dopamine")
    return net


@pytest.mark.parametrize("listed", [False, True])
def test_weights_after_every_event(listed: bool) -> None:
    pre, post = pre_trains(), post_trains()
    pairs = [(i, j) for i in range(len(pre)) for j in range(len(post))]
    delays = 1 + np.arange(len(pairs)) % 7 if listed else np.full(len(pairs), 3)
    joined = snn.FromList(pairs=pairs) if listed else snn.AllToAll()
    net = rewarded(joined, delays.astype(float) if listed else 3.0)
    reference, cpu = (trajectory(net, backend) for backend in ("reference", "cpu"))
    np.testing.assert_array_equal(reference, cpu)
    for k, (i, j) in enumerate(pairs):
        wanted, events = walked(pre[i], [t + int(delays[k]) for t in post[j]], 5.0)
        at = [n - 1 for n in sorted(events) if n <= STEPS]
        np.testing.assert_allclose(cpu[at, k], np.array(wanted)[at], rtol=0, atol=1e-12)


def test_a_late_reward_finds_the_pair_that_it_is_for() -> None:
    """Of two synapses with equal pairs only the one paired before the reward is strengthened."""
    net = snn.Network(dt=1.0)
    cell = snn.LIF(receptors={"force": snn.CurrentDelta(), "plastic": snn.CurrentPulse()})
    pre = net.population(2, snn.SpikeArray(times=[[100.0, 11_500.0], [9000.0, 11_500.0]]))
    teacher = net.population(2, snn.SpikeArray(times=[[104.0], [9004.0]]))
    post = net.population(2, cell)
    reward = net.population(1, snn.SpikeArray(times=[[1100.0]]), label="dopamine")
    force = snn.Synapse(weight=1000.0, delay=1.0)
    net.connect(teacher, post, snn.OneToOne(), force, receptor="force")
    rule = snn.RewardSTDP(modulator=reward, A_plus=0.1)
    learned = net.connect(pre, post, snn.OneToOne(), snn.Synapse(weight=0.1, plasticity=rule),
                          receptor="plastic", label="learned")  # fmt: skip
    result = snn.run(net, 12_000.0, seed=1)
    first, second = result["learned"].weights
    assert learned.label == "learned"
    assert first > 0.1 + 1e-3
    assert second == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("modulator", [None, "nobody"])
def test_without_a_neuromodulator_it_is_refused(modulator: str | None) -> None:
    net = snn.Network(dt=1.0)
    source, target = net.population(1, snn.Poisson(rate=5.0)), net.population(1, snn.LIF())
    rule = snn.RewardSTDP(modulator=modulator)
    net.connect(source, target, snn.AllToAll(), snn.Synapse(plasticity=rule))
    with pytest.raises(ValidationError, match="modulator"):
        snn.compile_network(net)
