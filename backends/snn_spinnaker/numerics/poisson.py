"""The spike trains of the board's Poisson sources.

Sources have no input, so what they will fire is known from their rates and the seed of their
core. Source: ``spike_source_poisson.c`` of sPyNNaker's neural_modelling and
``create_mars_kiss_seeds`` of sPyNNaker 7.4.1; the precision of rates and exponentials was read
from the memory of the executed binary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem, raise_if
from snn_spinnaker.numerics.arithmetic import ONE
from snn_spinnaker.numerics.exponential import exponential as exp_of

LOW = 0xFFFFFFFF
SEED_BASE = 0x80000000
SLOW, FASTEST = 0.01, 10.0
"""Spikes per tick below which intervals are drawn, and above which the board takes a normal."""

INTERVAL_UNIT = 1000
"""Parts of a tick in which intervals are counted."""

SOURCES_PER_CORE = 500
"""sPyNNaker's default; sources of one core share a generator."""


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
    """A source that draws a number for each tick (Knuth's product).

    ``per_tick`` is s16.15, and its exponential has 16 bits behind the point.
    """

    left = 0

    def __init__(self, per_tick: int) -> None:
        self.limit = min(exp_of(-per_tick) >> 16 << 16, LOW)

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
    # Rates and the seconds of a tick are cut, not rounded: 500 Hz at 1 ms are 16383 / 2^15.
    per_tick = int(rate * 2**16) * round(dt * 1e-3 * 2**32) >> 32
    if per_tick >= round(SLOW * 2**16):
        return Fast(per_tick >> 1)
    raw = round(rate * 2**32)
    return Slow(round(1e3 / dt * 2**32) // raw if raw else 0, rng)


class Core:
    """The sources of one core.

    Parameters
    ----------
    rates : sequence of float, Hz
        One per source; at most 500.
    seed : int
        Of the population (``additional_parameters={"seed": ...}``).
    dt : float, ms
    """

    def __init__(self, rates: Sequence[float], seed: int, dt: float) -> None:
        self.dt, self.rng = dt, Kiss.seeded(seed)
        self.set_rates(rates)

    def set_rates(self, rates: Sequence[float]) -> None:
        """Give all sources a rate; slow ones draw a new interval, as on the board."""
        self.rates = [float(r) for r in rates]
        self.sources = [_source(rate, self.dt, self.rng) for rate in self.rates]

    def draw(self, ticks: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return tick (from 0) and source of every spike of the coming ticks, in order."""
        at: list[int] = []
        who: list[int] = []
        for tick in range(ticks):
            for index, source in enumerate(self.sources):
                count = source.spikes(self.rng)
                at += [tick] * count
                who += [index] * count
        return np.array(at, np.int64), np.array(who, np.int32)

    def snapshot(self) -> NDArray[np.float64]:
        """Return everything that the future depends on: generator, rates, what is left."""
        rng = self.rng
        return np.array([rng.x, rng.y, rng.z, rng.c, *self.rates,
                         *(source.left for source in self.sources)], float)  # fmt: skip

    def restore(self, state: NDArray[np.float64]) -> None:
        """Continue from a snapshot."""
        count = len(self.rates)
        self.set_rates(state[4 : 4 + count].tolist())
        self.rng = Kiss(*(int(word) for word in state[:4]))
        for source, left in zip(self.sources, state[4 + count :], strict=True):
            source.left = int(left)


def problems(label: str, rates: Sequence[float], dt: float) -> list[Problem]:
    """Name what a core cannot draw exactly as the board does."""
    found = []
    bad = [r for r in rates if not 0 <= r * dt * 1e-3 < FASTEST]
    if bad:
        message = f"must be in [0, {FASTEST / dt * 1e3:g}) Hz; got {bad[0]:g}"
        remedy = "faster sources take a normal approximation there; use SpikeArray"
        found.append(Problem(label, "rates", message, remedy))
    if len(rates) > SOURCES_PER_CORE:
        message = f"must be at most {SOURCES_PER_CORE}, which is one core; got {len(rates)}"
        found.append(Problem(label, "size", message, "split the population"))
    return found


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
        A rate is negative, or reaches 10 spikes per tick; there are too many sources.
    """
    raise_if(problems("trains", rates, dt))
    at, who = Core(rates, seed, dt).draw(ticks)
    return [(at[who == index] * dt).tolist() for index in range(len(rates))]
