"""BPSTDP: its step against plain Python, both engines, XOR and the irises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.compiler.schedules import compile_schedule
from snn.errors import ValidationError
from snn_benchmarks.curves.layers import (
    CLASSES,
    LENGTH,
    answers,
    classifier,
    exclusive_or,
    neuron,
    presented,
)

WIDTH, RATE = 4, 0.01


def shown(net: snn.Network, backend: str, trials: int) -> tuple[list[np.ndarray], list[Any]]:
    """Return final weights by projection, and (steps, neurons) by population."""
    compiled = snn.compile_network(net, precision="float64")
    engine = engines.backend(backend).prepare(compiled)
    schedule = snn.Schedule(trials=trials, phases=[snn.Phase(duration=float(LENGTH))])
    engine.present(compile_schedule(schedule, compiled))
    taken = engine.take()
    shapes = [(q.pre_size, q.post_size) for q in compiled.projections]
    weights = [engine.read_weights(k).reshape(shape) for k, shape in enumerate(shapes)]
    return weights, [taken.spikes.get(k) for k in range(len(compiled.populations))]


def trains(spikes: Any, trial: int, size: int) -> list[list[int]]:
    """Return the spikes of each neuron in one trial, counted from its first step."""
    steps, neurons = spikes
    here = steps - trial * LENGTH
    inside = (here >= 1) & (here <= LENGTH)
    return [sorted(here[inside & (neurons == i)].tolist()) for i in range(size)]


def amid(train: Sequence[int], k: int, late: int = 0) -> int:
    """Return how many spikes arrive in interval k, which ends at step (k + 1) WIDTH."""
    return sum(k * WIDTH < t + late <= (k + 1) * WIDTH for t in train)


def learned(
    weights: list[np.ndarray], layers: list[list[list[int]]], wanted: Sequence[bool], late: int
) -> None:
    """Apply the changes of one trial, the weights from the last layer to the first."""
    intervals, above = range(LENGTH // WIDTH), None
    for w, pre, post in zip(weights, layers[-2::-1], layers[:0:-1], strict=True):
        error = []
        for k in intervals:
            fired = [amid(train, k) > 0 for train in post]
            if above is None:
                error.append([int(want) - int(fire) for want, fire in zip(wanted, fired)])
            else:
                error.append([sum(e * v for e, v in zip(above[0][k], above[1][j])) * fired[j]
                              for j in range(len(post))])  # fmt: skip
        above = error, w.copy()
        for i, train in enumerate(pre):
            for j in range(len(post)):
                w[i, j] += RATE * sum(error[k][j] * amid(train, k, late) for k in intervals)


@pytest.mark.parametrize("delay", [1, 3])
def test_weights_against_plain_python(delay: int) -> None:
    """Three learning layers, so that errors pass through two."""
    rng, trials = np.random.default_rng(5), 7
    inputs, labels = rng.uniform(0, 1, (trials, 3)), rng.random((trials, 2)) < 0.5
    net = classifier(inputs, labels, (5, 4), (0.6, 0.8, 1.0), seed=2, delay=float(delay))
    weights = [np.array(q.synapse.weight) for q in net.projections]
    reference, _ = shown(net, "reference", trials)
    cpu, spikes = shown(net, "cpu", trials)
    for a, b in zip(reference, cpu, strict=True):
        np.testing.assert_array_equal(a, b)
    given = [[int(t) for t in train] for train in net.populations[0].model.times]
    before = [w.copy() for w in weights]
    for k in range(trials):
        sent = [[t - k * LENGTH for t in train if 0 < t - k * LENGTH <= LENGTH] for train in given]
        layers = [sent, *(trains(spikes[p], k, net.populations[p].size) for p in (1, 2, 3))]
        learned(weights, layers, labels[k], delay)
    for a, b, start in zip(cpu, weights, before, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
        assert np.abs(a - start).max() > RATE


def test_it_learns_exclusive_or() -> None:
    """2-20-2 neurons, inputs of 50 and 250 Hz, rate 0.01: the paper's experiment.

    Of 8 seeds 7 must end with 9 of 10 correct answers; without learning the mean is below
    0.6, since an answer of each of the four points is right by chance or there is none.
    """
    reached, untrained = [], []
    for seed in range(8):
        for learning, kept in ((True, reached), (False, untrained)):
            net, order = exclusive_or(seed, epochs=500)
            given = answers(presented(net, len(order), learning).counts["layer1"])
            kept.append((given == np.array(CLASSES)[order])[-200:].mean())
    assert np.sum(np.array(reached) >= 0.9) >= 7
    assert np.mean(untrained) < 0.6


@pytest.mark.slow
def test_it_learns_the_irises() -> None:
    """Five folds; 8-30-3 neurons, each feature and its complement. The paper, 4-30-3: 96 %.

    Guessing is right in a third, and the measured mean is 0.95; 0.9 leaves 5 standard
    deviations of a proportion of 150.
    """
    datasets = pytest.importorskip("sklearn.datasets")
    selection = pytest.importorskip("sklearn.model_selection")
    features, classes = datasets.load_iris(return_X_y=True)
    scaled = (features - features.min(0)) / np.ptp(features, axis=0)
    inputs = np.hstack([scaled, 1 - scaled])
    right = []
    folds = selection.StratifiedKFold(5, shuffle=True, random_state=0).split(inputs, classes)
    for seed, (train, test) in enumerate(folds):
        rng = np.random.default_rng(seed)
        order = np.concatenate([*(rng.permutation(train) for _ in range(60)), test])
        labels = np.eye(3)[classes[order]] > 0
        net = classifier(inputs[order], labels, (30,), (1.0, 1.0), seed, spread=0.5, rate=1e-3)
        learning = np.arange(len(order)) < 60 * len(train)
        answer = answers(presented(net, len(order), learning).counts["layer1"])
        right += (answer == classes[order])[-len(test) :].tolist()
    assert np.mean(right) >= 0.9


def layered(**changes: Any) -> snn.Network:
    """Return two layers whose rules are changed; "swap" declares them in the wrong order."""
    net = snn.Network(dt=1.0)
    source = net.population(2, snn.SpikeArray(times=[[3.0], [9.0]]), label="in")
    hidden, out = (net.population(n, neuron(1.0), label=name) for n, name in ((3, "h"), (2, "o")))
    end = hidden if changes.get("end") == "hidden" else out
    top = {"labels": np.eye(end.size) > 0} | changes.get("top", {})
    low = {"above": "readout"} | changes.get("low", {})
    joins = [(hidden, end, "readout", top), (source, hidden, "features", low)]
    if changes.get("end") == "hidden":
        joins[0] = (out, hidden, "readout", top)
    for pre, post, label, given in joins[:: -1 if changes.get("swap") else 1]:
        synapse = snn.Synapse(plasticity=snn.BPSTDP(**given))
        net.connect(pre, post, snn.AllToAll(), synapse, label=label)
    return net


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"top": {"labels": np.ones((4, 3), bool)}}, r"labels: needs shape \(trials, 2\)"),
        ({"low": {"above": None}}, "needs labels .* or above .* not both"),
        ({"low": {"labels": np.ones((4, 3), bool)}}, "not both"),
        ({"low": {"above": "nobody"}}, "above: must be a projection with BPSTDP; got 'nobody'"),
        ({"swap": True}, "connect the last layer first"),
        ({"end": "hidden"}, "must begin at the neurons where this one ends"),
        ({"top": {"duration": 2.0}}, "duration: must be at least one window, 4 ms"),
    ],
)  # fmt: skip
def test_layers_that_do_not_fit_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        snn.compile_network(layered(**changes))


def test_layers_that_fit_are_taken() -> None:
    snn.compile_network(layered())
