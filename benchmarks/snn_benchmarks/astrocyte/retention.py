"""The store-recall task over seeds."""

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
