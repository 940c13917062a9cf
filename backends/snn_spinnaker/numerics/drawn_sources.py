"""An engine whose Poisson sources fire as those of the board do, with its own generator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import Compiled, CompiledPopulation
from snn.engine import CompiledSchedule, Engine, Presented
from snn.errors import SnnError, raise_if
from snn.numerics import InUnits
from snn_spinnaker.numerics.poisson import Core, problems

Array = NDArray[Any]

KEY = "board_poisson_"
"""Prefix of the generators' arrays in a snapshot."""


def silent(p: CompiledPopulation) -> CompiledPopulation:
    """Return a Poisson source that fires what it is given instead of drawing."""
    return replace(p, spike_steps=np.zeros(0, np.int64), spike_index=np.zeros(0, np.int32))


class WithDrawnSources(InUnits):
    """An engine that is given the spikes of the board's Poisson sources, stretch by stretch.

    Parameters
    ----------
    engine, compiled, lower
        As of `InUnits`.
    seeds : dict
        Seed of each such population, by index.
    """

    def __init__(
        self, engine: Engine, compiled: Compiled,
        lower: Callable[[CompiledPopulation], CompiledPopulation], seeds: Mapping[int, int],
    ) -> None:  # fmt: skip
        super().__init__(engine, compiled, lower)
        self.cores = {k: Core(_rates(compiled, k), seed, compiled.dt) for k, seed in seeds.items()}

    def advance(self, steps: int) -> None:
        """Draw the spikes of so many steps, then run them."""
        for k, core in self.cores.items():
            ticks, who = core.draw(steps)
            due = ticks + self.step + self.compiled.lag
            p = replace(self.compiled.populations[k], spike_steps=due, spike_index=who)
            self.raw.replace_population(p)
        super().advance(steps)

    def present(
        self, schedule: CompiledSchedule, pause: Callable[[int], bool] | None = None
    ) -> Presented:
        """Refuse: schedules change rates inside compiled code."""
        labels = ", ".join(self.compiled.populations[k].label for k in self.cores)
        raise SnnError(f"{labels}: the board's own Poisson trains cannot be drawn inside a "
                       "schedule; leave poisson_seed out, or run phase by phase")  # fmt: skip

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz."""
        if population not in self.cores:
            super().write_rate(population, rate)
            return
        core = self.cores[population]
        label = self.compiled.populations[population].label
        rates = np.broadcast_to(rate, len(core.rates)).tolist()
        raise_if(problems(label, rates, core.dt))
        core.set_rates(rates)

    def snapshot(self) -> dict[str, Array]:
        """Return everything that the future depends on."""
        own = {f"{KEY}{k}": core.snapshot() for k, core in self.cores.items()}
        return {**super().snapshot(), **own}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Continue from a snapshot."""
        super().restore({name: a for name, a in state.items() if not name.startswith(KEY)})
        for k, core in self.cores.items():
            core.restore(state[f"{KEY}{k}"])


def _rates(compiled: Compiled, k: int) -> list[float]:
    rate = compiled.populations[k].rate
    assert rate is not None
    return [float(x) for x in rate]
