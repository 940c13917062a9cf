"""The arrays an engine works on: states, rings of arrivals, spike buffers, recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledPopulation
from snn.plasticity.rule import post_states_of
from snn.plasticity.trial_rule import TrialRule
from snn.random import BLOCK, LARGEST_MEAN

Array = NDArray[Any]

LARGEST_BATCH = 64
BUFFER = 1 << 22
"""Entries that a batch's spike buffer may have at most; large populations get short batches."""


@dataclass(eq=False)
class CurrentMemory:
    """Where one thread is in the injected currents of a population."""

    at: Array
    levels: Array
    dirty: Array


@dataclass(eq=False)
class CellMemory:
    """States of a population of cells."""

    states: dict[str, Array]
    rings: list[Array]
    counter: Array
    flags: Array
    injected: Array
    threads: list[CurrentMemory]


@dataclass(eq=False)
class SourceMemory:
    """Where a source is in its trains."""

    at: Array = field(default_factory=lambda: np.zeros(1, np.int64))
    event: Array = field(default_factory=lambda: np.zeros((2, 0), np.int32))
    where: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    start: Array = field(default_factory=lambda: np.zeros(BLOCK + 1, np.int64))


@dataclass(eq=False)
class SpikeMemory:
    """Spikes of one batch: `index[t, ptr[t, k]:ptr[t, k + 1]]` are thread t's in slot k."""

    index: Array
    ptr: Array


def state_readers(compiled: Compiled) -> set[int]:
    """Return the populations whose states learning rules read."""
    return {q.post for q in compiled.projections for r in q.rules if post_states_of(type(r.rule))}


def followed(compiled: Compiled) -> set[int]:
    """Return the populations whose every step learning rules look at, move or undo."""
    moved = {q.post for q in compiled.projections for r in q.rules if getattr(r.rule, "state", "")}
    trial = {p for q in compiled.projections for r in q.rules if isinstance(r.rule, TrialRule)
             for p in (q.pre, q.post)}  # fmt: skip
    return state_readers(compiled) | trial | moved


def batch_length(compiled: Compiled) -> int:
    """Return the number of steps that are advanced before spikes are delivered.

    One where a rule reads the state of a post neuron at the spike.
    """
    if state_readers(compiled):
        return 1
    largest = max((p.size for p in compiled.populations), default=1)
    return max(1, min(compiled.min_delay, LARGEST_BATCH, BUFFER // max(largest, 1)))


def ring_slots(compiled: Compiled, batch: int) -> int:
    """Return the number of steps a ring spans, a power of two."""
    return 1 << int(np.ceil(np.log2(compiled.max_delay + batch + 1)))


def cell_memory(
    population: CompiledPopulation, slots: int, dtype: str, currents: int, threads: int
) -> CellMemory:
    """Allocate a population of cells in its initial state."""
    plan, size = population.plan, population.size
    assert plan is not None
    states = {
        v.name: np.array(population.initial[v.name], dtype if v.dtype == "state" else v.dtype)
        for v in plan.states
    }
    followed = [
        CurrentMemory(np.zeros((currents, 1), np.int64), np.zeros((currents, size)),
                      np.ones(1, np.int64))
        for _ in range(threads if plan.injects else 0)
    ]  # fmt: skip
    return CellMemory(
        states=states, rings=[np.zeros((slots, size), dtype) for _ in plan.receptors],
        counter=np.zeros(size, np.int32), flags=np.zeros(size, np.uint8),
        injected=np.zeros(size if plan.injects else 0, dtype), threads=followed,
    )  # fmt: skip


def poisson_capacity(mean: float) -> int:
    """Return room for a block's events that is exceeded with probability below 1e-30.

    A Poisson variable exceeds ``m + 12 sqrt(m) + 100`` with less than that (Chernoff).
    """
    return int(mean + 12 * np.sqrt(mean) + 100)


def spike_memory(size: int, batch: int, threads: int) -> SpikeMemory:
    """Allocate the spike buffer of a batch."""
    return SpikeMemory(
        np.zeros((threads, size), np.int32), np.zeros((threads, batch + 1), np.int64)
    )


def largest_burst(times: Array, batch: int) -> int:
    """Return the most listed spikes in any `batch` consecutive steps."""
    if not times.size:
        return 0
    ends = np.searchsorted(times, times + batch, side="left")
    return int((ends - np.arange(times.size)).max())


@contextmanager
def undone(arrays: Iterable[Array]) -> Iterator[None]:
    """Put arrays back at the end to what they were."""
    every = list(arrays)
    kept = [array.copy() for array in every]
    yield
    for array, old in zip(every, kept, strict=True):
        array[...] = old


__all__ = [
    "BLOCK", "LARGEST_MEAN", "CellMemory", "SourceMemory", "SpikeMemory", "batch_length",
    "cell_memory", "largest_burst", "poisson_capacity", "followed", "ring_slots",
    "spike_memory", "state_readers", "undone",
]  # fmt: skip
