"""Drawn-ahead random input against the engines that draw it step by step."""

import numpy as np
import pytest

import snn
from snn.compiler import compile_network
from snn.random import philox as words
from snn.replay import drive_counts, philox, spike_trains

RATES = [0.0, 3.0, 40.0, 900.0, 30000.0, 90000.0]
"""Up to 90 spikes a step: the last is the sum of several draws a block."""


def network():
    net = snn.Network(dt=1.0)
    source = net.population(len(RATES), snn.Poisson(rate=RATES), label="source")
    cells = net.population(9, snn.LIF(), label="cells")
    net.drive(cells[2:], snn.PoissonInput(rate=np.arange(7) * 700.0, weight=0.25), label="drive")
    net.record(source, "spikes")
    net.record(cells, "excitatory.i")
    return net


@pytest.mark.parametrize("first", [1, 70])
def test_poisson_trains_are_those_of_the_reference(first):
    net = network()
    recorded = snn.run(net, 300.0, backend="reference", seed=4)["source"].spikes
    steps, neurons = spike_trains(compile_network(net, seed=4).populations[0], 1.0, first, 301)
    kept = recorded.steps >= first
    assert steps.tolist() == recorded.steps[kept].tolist()
    assert neurons.tolist() == recorded.neurons[kept].tolist()


def test_drive_counts_are_those_of_the_reference():
    net = network()
    result = snn.run(net, 50.0, backend="reference", seed=4, precision="float64")
    current = result["cells"].traces["excitatory.i"].values
    arrived = np.diff(current, axis=0, prepend=0.0)[1:] + current[:-1] * (1 - np.exp(-1 / 5.0))
    expected = np.rint(arrived / 0.25).astype(int)
    found = np.zeros_like(expected)
    drive = compile_network(net, seed=4).drives[0]
    steps, entries, counts = drive_counts(drive, 1, 51)
    found[steps - 1, drive.index[entries]] = counts
    assert expected.max() > 3
    np.testing.assert_array_equal(found, expected)


def test_philox_words_are_those_of_one_counter():
    counters = [(0, 0, 0, 0), (7, 2**32 - 1, 3, 2**31 + 5), (2**32 - 1,) * 4]
    arrays = tuple(np.array(column, np.uint64) for column in zip(*counters))
    key = 0x1234_5678_9ABC_DEF0
    found = np.stack(philox(arrays, key), axis=1).tolist()
    assert found == [list(words(counter, key)) for counter in counters]
