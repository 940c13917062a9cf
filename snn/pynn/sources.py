"""PyNN's spike sources as sources of the language."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pyNN import errors
from pyNN.standardmodels import cells

import snn
from snn.pynn.cells import CellType, Parameters
from snn.pynn.translation import unchanged
from snn.sources import Source

Array = NDArray[Any]

FOREVER = 2**53
"""A step that no run reaches."""


class SourceType(CellType):
    """What snn adds to a standard spike source.

    Class attributes
    ----------------
    drawn_ahead : bool
        Whether trains are drawn before the run that needs them.
    """

    drawn_ahead: ClassVar[bool] = False

    def source(self, population: Any, label: str, horizon: int) -> Source:
        """Return the source of the language, whose trains reach step `horizon`."""
        raise NotImplementedError


def grid_steps(times: Array, dt: float) -> NDArray[np.int64]:
    """Return times as steps; what lies past any run becomes `FOREVER`."""
    steps = np.rint(np.asarray(times, dtype=float) / dt)
    return np.asarray(np.minimum(steps, FOREVER), dtype=np.int64)


class SpikeSourceArray(SourceType, cells.SpikeSourceArray):
    """`SpikeSourceArray` of PyNN: a `SpikeArray`."""

    translations = unchanged(cells.SpikeSourceArray)

    def check(self, values: Parameters) -> None:
        from snn.pynn.populations import speaks

        for train in values["spike_times"]:
            if (np.diff(train.value) < 0).any() and not speaks("spinnaker"):
                raise errors.InvalidParameterValueError(
                    f"SpikeSourceArray.spike_times must be in ascending order; got {train}"
                )

    def source(self, population: Any, label: str, horizon: int) -> Source:
        settings = population._simulator.state.settings
        trains = [np.asarray(t.value, dtype=float) for t in population.parameters["spike_times"]]
        trains = [np.sort(t[t >= 0]) for t in trains]
        if settings.spike_precision == "off_grid":
            trains = [_end_of_step(t, settings.timestep) for t in trains]
        return snn.SpikeArray(times=trains, round=True)

    def recorded_times(
        self, times: Array, neurons: Array, population: Any, start: int
    ) -> tuple[Array, Array]:
        state = population._simulator.state
        if state.settings.spike_precision != "off_grid":
            return times, neurons
        wanted = np.unique(neurons)
        low, high = np.round(start * state.dt, 9), state.t
        found = [population.parameters["spike_times"][k].value for k in wanted]
        found = [np.asarray(t)[(np.asarray(t) > low) & (np.asarray(t) <= high)] for t in found]
        counts = [len(t) for t in found]
        return np.concatenate([*found, np.zeros(0)]), np.repeat(wanted, counts)


def _end_of_step(times: Array, dt: float) -> Array:
    """Move times to the end of the step they lie in."""
    steps = times / dt
    near = np.rint(steps)
    return np.where(np.abs(steps - near) < 1e-6, near, np.ceil(steps)) * dt


class SpikeSourcePoisson(SourceType, cells.SpikeSourcePoisson):
    """`SpikeSourcePoisson` of PyNN: a `Poisson` that starts and stops."""

    translations = unchanged(cells.SpikeSourcePoisson)

    def source(self, population: Any, label: str, horizon: int) -> Source:
        return snn.Poisson(rate=self.rates(population, population._simulator.state.session.step))

    def rates(self, population: Any, step: int) -> Array:
        """Return the rates in the step that follows `step`, in Hz."""
        first, last = self._limits(population)
        on = (first <= step) & (step < last)
        return np.where(on, population.parameters["rate"].astype(float), 0.0)

    def edges(self, population: Any, dt: float) -> Array:
        """Return the steps after which a rate changes."""
        return np.asarray(np.unique(np.concatenate(self._limits(population))))

    def _limits(self, population: Any) -> tuple[Array, Array]:
        values, dt = population.parameters, population._simulator.state.dt
        start = values["start"].astype(float)
        return grid_steps(start, dt), grid_steps(start + values["duration"].astype(float), dt)
