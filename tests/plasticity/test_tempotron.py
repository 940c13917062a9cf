"""The tempotron: its step against plain Python, both engines, and a task that it learns."""

from __future__ import annotations

import math

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.compiler.schedules import compile_schedule
from snn.errors import ValidationError

STEPS, SOURCES, NEURONS, DELAY = 120, 12, 3, 2


def circuit(labels: np.ndarray, rate: float = 0.05) -> tuple[snn.Network, list[list[int]]]:
    """Return two patterns that alternate, before neurons that some of them move to fire."""
    rng = np.random.default_rng(4)
    patterns = [np.sort(rng.integers(1, 90, (SOURCES, 3)), axis=1) for _ in range(2)]
    trains = [
        sorted(float(t + k * STEPS) for k in range(len(labels)) for t in set(patterns[k % 2][i]))
        for i in range(SOURCES)
    ]
    net = snn.Network(dt=1.0)
    source = net.population(SOURCES, snn.SpikeArray(times=trains), label="source")
    cell = snn.LIF(tau_m=15.0, cm=5.0, tau_refrac=0.0, v_rest=0.0, v_reset=0.0, v_thresh=1.0,
                   receptors={"excitatory": snn.CurrentExp(tau_syn=3.75, signed=True)})  # fmt: skip
    target = net.population(NEURONS, cell, label="target")
    rule = snn.Tempotron(labels=labels, rate=rate, tau_m=15.0, tau_s=3.75)
    weight = rng.normal(0.1, 0.1, (SOURCES, NEURONS))
    net.connect(source, target, snn.AllToAll(),
                snn.Synapse(weight=weight, delay=float(DELAY), plasticity=rule))  # fmt: skip
    net.record(target, ["spikes", "v"])
    return net, [[int(t) for t in train] for train in trains]


def shown(
    net: snn.Network, backend: str, trials: int
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return final weights, v at every step, and spikes."""
    compiled = snn.compile_network(net, precision="float64")
    engine = engines.backend(backend).prepare(compiled)
    schedule = snn.Schedule(trials=trials, phases=[snn.Phase(duration=float(STEPS))])
    engine.present(compile_schedule(schedule, compiled))
    taken = engine.take()
    v = next(values for _, values in taken.samples.values())
    return engine.read_weights(0).reshape(SOURCES, NEURONS), v, taken.spikes[1]


def kernel(t: float) -> float:
    top = 15.0 * 3.75 / (15.0 - 3.75) * math.log(15.0 / 3.75)
    height = math.exp(-top / 15.0) - math.exp(-top / 3.75)
    return (math.exp(-t / 15.0) - math.exp(-t / 3.75)) / height if t > 0 else 0.0


def test_weights_against_plain_python() -> None:
    labels = np.random.default_rng(8).random((6, NEURONS)) < 0.5
    net, trains = circuit(labels)
    w = np.array(net.projections[0].synapse.weight)
    reference, *_ = shown(net, "reference", 6)
    cpu, v, (steps, neurons) = shown(net, "cpu", 6)
    np.testing.assert_array_equal(reference, cpu)
    mistakes = set()
    for k in range(6):
        begin = k * STEPS
        for j in range(NEURONS):
            fired = [int(t) for t in steps[neurons == j] if begin < t <= begin + STEPS]
            if bool(fired) == bool(labels[k, j]):
                continue
            mistakes.add(bool(fired))
            at = (
                fired[0]
                if fired
                else begin + 1 + int(np.argmax(v[begin + 1 : begin + STEPS + 1, j]))
            )
            for i, train in enumerate(trains):
                here = [t for t in train if begin < t <= begin + STEPS]
                change = sum(kernel(at - t - DELAY) for t in here)
                w[i, j] += 0.05 * change * (-1 if fired else 1)
    np.testing.assert_allclose(cpu, w, rtol=0, atol=1e-12)
    assert mistakes == {True, False}


def test_it_learns_to_tell_two_patterns_apart() -> None:
    labels = np.tile([[True, False, True], [False, True, False]], (40, 1))
    net, _ = circuit(labels, rate=0.02)
    sim = snn.Simulation(net, precision="float64")
    schedule = snn.Schedule(trials=80, phases=[snn.Phase(duration=float(STEPS))],
                            count=[net.populations[1]])  # fmt: skip
    counts = sim.present(schedule).counts["target"]
    np.testing.assert_array_equal(counts[-2:] > 0, labels[-2:])


def test_labels_that_do_not_fit_are_refused() -> None:
    net, _ = circuit(np.ones((2, 5), bool))
    with pytest.raises(ValidationError, match="labels"):
        snn.compile_network(net)
