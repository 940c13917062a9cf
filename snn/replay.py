"""Random input, drawn ahead: the trains that other simulators replay.

The streams of docs/numerics.md, section 6, as arrays. An engine of ours draws them step by step;
a simulator that has its own generators gets them as spike times, so that it runs the same input.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledDrive, CompiledPopulation
from snn.random import BLOCK, LARGEST_MEAN, PHILOX_M0, PHILOX_M1, PHILOX_W0, PHILOX_W1, ROUNDS

Counts = NDArray[np.int64]
Words = NDArray[np.uint64]
_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox(counter: tuple[Words, Words, Words, Words], key: int) -> tuple[Words, ...]:
    """Return the four words of `snn.random.philox` for arrays of counters."""
    c0, c1, c2, c3 = counter
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(ROUNDS):
        p0, p1 = np.uint64(PHILOX_M0) * c0, np.uint64(PHILOX_M1) * c2
        c0, c1, c2, c3 = ((p1 >> _HALF) ^ c1 ^ np.uint64(k0), p1 & _MASK,
                          (p0 >> _HALF) ^ c3 ^ np.uint64(k1), p0 & _MASK)  # fmt: skip
        k0, k1 = (k0 + PHILOX_W0) & 0xFFFFFFFF, (k1 + PHILOX_W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def spike_trains(
    p: CompiledPopulation, dt: float, first: int, last: int, *, begun: int = 1
) -> tuple[Counts, Counts]:
    """Return (steps, neurons) of the spikes of a source stamped first <= step < last.

    Parameters
    ----------
    p : CompiledPopulation
        Of a `SpikeArray` or `Poisson`.
    dt : float, ms
    first, last : int
    begun : int
        First step of the stretch in which Poisson trains are drawn.

    Returns
    -------
    (spikes,) int64, (spikes,) int64
        Sorted by step, then neuron; a neuron that fires twice in a step counts twice.
    """
    if p.rate is None:
        assert p.spike_steps is not None
        assert p.spike_index is not None
        chosen = (p.spike_steps >= first) & (p.spike_steps < last)
        return p.spike_steps[chosen], p.spike_index[chosen].astype(np.int64)
    mean = p.rate * dt * 1e-3 * BLOCK
    start = begun + max(first - begun, 0) // BLOCK * BLOCK
    found = [_block(mean, s, p.key) for s in range(start, last, BLOCK)]
    steps, neurons = (np.concatenate([np.zeros(0, np.int64), *parts]) for parts in zip(
        *(found or [(np.zeros(0, np.int64),) * 2]), strict=True))  # fmt: skip
    chosen = (steps >= first) & (steps < last)
    steps, neurons = steps[chosen], neurons[chosen]
    order = np.lexsort((neurons, steps))
    return steps[order], neurons[order]


def _block(mean: NDArray[np.float64], start: int, key: int) -> tuple[Counts, Counts]:
    """Return the spikes of the block of steps that begins at `start`."""
    counts = _block_counts(mean, start, key)
    neurons = np.repeat(np.arange(len(mean)), counts)
    event = np.arange(len(neurons)) - np.repeat(np.cumsum(counts) - counts, counts)
    words = np.stack(philox(_counter(neurons, start, event // 4), key))
    word = words[event % 4, np.arange(len(event))]
    return start + (word >> np.uint64(26)).astype(np.int64), neurons


def _block_counts(mean: NDArray[np.float64], start: int, key: int) -> Counts:
    draws = np.ceil(mean / LARGEST_MEAN).astype(np.int64)
    counts = np.zeros(len(mean), np.int64)
    for r in range(int(draws.max(initial=0))):
        drawn = np.flatnonzero(draws > r)
        words = philox(_counter(drawn, start, np.full(len(drawn), 2**31 + r)), key)
        uniform = (words[0] * 2.0**21 + (words[1] >> np.uint64(11))) * 2.0**-53
        counts[drawn] += _inverted(uniform, mean[drawn] / draws[drawn])
    return counts


def _inverted(uniform: NDArray[np.float64], mean: NDArray[np.float64]) -> Counts:
    """Return the Poisson counts whose cumulative probabilities pass `uniform`."""
    # `math.exp` as the engines have it; numpy's may differ in the last place.
    mass = np.array([math.exp(-m) for m in mean])
    count, cumulative = np.zeros(len(mean), np.int64), mass.copy()
    left = np.arange(len(mean))
    while left.size:
        ahead = (uniform[left] >= cumulative[left]) & (
            (count[left] < mean[left]) | (mass[left] > 1e-18)
        )
        left = left[ahead]
        count[left] += 1
        mass[left] = mass[left] * mean[left] / count[left]
        cumulative[left] = cumulative[left] + mass[left]
    return count


def drive_counts(drive: CompiledDrive, first: int, last: int) -> tuple[Counts, Counts, Counts]:
    """Return (steps, entries, counts) of a private drive, first <= step < last.

    `entries` are positions in ``drive.index``; only counts above 0 are returned, sorted by step,
    then entry.
    """
    rows = [_drive_step(drive, step) for step in range(first, last)]
    entries = [np.flatnonzero(row) for row in rows]
    steps = np.repeat(np.arange(first, last), [len(e) for e in entries])
    none = np.zeros(0, np.int64)
    counts = [row[e] for row, e in zip(rows, entries, strict=True)]
    return steps, np.concatenate([none, *entries]), np.concatenate([none, *counts])


def _drive_step(drive: CompiledDrive, step: int) -> Counts:
    """Return the count of every entry at one step."""
    entry = np.arange(len(drive.index))
    half = entry % 8
    words = np.stack(philox(_counter(entry // 8, step, np.zeros_like(entry)), drive.key))
    word = words[half // 2, entry]
    high = word >> (np.uint64(16) * (half % 2).astype(np.uint64)) & np.uint64(0xFFFF)
    low = philox(_counter(entry, step, np.ones_like(entry)), drive.key)[0]
    uniform = high << _HALF | low
    found = np.zeros(len(entry), np.int64)
    for row, limits in enumerate(drive.thresholds):
        own = drive.table == row
        found[own] = np.searchsorted(limits, uniform[own], side="right")
    return found


def _counter(c0: Counts, step: int, c3: Counts) -> tuple[Words, Words, Words, Words]:
    low, high = np.uint64(step % 2**32), np.uint64(step >> 32)
    return (c0.astype(np.uint64), np.full(len(c0), low), np.full(len(c0), high),
            c3.astype(np.uint64))  # fmt: skip
