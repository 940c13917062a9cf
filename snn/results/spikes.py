"""Recorded spikes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from snn.results.arrays import Array, freeze, frozen


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Spikes:
    """Spikes of a population, sorted by step, then neuron.

    Parameters
    ----------
    steps : (n,) int64
        Step at whose end each spike is stamped. Any order; sorted on construction.
    neurons : (n,) int32
        Index within the population.
    dt : float, ms
        Length of a step.
    """

    steps: Array
    neurons: Array
    dt: float

    def __post_init__(self) -> None:
        steps = np.asarray(self.steps, dtype=np.int64)
        neurons = np.asarray(self.neurons, dtype=np.int32)
        if steps.ndim != 1 or steps.shape != neurons.shape:
            message = f"steps and neurons need one equal length; got {steps.shape}, {neurons.shape}"
            raise ValueError(message)
        if not _sorted(steps, neurons):
            order = np.lexsort((neurons, steps))
            steps, neurons = steps[order], neurons[order]
        freeze(self, steps=frozen(steps), neurons=frozen(neurons), dt=float(self.dt))

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"<{len(self):,} spikes, dt {self.dt:g} ms>"

    @cached_property
    def times(self) -> Array:
        """Time of each spike in ms, float64.

        Notes
        -----
        Rounded to 1e-10 ms, so that step 3 of 0.1 ms is 0.3 and not 0.30000000000000004.
        """
        return frozen(np.round(self.steps * self.dt, 10))

    def between(self, start: float, stop: float) -> Spikes:
        """Return the spikes with ``start < time <= stop`` (ms)."""
        first, last = np.searchsorted(self.times, [start, stop], side="right")
        part = slice(first, max(first, last))
        return Spikes(steps=self.steps[part], neurons=self.neurons[part], dt=self.dt)


def _sorted(steps: Array, neurons: Array) -> bool:
    ahead = np.diff(steps)
    return bool(((ahead > 0) | ((ahead == 0) & (np.diff(neurons) >= 0))).all())
