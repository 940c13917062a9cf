"""What two results have in common beyond single spikes: rates, irregularity, correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.results.population import PopulationResult

Array = NDArray[Any]
PAIRED = 200
"""At most so many neurons, evenly spaced, are taken for pairwise correlations."""


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Statistics of a population's spikes in both results.

    Parameters
    ----------
    component : str
    rate : (float, float), Hz
        Mean rate of the recorded neurons.
    rate_gap : float, Hz
        Largest difference of one neuron's rates.
    irregularity : (float, float)
        Mean coefficient of variation of the intervals of neurons that have two or more.
    correlation : (float, float)
        Mean Pearson correlation of spike counts of pairs of neurons, in bins of `bin` ms.
    bin : float, ms
    """

    component: str
    rate: tuple[float, float]
    rate_gap: float
    irregularity: tuple[float, float]
    correlation: tuple[float, float]
    bin: float

    def __str__(self) -> str:
        rate, cv, r = self.rate, self.irregularity, self.correlation
        return (f"{self.component}: rate {rate[0]:.4g} and {rate[1]:.4g} Hz (largest gap of a "
                f"neuron {self.rate_gap:.3g}), CV {cv[0]:.3g} and {cv[1]:.3g}, correlation "
                f"{r[0]:.3g} and {r[1]:.3g}")  # fmt: skip


def statistics(
    label: str, one: PopulationResult, other: PopulationResult, bin: float
) -> Statistics:
    """Return the statistics of a population of which both results have the spikes.

    Parameters
    ----------
    bin : float, ms
        Width of the bins in which spikes are counted for correlations.
    """
    pair = (one, other)
    gap = np.abs(one.rates() - other.rates())
    return Statistics(
        component=label, rate=(one.mean_rate(), other.mean_rate()),
        rate_gap=float(np.nanmax(gap, initial=0.0)),
        irregularity=(_mean(one.isi_cv()), _mean(other.isi_cv())),
        correlation=(correlation(pair[0], bin), correlation(pair[1], bin)), bin=bin,
    )  # fmt: skip


def correlation(population: PopulationResult, bin: float) -> float:
    """Return the mean correlation of spike counts over pairs of neurons that fire.

    NaN where fewer than two neurons have counts that vary.
    """
    seen = population.seen()
    chosen = seen[np.linspace(0, len(seen) - 1, min(len(seen), PAIRED)).astype(int)]
    counts = binned(population, chosen, bin)
    counts = counts[counts.std(axis=1) > 0] if counts.size else counts
    if len(counts) < 2:
        return float("nan")
    matrix = np.corrcoef(counts)
    return float(matrix[np.triu_indices(len(matrix), 1)].mean())


def binned(population: PopulationResult, neurons: Array, bin: float) -> Array:
    """Return the spike counts of some neurons in bins, (neurons, bins)."""
    bins = max(int(population.duration // bin), 1)
    edges = population.start + bin * np.arange(bins + 1)
    trains = population.trains()
    return np.array([np.histogram(trains[i], edges)[0] for i in neurons]).reshape(-1, bins)


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")
