"""The store-recall and delayed-match tasks over seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn_benchmarks.dendrites.monte_carlo import scientific
from snn_models import AstrocyteMemory

DELAYS = (1000.0, 2000.0, 5000.0, 10_000.0)
"""From the end of the stimulus to the probe, in ms."""

CONFIDENCE = 0.95

CHOSEN_ON = (1001, 1002)
"""Seeds that set the criterion of the delayed match; not among those that are measured."""


@dataclass(frozen=True)
class Retention:
    """Share of items recalled, and one run to look at.

    Parameters
    ----------
    shares : (seeds, delays) array
    rates : (seeds,) array
        Of the stored group in the last half second before the probe, over all delays, Hz.
    result : snn.Result
        Of the last seed.
    """

    shares: NDArray[np.float64]
    rates: NDArray[np.float64]
    result: snn.Result

    @property
    def mean(self) -> float:
        """Over seeds and delays."""
        return float(self.shares.mean())


def trials(items: int) -> list[tuple[int, float]]:
    """Return every item with every delay."""
    return [(item, delay) for delay in DELAYS for item in range(items)]


def measured(mechanism: str, seeds: int, items: int, group: int, threads: int) -> Retention:
    """Run the task with as many networks."""
    shown = trials(items)
    wanted = np.array([item for item, _ in shown])
    shares, rates = [], []
    for seed in range(seeds):
        model = AstrocyteMemory(items=items, group=group, mechanism=mechanism, seed=seed)
        answers, result = model.recall(shown, threads=threads)
        shares.append((answers == wanted).reshape(len(DELAYS), items).mean(axis=1))
        rates.append(rate_before_probe(model, shown, result))
    return Retention(np.array(shares), np.array(rates), result)


@dataclass(frozen=True)
class Matches:
    """Answers of the delayed match to sample.

    Parameters
    ----------
    criterion : float
        Spikes of the probed group from which on the answer is "the same".
    hits, alarms : (seeds, delays) array
        Share of matching probes, and of others, answered with "the same".
    """

    criterion: float
    hits: NDArray[np.float64]
    alarms: NDArray[np.float64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of right answers, (seeds, delays); matching and other probes count alike."""
        return (self.hits + 1.0 - self.alarms) / 2


def match_trials(items: int) -> list[tuple[int, float, int]]:
    """Return every item with every delay; every second probe is another item."""
    return [(item, delay, (item + item % 2) % items) for delay in DELAYS for item in range(items)]


def matched(mechanism: str, seeds: int, items: int, group: int, threads: int) -> Matches:
    """Run the delayed match with as many networks."""

    def counts(seed: int) -> NDArray[np.int64]:
        model = AstrocyteMemory(items=items, group=group, mechanism=mechanism, seed=seed)
        found, _ = model.match(match_trials(items), threads=threads)
        return found.reshape(len(DELAYS), items)

    same = np.arange(items) % 2 == 0
    criterion = criterion_of(np.stack([counts(seed) for seed in CHOSEN_ON]), same)
    said = np.stack([counts(seed) for seed in range(seeds)]) >= criterion
    return Matches(criterion, said[..., same].mean(axis=-1), said[..., ~same].mean(axis=-1))


def criterion_of(counts: NDArray[Any], same: NDArray[np.bool_]) -> float:
    """Return the count from which on "the same" is right most often; of several the middle one."""
    levels = np.arange(counts.min(), counts.max() + 2)
    hits = [(counts[..., same] >= level).mean() for level in levels]
    alarms = [(counts[..., ~same] >= level).mean() for level in levels]
    right = np.array(hits) - np.array(alarms)
    return float(levels[right == right.max()].mean())


def rate_before_probe(
    model: AstrocyteMemory, shown: list[tuple[int, float]], result: snn.Result
) -> float:
    """Return the rate of the stored groups in the 500 ms before they are asked for, Hz."""
    found = result["cells"]
    trial, group = found.neurons // model.size, found.neurons % model.size // model.group
    item, delay = (np.array(column)[trial] for column in zip(*shown, strict=True))
    asked = model.start + model.stimulus + delay
    kept = (group == item) & (found.times > asked - 500.0) & (found.times <= asked)
    return float(kept.sum() / (len(shown) * model.group) / 0.5)


def interval(values: NDArray[Any]) -> tuple[float, float]:
    """Return Student's interval of a mean; of a single value, itself."""
    values = np.asarray(values, float)
    if len(values) < 2 or values.std() == 0:
        return float(values.mean()), float(values.mean())
    error = values.std(ddof=1) / np.sqrt(len(values))
    low, high = scientific("stats").t.interval(CONFIDENCE, len(values) - 1, values.mean(), error)
    return float(low), float(high)
