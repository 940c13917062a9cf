"""The host-side search of the factor at which a neuron just fires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem, raise_if
from snn.homeostasis.host import HostHomeostasis

Array = NDArray[np.float64]
Count = Callable[[NDArray[np.int64], Array], NDArray[np.int64]]
"""From trials (their indices) and a factor for each to the number of output spikes of each."""


@dataclass(frozen=True, kw_only=True)
class FactorSearch(HostHomeostasis):
    """Find, trial by trial, the smallest factor on all weights that makes the output fire once.

    Weights learned one by one are brought to a working point by one scalar. The search runs
    the network: once at `largest` (a trial that is silent there is dropped), then by halving
    until the interval is no wider than `tolerance`, then upwards from its lower end in steps
    of `step` until exactly one spike is seen. All trials advance together, so that the caller
    may run them as one network.

    Parameters
    ----------
    largest, smallest : float
        Where the search begins.
    tolerance : float
        Width at which halving ends.
    step : float
        Of the final scan, which begins and ends one step outside the interval.

    Examples
    --------
    >>> import numpy as np
    >>> needed = np.array([2.5, 1e6])
    >>> found = FactorSearch().find(lambda trials, f: (f >= needed[trials]).astype(int), 2)
    >>> bool(abs(found[0] - 2.5) < 1e-5), bool(np.isnan(found[1]))
    (True, True)

    References
    ----------
    Davies, Gait, Rowley and Di Nuovo, Neurocomputing 611 (2025) 128650; arXiv 2312.02659
    (the homeostasis of their published program).
    """

    largest: float = 100.0
    smallest: float = 1e-4
    tolerance: float = 1e-4
    step: float = 1e-5

    def __post_init__(self) -> None:
        problems = [Problem("FactorSearch", f.name, f"must be above 0; got {getattr(self, f.name)}")
                    for f in fields(self) if not getattr(self, f.name) > 0]  # fmt: skip
        if self.largest <= self.smallest:
            message = f"must be above smallest = {self.smallest:g}; got {self.largest:g}"
            problems.append(Problem("FactorSearch", "largest", message))
        raise_if(problems)

    def find(self, count: Count, trials: int) -> Array:
        """Return the factor of each trial, NaN where it was dropped.

        Parameters
        ----------
        count : function
            Runs some trials at a factor each, and counts output spikes.
        trials : int
        """
        every = np.arange(trials)
        able = every[count(every, np.full(trials, self.largest)) > 0] if trials else every
        low, high = self._halved(count, able)
        found = np.full(trials, np.nan)
        found[able] = self._scanned(count, able, low, high)
        return found

    def _halved(self, count: Count, trials: NDArray[np.int64]) -> tuple[Array, Array]:
        low, high = np.full(len(trials), self.smallest), np.full(len(trials), self.largest)
        while len(trials) and (high - low).max() > self.tolerance:
            middle = (low + high) / 2
            fires = count(trials, middle) > 0
            low, high = np.where(fires, low, middle), np.where(fires, middle, high)
        return low, high

    def _scanned(self, count: Count, trials: NDArray[np.int64], low: Array, high: Array) -> Array:
        """Return the first factor with exactly one spike; NaN where the scan meets none."""
        found, factor = np.full(len(trials), np.nan), low - self.step
        while (left := np.flatnonzero(np.isnan(found) & (factor <= high + self.step))).size:
            once = count(trials[left], factor[left]) == 1
            found[left[once]] = factor[left[once]]
            factor[left] += self.step
        return found
