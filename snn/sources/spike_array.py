"""Spikes at given times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.errors import Problem
from snn.sources.source import Source


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpikeArray(Source):
    """Each neuron fires at the times listed for it.

    Parameters
    ----------
    times : sequence of array_like, ms
        One ascending list per neuron; a flat list is shared by all. A time may occur
        twice, which is two spikes.
    round : bool
        Put times on the grid instead of refusing those that are off it.
    """

    times: Sequence[ArrayLike] | ArrayLike
    round: bool = False
    units: ClassVar[Mapping[str, str]] = {"times": "ms"}

    def trains(self, size: int) -> list[NDArray[np.float64]]:
        """Return one array of times per neuron."""
        if self._nested():
            return [np.asarray(train, dtype=float).ravel() for train in self.times]  # type: ignore[union-attr]
        return [np.asarray(self.times, dtype=float).ravel()] * size

    def _nested(self) -> bool:
        return any(np.ndim(train) for train in self.times)  # type: ignore[union-attr]

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        try:
            trains = self.trains(size)
        except (TypeError, ValueError):
            message = f"must be lists of numbers, one per neuron, in ms; got {self.times!r:.60}"
            return [Problem(component, "times", message)]
        if len(trains) != size:
            message = f"needs {size} lists, one per neuron; got {len(trains)}"
            return [Problem(component, "times", message)]
        found = []
        for index, train in enumerate(trains if self._nested() else trains[:1]):
            why = _fault(train, dt, self.round)
            if why:
                name = f"times[{index}]" if self._nested() else "times"
                found.append(Problem(component, name, *why))
        return found


def _fault(train: NDArray[np.float64], dt: float, rounds: bool) -> tuple[str, str] | None:
    if not np.isfinite(train).all():
        return "must be finite, in ms", "remove NaN and inf"
    if (train < 0).any():
        return f"must be in [0, inf) ms; got {train.min():g}", "shift the train"
    if (np.diff(train) < 0).any():
        return "must be in ascending order", "sort the times"
    off = np.abs(train / dt - np.rint(train / dt)) > 1e-6
    if off.any() and not rounds:
        came = f"must lie on the grid of {dt:g} ms; got {train[off][0]:g}"
        return came, "pass round=True to move them to the nearest step"
    return None
