"""Distributions from which parameters, initial states, weights and delays are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class Distribution:
    """A distribution of real numbers; the compiler draws from it, once."""

    def draw(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draw `size` independent values."""
        raise NotImplementedError

    def support(self) -> tuple[float, float]:
        """Return the smallest and the largest value that can be drawn."""
        raise NotImplementedError

    def invalid(self) -> str:
        """Say what is wrong with the parameters; empty when nothing is."""
        return ""


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform on [low, high)."""

    low: float
    high: float

    def draw(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        return generator.uniform(self.low, self.high, size)

    def support(self) -> tuple[float, float]:
        return (self.low, self.high)

    def invalid(self) -> str:
        ok = math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high
        return "" if ok else f"needs finite low <= high; got {self.low:g}, {self.high:g}"


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal, redrawn until it lies in [low, high]."""

    mean: float
    std: float
    low: float = -math.inf
    high: float = math.inf

    def draw(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        values = generator.normal(self.mean, self.std, size)
        outside = np.flatnonzero((values < self.low) | (values > self.high))
        while outside.size:
            values[outside] = generator.normal(self.mean, self.std, outside.size)
            redrawn = values[outside]
            outside = outside[(redrawn < self.low) | (redrawn > self.high)]
        return values

    def support(self) -> tuple[float, float]:
        return (self.low, self.high)

    def invalid(self) -> str:
        if not (self.std >= 0 and math.isfinite(self.mean) and math.isfinite(self.std)):
            return f"needs a finite mean and std >= 0; got {self.mean:g}, {self.std:g}"
        reach = 6 * self.std
        if self.low > self.mean + reach or self.high < self.mean - reach or self.low > self.high:
            return f"cannot be drawn inside [{self.low:g}, {self.high:g}] (over 6 std away)"
        return ""


@dataclass(frozen=True)
class LogNormal(Distribution):
    """exp of a normal variable with mean `mu` and standard deviation `sigma`."""

    mu: float
    sigma: float

    def draw(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        return generator.lognormal(self.mu, self.sigma, size)

    def support(self) -> tuple[float, float]:
        return (0.0, math.inf)

    def invalid(self) -> str:
        return "" if self.sigma >= 0 else f"needs sigma >= 0; got {self.sigma:g}"


@dataclass(frozen=True)
class Exponential(Distribution):
    """`low` plus an exponential variable of the given mean."""

    mean: float
    low: float = 0.0

    def draw(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        return self.low + generator.exponential(self.mean, size)

    def support(self) -> tuple[float, float]:
        return (self.low, math.inf)

    def invalid(self) -> str:
        return "" if self.mean > 0 else f"needs mean > 0; got {self.mean:g}"
