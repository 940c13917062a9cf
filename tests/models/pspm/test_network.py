"""PSPMNetwork on small instances, its measures against plain Python, bad input."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

import snn
from snn.errors import ValidationError
from snn_models import PSPMNetwork
from snn_models.pspm import CONDITIONS, avalanches, distances, exponent, isi_distance


def by_hand(network: PSPMNetwork) -> np.ndarray:
    """Return the raster of the reference: the program's own loop, in volts and steps.

    At the start of a step a neuron above 30 mV spikes; then v is 0.91 v (0 after a spike)
    plus 0.09 of synapses and current. Our spike of step i is that of its step i + 1.
    """
    weight, noise = network.weights("target") / 90.0, network._random["noise"]
    v, raster = np.zeros(network.neurons), np.zeros((network.neurons, network.steps))
    fired = np.zeros(network.neurons, bool)
    for i in range(network.steps):
        v = np.where(fired, 0.0, 0.91 * v) + 0.09 * (weight.T @ fired + 0.1 * noise[i])
        fired = v > 0.030
        raster[:, i] = fired
    return raster


def test_the_network_is_that_of_the_program() -> None:
    """Both advance each other's way; in float32 a spike moves in one of some thousands."""
    network = PSPMNetwork(neurons=60, steps=600, seed=3)
    ours, theirs = network.play(network.weights("target")), by_hand(network)
    assert theirs.sum() > 300
    assert np.abs(ours - theirs).sum() <= 0.02 * theirs.sum()


def test_training_brings_trains_nearer_and_does_not_recover_weights() -> None:
    done = PSPMNetwork(neurons=60, steps=1500, iterations=100, seed=2, condition="sparse").train()
    naive, trained = (distances(r, done.target) for r in (done.naive, done.trained))
    assert trained[0] * 2 < naive[0]
    assert trained[1] * 3 < naive[1]
    # 48 x 60 unrelated weights correlate by 0.02 (1 / sqrt(2880)): five of that.
    assert abs(done.correlation()) < 0.1
    assert done.unmatched[:, -1].sum() < done.unmatched[:, 0].sum()
    assert ((done.weights["trained"] >= 0) == (done.weights["naive"] >= 0))[done.excitatory].all()


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_backends_agree(backend: str) -> None:
    network = PSPMNetwork(neurons=10, steps=120, iterations=3, seed=5)
    a, b = network.train(backend), network.train("cpu")
    for name in ("target", "naive", "trained", "control"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    np.testing.assert_array_equal(a.weights["trained"], b.weights["trained"])


def test_conditions_differ_as_they_say() -> None:
    """Means of 160,000 weights, to five standard errors."""
    drawn = {name: PSPMNetwork(condition=name, steps=16) for name in CONDITIONS}
    sizes = {name: [np.abs(network.weights(which)) / 90.0 * 1e3 for which in ("target", "naive")]
             for name, network in drawn.items()}  # fmt: skip
    error = 5 * 0.433 / 400
    means = {"uniform": (0.75, 0.75), "naive_half_max": (0.75, 0.375), "sparse": (0.375, 0.75)}
    for name, wanted in means.items():
        for size, mean in zip(sizes[name], wanted, strict=True):
            assert abs(size.mean() - mean) < error + 1e-3
    assert abs(np.mean(sizes["sparse"][0] == 0) - 0.5) < 5 * 0.5 / 400
    assert abs(np.median(sizes["gaussian"][0]) - 0.75) < 2 * error
    for network in drawn.values():
        sign = np.sign(network.weights("target")).max(axis=1)
        assert np.sum(sign <= 0) == 80


def smooth(train: list[int], length: int) -> list[float]:
    kernel = [math.exp(-0.005 * (-20 + 40 * k / 99) ** 2) for k in range(100)]
    return [sum(train[t - k] * kernel[k] for k in range(100) if 0 <= t - k < length)
            for t in range(length + 99)]  # fmt: skip


def test_distances_by_their_definition() -> None:
    rng = np.random.default_rng(2)
    a, b = (rng.random((3, 150)) < 0.1 for _ in range(2))
    x, y = ([smooth([*map(int, train)], 150) for train in raster] for raster in (a, b))
    own = sum(sum((p - q) ** 2 for p, q in zip(i, j)) / 249 for i, j in zip(x, y))
    both = sum((sum(p) - sum(q)) ** 2 for p, q in zip(zip(*x), zip(*y))) / 249 / 3
    assert distances(a * 1.0, b * 1.0) == pytest.approx((own, both), rel=1e-9)
    counts = []
    for raster in (a, b):
        gaps = [v - u for train in raster for u, v in pairwise(np.flatnonzero(train).tolist())]
        counts.append([gaps.count(k) for k in range(150)])
    assert isi_distance(a, b) == pytest.approx(math.dist(*counts))


def test_avalanches_of_a_train_made_by_hand() -> None:
    activity = [0, 0, 3, 4, 0, 1, 0, 0, 5, 0]
    raster = np.array([[int(k < n) for n in activity] for k in range(5)])
    assert avalanches(raster).tolist() == [7, 1, 5]


def test_the_exponent_of_a_power_law_is_found() -> None:
    """Of 20,000 numbers with exponent 2.5: its standard error is 0.011; five of it."""
    u = np.random.default_rng(1).random(20_000)
    sizes = np.floor(9.5 * (1 - u) ** (-1 / 1.5) + 0.5).astype(int)
    assert abs(exponent(sizes) - 2.5) < 0.055
    assert math.isnan(exponent(np.array([1, 2])))


@pytest.mark.parametrize(("given", "says"), [
    ({"condition": "dense"}, "condition: must be one of uniform"),
    ({"neurons": 3}, "neurons: must be a whole number of at least 5; got 3"),
    ({"steps": 10}, "steps: must be a whole number of at least 16"),
    ({"iterations": 2.5}, "iterations: must be a whole number"),
    ({"seed": -1}, "seed: must be"),
])  # fmt: skip
def test_bad_input_is_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        PSPMNetwork(**given)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValidationError, match="2 problems"):
        PSPMNetwork(neurons=1, steps=1)


def test_it_is_part_of_a_larger_network() -> None:
    network = PSPMNetwork(neurons=10, steps=50)
    net = network.build(network.weights("naive"))
    watcher = net.population(1, snn.LIF(), label="watcher")
    net.connect(net.populations[0], watcher, snn.AllToAll(), snn.Synapse(weight=0.1, delay=3.0))
    assert snn.run(net, 30.0, progress=False).duration == 30.0
