"""Injected currents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.errors import Problem
from snn.fields import readable
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
    units: ClassVar[Mapping[str, str]] = {"amplitude": "nA", "start": "ms", "stop": "ms"}

    def changes(self, dt: float) -> list[tuple[int, ArrayLike]]:
        """Return (first step, amplitude) of each constant piece."""
        pieces = [(_step(self.start, dt), self.amplitude)]
        if np.isfinite(self.stop):
            pieces.append((_step(self.stop, dt), 0.0))
        return pieces

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        found = _amplitude_problems(component, "amplitude", [self.amplitude], size)
        start, stop = readable(self.start), readable(self.stop)
        if start is None or stop is None or not 0 <= start <= stop or np.isinf(start):
            message = f"needs 0 <= start <= stop, in ms; got {self.start!r}, {self.stop!r}"
            return [*found, Problem(component, "start", message)]
        found += _off_grid(component, "start", start, dt)
        return found + _off_grid(component, "stop", stop[np.isfinite(stop)], dt)


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
    units: ClassVar[Mapping[str, str]] = {"times": "ms", "amplitudes": "nA"}

    def changes(self, dt: float) -> list[tuple[int, ArrayLike]]:
        """Return (first step, amplitude) of each constant piece."""
        return [(_step(t, dt), a) for t, a in zip(self.times, self.amplitudes, strict=True)]

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        times = readable(self.times)
        if times is None or times.ndim != 1:
            return [Problem(component, "times", f"must be a list, in ms; got {self.times!r:.60}")]
        if len(times) != len(self.amplitudes):
            message = f"needs one amplitude per time; got {len(self.amplitudes)} for {len(times)}"
            return [Problem(component, "amplitudes", message)]
        found = _amplitude_problems(component, "amplitudes", self.amplitudes, size)
        if not np.isfinite(times).all() or (times < 0).any() or (np.diff(times) <= 0).any():
            found.append(Problem(component, "times", "must ascend from 0 or later, in ms"))
        return found or _off_grid(component, "times", times, dt)


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
    units: ClassVar[Mapping[str, str]] = {"values": "nA", "start": "ms"}

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        values = readable(self.values)
        if values is None:
            return [Problem(component, "values", "must be an array of numbers, in nA")]
        if values.ndim != 2 or values.shape[1] not in (1, size) or not len(values):
            message = f"needs shape (steps, {size}) or (steps, 1); got {values.shape}"
            return [Problem(component, "values", message)]
        if not np.isfinite(values).all():
            return [Problem(component, "values", "must be finite, in nA")]
        start = readable(self.start)
        if start is None or not 0 <= start < np.inf:
            message = f"must be in [0, inf) ms; got {self.start!r}"
            return [Problem(component, "start", message)]
        return _off_grid(component, "start", start, dt)


def _step(time: float, dt: float) -> int:
    """Return the step that begins at `time` (steps are numbered by their end)."""
    return int(np.rint(time / dt)) + 1


def _off_grid(component: str, name: str, times: NDArray[np.float64], dt: float) -> list[Problem]:
    off = times[np.abs(times / dt - np.rint(times / dt)) > 1e-6]
    if not off.size:
        return []
    message = f"must lie on the grid of {dt:g} ms; got {off.flat[0]:g}"
    return [Problem(component, name, message, f"use a multiple of {dt:g} ms")]


def _amplitude_problems(
    component: str, name: str, amplitudes: Sequence[ArrayLike], size: int
) -> list[Problem]:
    for amplitude in amplitudes:
        values = readable(amplitude)
        if values is None or values.shape not in ((), (size,)):
            came = repr(amplitude) if values is None else values.shape
            return [Problem(component, name, f"needs shape () or ({size},), in nA; got {came}")]
        if not np.isfinite(values).all():
            return [Problem(component, name, "must be finite, in nA; got NaN or inf")]
    return []
