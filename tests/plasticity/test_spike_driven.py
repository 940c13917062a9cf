"""Bistable synapses against a walk through recorded membrane potentials."""

from __future__ import annotations

import math

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.errors import ValidationError

RULE = snn.SpikeDrivenPlasticity(
    theta_v=-58.0, up_low=0.5, up_high=4.0, down_low=0.2, down_high=3.0, a=0.3, b=0.25,
    alpha=0.004, beta=0.006, X_0=0.3, w_minus=0.2, w_plus=0.7,
)  # fmt: skip
STEPS, DELAYS = 400, (2, 5)


def circuit() -> snn.Network:
    rng = np.random.default_rng(5)
    net = snn.Network(dt=1.0)
    trains = [np.sort(rng.integers(0, STEPS, n)).tolist() for n in (10, 40, 100, 25)]
    source = net.population(4, snn.SpikeArray(times=trains), label="source")
    cell = snn.LIF(cm=1.0, receptors={"excitatory": snn.CurrentPulse()})
    target = net.population(3, cell, label="target")
    net.inject(target, snn.NoiseTable(values=rng.normal(0.7, 0.5, (STEPS, 3))))
    for k, delay in enumerate(DELAYS):
        learned = snn.Synapse(weight=0.2, delay=float(delay), plasticity=RULE)
        joined = snn.AllToAll() if k else snn.FixedProbability(1.0)
        net.connect(source, target, joined, learned)
    net.record(target, ["spikes", "v"])
    return net


def walked(pre: list[int], post: list[int], v: np.ndarray, delay: int) -> list[float]:
    """Return the weight after every step."""
    X, w, last, weights = 0.3, 0.2, 0, []
    for now in range(STEPS + 1):
        for _ in range(pre.count(now)):
            C = sum(math.exp(-(now - t - delay) / 60.0) for t in post if t + delay < now)
            drift = 0.004 * (now - last) if X > 0.5 else -0.006 * (now - last)
            X = min(max(X + drift, 0.0), 1.0)
            if v[now] > -58.0 and 0.5 < C < 4.0:
                X = min(X + 0.3, 1.0)
            elif v[now] <= -58.0 and 0.2 < C < 3.0:
                X = max(X - 0.25, 0.0)
            w, last = (0.7 if X > 0.5 else 0.2), now
        weights.append(w)
    return weights[1:]


def test_weights_after_every_step() -> None:
    net = circuit()
    compiled = snn.compile_network(net, precision="float64")
    found = {}
    for backend in ("reference", "cpu"):
        engine = engines.backend(backend).prepare(compiled)
        weights = []
        for _ in range(STEPS):
            engine.advance(1)
            weights.append([engine.read_weights(k) for k in range(2)])
        taken = engine.take()
        found[backend] = np.array(weights), taken
    np.testing.assert_array_equal(found["cpu"][0], found["reference"][0])
    weights, taken = found["cpu"]
    steps, neurons = taken.spikes[1]
    v = next(values for _, values in taken.samples.values())
    changes = 0
    trains = net.populations[0].model.trains(4)
    for k, delay in enumerate(DELAYS):
        for i, train in enumerate(trains):
            for j in range(3):
                post = steps[neurons == j].tolist()
                wanted = walked([int(t) for t in train], post, v[:, j], delay)
                np.testing.assert_array_equal(weights[:, k, 3 * i + j], wanted)
                changes += int(np.count_nonzero(np.diff(wanted)))
    assert changes > 20


def test_a_state_that_the_neuron_has_not_is_refused() -> None:
    @snn.model
    class Reader(snn.EventRule):
        voltage = snn.PostState("V_m")

        @staticmethod
        def on_pre(w: float, voltage: float) -> float:
            return w + 0.1 * voltage

    net = snn.Network(dt=1.0)
    source, target = net.population(1, snn.Poisson(rate=5.0)), net.population(1, snn.LIF())
    net.connect(source, target, snn.AllToAll(), snn.Synapse(plasticity=Reader()))
    with pytest.raises(ValidationError, match="V_m"):
        snn.compile_network(net)
