"""The spike trains of the board's Poisson sources, drawn before a run.

Sources have no input, so what they will fire is known from their rates and the seed of their
core. Source: ``spike_source_poisson.c`` of sPyNNaker's neural_modelling and
``create_mars_kiss_seeds`` of sPyNNaker 7.4.1; checked against the executed binary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from snn.errors import Problem, ValidationError
from snn_spinnaker.numerics.arithmetic import ONE
from snn_spinnaker.numerics.exponential import expk

LOW = 0xFFFFFFFF
SEED_BASE = 0x80000000
SLOW, FASTEST = 0.01, 10.0
"""Spikes per tick below which intervals are drawn, and above which the board takes a normal."""

INTERVAL_UNIT = 1000
"""Parts of a tick in which intervals are counted."""


@dataclass
class Kiss:
    """Marsaglia's KISS generator with 64-bit carry."""

    x: int
    y: int
    z: int
    c: int

    @classmethod
    def seeded(cls, seed: int) -> Kiss:
        """Return the generator that the host makes for the first core of a population."""
        draw = np.random.RandomState(seed)  # noqa: NPY002  (the host's own generator)
        x, y, z, c = (int(draw.randint(-SEED_BASE, SEED_BASE - 1)) + SEED_BASE for _ in range(4))
        return cls(x, y or 13031301, z, c % 698769068 + 1)

    def __call__(self) -> int:
        """Return the next 32 bits."""
        self.x = (314527869 * self.x + 1234567) & LOW
        self.y ^= self.y << 5 & LOW
        self.y ^= self.y >> 7
        self.y ^= self.y << 22 & LOW
        t = 4294584393 * self.z + self.c
        self.c, self.z = t >> 32, t & LOW
        return (self.x + self.y + self.z) & LOW


def exponential(rng: Kiss) -> int:
    """Return an exponential variate, s16.15 (von Neumann's comparisons)."""
    whole = 0
    while True:
        u = first = rng()
        while True:
            other = rng()
            if u < other:
                return whole + (first >> 17)
            u = rng()
            if u >= other:
                break
        whole += ONE


class Slow:
    """A source that counts down to its next spike; its mean interval is in whole ticks."""

    def __init__(self, mean_ticks: int, rng: Kiss) -> None:
        self.mean_ticks = mean_ticks
        self.left = self._interval(rng)

    def _interval(self, rng: Kiss) -> int:
        parts = exponential(rng) * INTERVAL_UNIT + ONE // 2 >> 15
        return parts * self.mean_ticks & LOW

    def spikes(self, rng: Kiss) -> int:
        """Return how many spikes fall into the next tick; none with rate 0."""
        count = 0
        while self.mean_ticks and self.left < INTERVAL_UNIT:
            count += 1
            self.left += self._interval(rng)
        self.left -= INTERVAL_UNIT
        return count


class Fast:
    """A source that draws a number for each tick (Knuth's product)."""

    def __init__(self, per_tick: int) -> None:
        self.limit = min(expk(-per_tick) << 17, LOW)

    def spikes(self, rng: Kiss) -> int:
        """Return how many spikes fall into the next tick."""
        count, p = 0, LOW
        while self.limit:
            p = p * rng() >> 32
            if p <= self.limit:
                break
            count += 1
        return count


def _source(rate: float, dt: float, rng: Kiss) -> Slow | Fast:
    per_tick = round(rate * dt * 1e-3 * ONE)
    if per_tick >= round(SLOW * ONE):
        return Fast(per_tick)
    raw = round(rate * 2**32)
    return Slow(round(1e3 / dt * 2**32) // raw if raw else 0, rng)


def trains(rates: Sequence[float], seed: int, ticks: int, dt: float) -> list[list[float]]:
    """Return the spike times of the sources of one core, for `snn.SpikeArray`.

    Parameters
    ----------
    rates : sequence of float, Hz
        One per source; at most 500 sources, which is what a core takes.
    seed : int
        Of the population (``additional_parameters={"seed": ...}``).
    ticks : int
    dt : float, ms

    Returns
    -------
    list of list of float, ms
        A time occurs as often as the source fires in that tick.

    Raises
    ------
    ValidationError
        A rate is negative, or reaches 10 spikes per tick.
    """
    bad = [r for r in rates if not 0 <= r * dt * 1e-3 < FASTEST]
    if bad:
        message = f"must be in [0, {FASTEST / dt * 1e3:g}) Hz; got {bad[0]:g}"
        raise ValidationError([Problem("trains", "rates", message)])
    rng = Kiss.seeded(seed)
    sources = [_source(rate, dt, rng) for rate in rates]
    found: list[list[float]] = [[] for _ in rates]
    for tick in range(ticks):
        for train, source in zip(found, sources, strict=True):
            train += [tick * dt] * source.spikes(rng)
    return found
