"""How many bits of a weight lie before the point: sPyNNaker's rule for the ring buffers.

Source: ``PopulationVertex.get_ring_buffer_shifts`` and ``_Stats`` of sPyNNaker 7.4.1, for
projections deployed as lists. The host's own rate bound of a source is never used, because none
of its spike sources declares one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from snn.compiler.compiled import CompiledProjection
from snn.compiler.endpoints import endpoints

SUMMATION_LIMIT = 3.0
"""Standard deviations of the count of spikes up to which the host sums."""


@dataclass
class Running:
    """Mean and variance of pooled groups (``RunningStats``)."""

    mean: float = 0.0
    squares: float = 0.0
    items: int = 0

    def add(self, mean: float, variance: float, items: int) -> None:
        """Add a group by its own mean and variance."""
        if items <= 0:
            return
        total, delta = self.items + items, mean - self.mean
        between = delta * delta * self.items * items / total
        self.squares += variance * (items - 1.0) + between
        self.mean = (self.items * self.mean + items * mean) / total
        self.items = total

    @property
    def variance(self) -> float:
        """Variance of the pool; 0 of a single item."""
        return 0.0 if self.items <= 1 else self.squares / (self.items - 1.0)


@dataclass
class Load:
    """What may arrive at one receptor of a population in one tick, by the host's estimate.

    Parameters
    ----------
    rate : float, Hz
        Assumed of every source (``spikes_per_second``).
    sigma : float
        Standard deviations above the mean (``ring_buffer_sigma``).
    """

    dt: float
    rate: float = 30.0
    sigma: float = 5.0
    weights: Running = field(default_factory=Running)
    delays: Running = field(default_factory=Running)
    total: float = 0.0
    biggest: float = 0.0

    def add(self, q: CompiledProjection, scale: float) -> None:
        """Add a projection whose weights the host multiplies by `scale`."""
        if not q.synapses:
            return
        count = int(np.bincount(endpoints(q)[1]).max())
        weight = np.abs(q.weight)
        limit = [r.values["w_max"] for r in q.rules if "w_max" in r.values]
        most = float(max([weight.max(), *limit])) if limit else float(weight.max())
        mean = most if limit else float(weight.mean())
        spread = 0.0 if limit else float(weight.var())
        self.weights.add(mean * scale, spread * scale**2, count)
        self.delays.add(0.0, float(np.var(q.delay * self.dt)), count)
        self.biggest = max(self.biggest, most * scale)
        # Not scaled: so the host does it, and conductances get the scale of a single one.
        self.total += max(1.0, self.rate * self.dt / 1000) * (most * count)

    @property
    def summed(self) -> float:
        """Largest sum that the host expects in one tick."""
        if self.delays.variance == 0.0:
            return max(self.total, self.biggest)
        expected = self.weights.items * self.rate * self.dt / 1000
        deviation = math.sqrt(self.weights.variance)
        bound = upper_bound(expected, self.weights.mean, deviation, self.sigma)
        return max(min(bound, self.total), self.biggest)


def upper_bound(spikes: float, mean: float, deviation: float, sigma: float) -> float:
    """Return mean + sigma standard deviations of a sum of weights of Poisson many spikes."""
    variance = spikes * mean**2
    if deviation > 0 and spikes > 0:
        variance += _weight_variance(spikes, deviation)
    return spikes * mean + sigma * math.sqrt(variance)


def _weight_variance(spikes: float, deviation: float) -> float:
    """Return the host's closed form of the variance that unequal weights contribute."""
    top = round(spikes + SUMMATION_LIMIT * math.sqrt(spikes))
    ratio = math.log(spikes) * top - math.lgamma(1 + top)
    if not -701.0 < ratio < 701.0 or ratio == 0.0:
        return 0.0
    below = math.fsum(math.exp(k * math.log(spikes) - math.lgamma(1 + k)) for k in range(top + 1))
    left = below - math.exp(ratio)
    return 0.0 if left <= 0 else math.exp(-spikes) * spikes * deviation**2 * left


def shift_of(summed: float) -> int:
    """Return the smallest s >= 0 with 2^s above `summed`."""
    shift = 0 if summed <= 0 else math.ceil(max(0.0, math.log2(summed)))
    return shift + 1 if 2**shift <= summed else shift


def loads(
    projections: Sequence[CompiledProjection], post: int, receptors: int, scale: float,
    dt: float, rate: float, sigma: float,
) -> list[Load]:  # fmt: skip
    """Return the load of each receptor of population `post`."""
    found = [Load(dt, rate, sigma) for _ in range(receptors)]
    for q in projections:
        if q.post == post:
            found[q.receptor].add(q, scale)
    return found
