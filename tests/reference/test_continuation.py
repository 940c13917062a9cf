"""Cutting a run, and continuing from a snapshot, change nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.circuits import everything, prepared, require_equal, zoo

STEPS = 150


def run(cuts: Sequence[int], precision: str = "float64") -> dict[str, np.ndarray]:
    engine = prepared(zoo(), precision, seed=3)
    for until in (*sorted(cuts), STEPS):
        engine.advance(until - engine.step)
    return everything(engine)


WHOLE = run([])


def test_everything_in_the_zoo_is_alive() -> None:
    spikes = {name: array for name, array in WHOLE.items() if name.startswith("spikes")}
    assert len(spikes) == 3
    assert all(array.shape[1] > 3 for array in spikes.values())
    assert np.unique(WHOLE["weights 1"]).size > 5


@settings(max_examples=10)
@given(st.lists(st.integers(0, STEPS), max_size=6))
def test_cutting_a_run_changes_nothing(cuts: list[int]) -> None:
    require_equal(run(cuts), WHOLE)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("at", [0, 1, 64, 77])
def test_a_fresh_engine_continues_from_a_snapshot(at: int, precision: str) -> None:
    first = prepared(zoo(), precision, seed=3)
    first.advance(at)
    saved = first.snapshot()
    first.take()
    second = prepared(zoo(), precision, seed=3)
    second.restore(saved)
    for engine in (first, second):
        engine.advance(STEPS - at)
    require_equal(everything(first), everything(second))


def test_an_engine_goes_back_to_its_snapshot_and_forgets_what_it_recorded() -> None:
    engine = prepared(zoo(), seed=3)
    engine.advance(40)
    engine.write_rate(0, np.full(6, 300.0))
    engine.learn(1, False)
    engine.advance(7)
    saved = engine.snapshot()
    engine.take()
    engine.advance(50)
    once = everything(engine)
    engine.learn(1, True)
    engine.write_state(3, "v", np.full(3, -60.0))
    engine.advance(13)
    engine.restore(saved)
    engine.advance(50)
    require_equal(everything(engine), once)


def test_a_snapshot_is_arrays_and_independent_of_the_engine() -> None:
    engine = prepared(zoo(), seed=3)
    engine.advance(40)
    saved = engine.snapshot()
    copies = {name: array.copy() for name, array in saved.items()}
    engine.advance(40)
    assert all(isinstance(array, np.ndarray) for array in saved.values())
    assert all(array.dtype != object for array in saved.values())
    require_equal(saved, copies)


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    require_equal(run([]), WHOLE)
    other = prepared(zoo(), seed=4)
    other.advance(STEPS)
    assert everything(other)["samples 1"].tolist() != WHOLE["samples 1"].tolist()
