"""Injected currents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.errors import Problem
from snn.sources.source import Input


class Current(Input):
    """A current into a population, constant within each step."""



@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DCSource(Current):
    """A constant current between `start` and `stop`.

    Parameters
    ----------
    amplitude : float or (n,) array, nA
    start, stop : float, ms
        The current flows in the steps that begin in [start, stop).
    """

    amplitude: ArrayLike
    start: float = 0.0
    stop: float = np.inf

    def changes(self, dt: float) -> list[tuple[int, ArrayLike]]:
        """Return (first step, amplitude) of each constant piece."""
        pieces = [(_step(self.start, dt), self.amplitude)]
        if np.isfinite(self.stop):
            pieces.append((_step(self.stop, dt), 0.0))
        return pieces

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        found = _amplitude_problems(component, [self.amplitude], size)
        if not 0 <= self.start <= self.stop:
            message = f"needs 0 <= start <= stop, in ms; got {self.start:g}, {self.stop:g}"
            found.append(Problem(component, "start", message))
        return found


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StepCurrentSource(Current):
    """A current that takes a new value at each of the given times.

    Parameters
    ----------
    times : sequence of float, ms
        Ascending; the current is 0 before the first.
    amplitudes : sequence of float or (n,) array, nA
    """

    times: Sequence[float]
    amplitudes: Sequence[ArrayLike]

    def changes(self, dt: float) -> list[tuple[int, ArrayLike]]:
        """Return (first step, amplitude) of each constant piece."""
        return [(_step(t, dt), a) for t, a in zip(self.times, self.amplitudes, strict=True)]

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        times = np.asarray(self.times, dtype=float)
        if len(times) != len(self.amplitudes):
            message = f"needs one amplitude per time; got {len(self.amplitudes)} for {len(times)}"
            return [Problem(component, "amplitudes", message)]
        found = _amplitude_problems(component, self.amplitudes, size)
        if not np.isfinite(times).all() or (times < 0).any() or (np.diff(times) <= 0).any():
            found.append(Problem(component, "times", "must ascend from 0 or later, in ms"))
        return found


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class NoiseTable(Current):
    """A tabulated current, one row per step, replayed exactly.

    Parameters
    ----------
    values : (steps, n) or (steps, 1) array, nA
        Row k is the current in step ``start / dt + k``.
    start : float, ms
        When the first row begins.
    repeat : bool
        Begin again at the first row; otherwise 0 after the last.
    """

    values: NDArray[np.float64]
    start: float = 0.0
    repeat: bool = False

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        values = np.asarray(self.values)
        if values.ndim != 2 or values.shape[1] not in (1, size) or not len(values):
            message = f"needs shape (steps, {size}) or (steps, 1); got {values.shape}"
            return [Problem(component, "values", message)]
        if not np.isfinite(values).all():
            return [Problem(component, "values", "must be finite, in nA")]
        return []


def _step(time: float, dt: float) -> int:
    """Return the step that begins at `time` (steps are numbered by their end)."""
    return int(np.rint(time / dt)) + 1


def _amplitude_problems(
    component: str, amplitudes: Sequence[ArrayLike], size: int
) -> list[Problem]:
    for amplitude in amplitudes:
        values = np.asarray(amplitude, dtype=float)
        if values.shape not in ((), (size,)):
            message = f"needs shape () or ({size},); got {values.shape}"
            return [Problem(component, "amplitude", message)]
        if not np.isfinite(values).all():
            return [Problem(component, "amplitude", "must be finite, in nA")]
    return []
