"""Spikes and drives that come from outside (docs/numerics.md, section 6)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledCurrent, CompiledDrive, CompiledPopulation
from snn.random import BLOCK, LARGEST_MEAN, philox
from snn_reference.kernels import Real

Array = NDArray[Any]


class SpikeTrains:
    """Spikes at given steps."""

    def __init__(self, compiled: CompiledPopulation) -> None:
        self.spikes: dict[int, list[int]] = defaultdict(list)
        if compiled.spike_steps is not None and compiled.spike_index is not None:
            for step, neuron in zip(compiled.spike_steps, compiled.spike_index, strict=True):
                self.spikes[int(step)].append(int(neuron))

    def emit(self, step: int) -> list[int]:
        """Return the neurons that fire at a step, ascending, one entry per spike."""
        return sorted(self.spikes.get(step, []))


class PoissonTrains:
    """Independent Poisson trains, drawn 64 steps at a time.

    Parameters
    ----------
    compiled : CompiledPopulation
    dt : float, ms
    """

    def __init__(self, compiled: CompiledPopulation, dt: float) -> None:
        self.key, self.dt = compiled.key, dt
        rate = np.zeros(compiled.size) if compiled.rate is None else compiled.rate
        self.own = np.array(rate, dtype=float)
        self.begin(self.own, 1)

    def begin(self, rate: Array, step: int) -> None:
        """Begin a stretch at `step` with these rates, Hz."""
        self.rate, self.first = np.array(rate, dtype=float), step
        self.drawn, self.spikes = -1, dict[int, list[int]]()

    def emit(self, step: int) -> list[int]:
        """Return the neurons that fire at a step, ascending, one entry per spike."""
        if step < self.first:
            return []
        start = self.first + (step - self.first) // BLOCK * BLOCK
        if self.drawn != start:
            self.drawn, self.spikes = start, self._block(start)
        return self.spikes.get(step, [])

    def _block(self, start: int) -> dict[int, list[int]]:
        spikes: dict[int, list[int]] = defaultdict(list)
        for neuron, rate in enumerate(self.rate):
            expected = BLOCK * (float(rate) * self.dt * 1e-3)
            for event in range(poisson_count(expected, neuron, start, self.key)):
                words = philox((neuron, *halves(start), event // 4), self.key)
                spikes[start + (words[event % 4] >> 26)].append(neuron)
        return spikes


def poisson_count(expected: float, neuron: int, start: int, key: int) -> int:
    """Return how many events a neuron has in the block that begins at step `start`."""
    draws = math.ceil(expected / LARGEST_MEAN)
    count = 0
    for r in range(draws):
        words = philox((neuron, *halves(start), 2**31 + r), key)
        uniform = (words[0] * 2**21 + (words[1] >> 11)) * 2.0**-53
        count += inverted(uniform, expected / draws)
    return count


def inverted(uniform: float, mean: float) -> int:
    """Return the Poisson count whose cumulative probability passes `uniform`."""
    k, mass = 0, math.exp(-mean)
    cumulative = mass
    while uniform >= cumulative and (k < mean or mass > 1e-18):
        k += 1
        mass = mass * mean / k
        cumulative = cumulative + mass
    return k


def halves(step: int) -> tuple[int, int]:
    """Return the low and the high 32 bits of a step."""
    return step % 2**32, step >> 32


class Drive:
    """A private Poisson drive: a count for each entry at each step."""

    def __init__(self, compiled: CompiledDrive, real: Real) -> None:
        self.compiled, self.real = compiled, real

    def arrivals(self, step: int) -> Iterator[tuple[tuple[int, int, int], Any]]:
        """Yield ((population, receptor, neuron), amount) of a step."""
        made = self.compiled
        for entry, neuron in enumerate(made.index):
            count = self.count(entry, step)
            if count:
                address = (made.population, made.receptor, int(neuron))
                yield address, self.real(made.weight) * self.real(count)

    def count(self, entry: int, step: int) -> int:
        """Return how many events an entry gets at a step."""
        made = self.compiled
        uniform = uniform48(entry, step, made.key)
        return sum(int(limit) <= uniform for limit in made.thresholds[made.table[entry]])


def uniform48(entry: int, step: int, key: int) -> int:
    """Return the 48-bit number that decides the count of one entry at one step."""
    words = philox((entry // 8, *halves(step), 0), key)
    half = entry % 8
    high = words[half // 2] >> 16 * (half % 2) & 0xFFFF
    low = philox((entry, *halves(step), 1), key)[0]
    return high << 32 | low


class Injection:
    """An injected current."""

    def __init__(self, compiled: CompiledCurrent) -> None:
        self.compiled = compiled

    def values(self, step: int) -> Array:
        """Return the current of each neuron of the injection in a step, nA."""
        made = self.compiled
        row = self._row(step)
        return np.zeros(len(made.index)) if row is None else made.values[row]

    def _row(self, step: int) -> int | None:
        steps, count = self.compiled.steps, len(self.compiled.values)
        if not len(steps) or step < steps[0]:
            return None
        if not self.compiled.every_step:
            return int(np.flatnonzero(steps <= step)[-1])
        row = step - int(steps[0])
        if self.compiled.repeat:
            return row % count
        return row if row < count else None
