"""The earlier memories: what is known of them without recordings."""

from __future__ import annotations

import numpy as np
import pytest

import snn
from snn.results import Result
from snn_models.ca3 import OscillatoryMemory, RegulatedMemory

BOARD = {"numerics": "spinnaker", "progress": False}
both = pytest.mark.parametrize("backend", ["cpu", "reference"])


def by_time(result: Result) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for time, neuron in zip(result["PC"].times, result["PC"].neurons, strict=True):
        found.setdefault(int(time), set()).add(int(neuron))
    return found


@both
def test_the_oscillatory_memory_completes_a_step_later_until_the_next_cue(backend: str) -> None:
    shown = [(1.0, range(5)), (15.0, range(10, 15)), (43.0, range(1, 5)), (57.0, range(10, 14))]
    net = OscillatoryMemory().network(shown)
    fired = by_time(snn.run(net, 75.0, backend=backend, **BOARD))
    # Three bursts while learning; then mates and missing neuron take turns.
    assert {t: fired[t] for t in fired if t < 40} == {
        2: set(range(5)), 4: set(range(5)), 6: set(range(5)),
        16: set(range(10, 15)), 18: set(range(10, 15)), 20: set(range(10, 15))}  # fmt: skip
    for t in range(44, 57, 2):
        assert (fired[t], fired[t + 1]) == ({1, 2, 3, 4}, {0})
    for t in range(60, 74, 2):
        assert (fired[t], fired[t + 1]) == ({10, 11, 12, 13}, {14})


@both
def test_the_regulated_memory_learns_and_completes(backend: str) -> None:
    memory = RegulatedMemory()
    shown = [(1.0 + 10.0 * k, range(9)) for k in range(4)]
    learned = snn.run(memory.learning(shown), 51.0, backend=backend, **BOARD)
    weights = learned["learned"].synapses.matrix()
    inside = weights[:9, :9][~np.eye(9, dtype=bool)]
    # 11.43 nA by the first description of the network, to its printed digits.
    np.testing.assert_allclose(inside, 11.43, atol=0.005)
    assert np.nanmax(weights[9:]) == 0
    recalled = memory.recalling(learned, [(1.0, range(1, 9))])
    fired = by_time(snn.run(recalled, 30.0, backend=backend, **BOARD))
    assert set().union(*fired.values()) == set(range(9))


def test_examples_are_small_networks_that_run() -> None:
    for example in (OscillatoryMemory.example(), RegulatedMemory.example()):
        assert len(snn.run(example, 20.0, **BOARD)["PC"].times) > 0
