"""sPyNNaker's sources beyond PyNN's."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pyNN.parameters import Sequence
from pyNN.standardmodels import cells

import snn
from snn.pynn.cells import Parameters
from snn.pynn.sources import FOREVER, SourceType, grid_steps
from snn.pynn.translation import names_unchanged
from snn.sources import Source

Array = NDArray[Any]


class SpikeSourcePoissonVariable(SourceType, cells.SpikeSourcePoisson):
    """A `Poisson` whose rate changes: ``rates[k]`` from ``starts[k]`` for ``durations[k]``.

    Without durations a rate lasts until the next one starts.
    """

    default_parameters: ClassVar[dict[str, Any]] = {
        "rates": Sequence([]), "starts": Sequence([]), "durations": Sequence([]),
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {"rates": "Hz", "starts": "ms", "durations": "ms"}
    translations = names_unchanged(*default_parameters)

    def __init__(self, rates: Any, starts: Any, durations: Any = None) -> None:
        durations = [] if durations is None else durations
        super().__init__(rates=rates, starts=starts, durations=durations)

    def check(self, values: Parameters) -> None:
        for rates, starts, durations in zip(*values.values(), strict=True):
            sizes = [len(v.value) for v in (rates, starts, durations)]
            if sizes[1] != sizes[0] or sizes[2] not in (0, sizes[0]):
                raise ValueError(
                    "SpikeSourcePoissonVariable needs as many starts (and durations, if any) as "
                    f"rates; got {sizes[0]} rates, {sizes[1]} starts, {sizes[2]} durations"
                )

    def source(self, population: Any, label: str, horizon: int) -> Source:
        return snn.Poisson(rate=self.rates(population, population._simulator.state.session.step))

    def rates(self, population: Any, step: int) -> Array:
        """Return the rates in the step that follows `step`, in Hz."""
        found = np.zeros(population.size)
        for k in range(population.size):
            first, last = self._limits(population, k)
            on = np.flatnonzero((first <= step) & (step < last))
            if len(on):
                found[k] = population.parameters["rates"][k].value[on[-1]]
        return found

    def edges(self, population: Any, dt: float) -> Array:
        """Return the steps after which a rate changes."""
        every = [self._limits(population, k) for k in range(population.size)]
        return np.asarray(np.unique(np.concatenate([np.concatenate(pair) for pair in every])))

    def _limits(self, population: Any, k: int) -> tuple[Array, Array]:
        values, dt = population.parameters, population._simulator.state.dt
        first = grid_steps(values["starts"][k].value, dt)
        durations = np.asarray(values["durations"][k].value, dtype=float)
        if len(durations):
            return first, grid_steps(np.asarray(values["starts"][k].value) + durations, dt)
        return first, np.append(first[1:], FOREVER)[: len(first)]
