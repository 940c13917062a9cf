"""Schedules on NEST: counts, repetitions and homeostasis at trial ends as on the CPU engine."""

from __future__ import annotations

import numpy as np
import pytest

import snn

pytestmark = pytest.mark.peers


def taught() -> tuple[snn.Network, snn.Schedule]:
    """Return a network that learns with scaling at trial ends, and trials of two phases."""
    net = snn.Network(dt=0.5)
    source = net.population(20, snn.Poisson(rate=0.0), label="source")
    other = net.population(5, snn.Poisson(rate=30.0), label="other")
    cells = net.population(8, snn.LIF(tau_refrac=2.0), label="cells")
    rules = [snn.PairSTDP(A_plus=0.002, A_minus=0.001, w_max=4.0),
             snn.SynapticScaling(target=30.0), snn.RowScaling(target=12.0)]  # fmt: skip
    learned = net.connect(source, cells, snn.AllToAll(), snn.Synapse(
        weight=snn.Uniform(1.0, 2.0), delay=0.5, plasticity=rules), label="learned")  # fmt: skip
    net.connect(other, cells, snn.AllToAll(), snn.Synapse(weight=1.0, delay=1.5))
    net.record(cells, "spikes")
    rates = np.random.default_rng(1).uniform(0, 60, (6, 20))
    schedule = snn.Schedule(
        trials=6, count=[cells, source], learning={learned: [True, True, False, True, True, False]},
        phases=[snn.Phase(duration=60.0, rates={source: rates}), snn.Phase(duration=100.0)],
        repeat=snn.Repeat(population=cells, at_least=86, gain=0.5, limit=4),
    )  # fmt: skip
    return net, schedule


def test_trials_are_those_of_the_cpu_engine() -> None:
    net, schedule = taught()
    ours, theirs = (
        snn.Simulation(net, precision="float64", seed=4, backend=b).present(schedule)
        for b in ("cpu", "nest")
    )
    for label, counts in ours.counts.items():
        np.testing.assert_array_equal(theirs.counts[label], counts)
    np.testing.assert_array_equal(theirs.attempts, ours.attempts)
    np.testing.assert_array_equal(theirs.first_step, ours.first_step)
    np.testing.assert_array_equal(theirs.result["cells"].steps, ours.result["cells"].steps)
    weights = ours.result["learned"].weights
    np.testing.assert_allclose(theirs.result["learned"].weights, weights, rtol=0, atol=1e-10)
    assert ours.attempts.max() > 0
    assert ours.counts["cells"].sum() > 60
