"""Compile schedules against a compiled network."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.compiler.compiled import Compiled
from snn.engine import CompiledSchedule, as_rows
from snn.errors import raise_if
from snn.schedule import Phase, Readout, Repeat, Schedule


def compile_schedule(schedule: Schedule, compiled: Compiled) -> CompiledSchedule:
    """Return a schedule as arrays.

    Raises
    ------
    ValidationError
        With every problem of the schedule.
    """
    network, dt = compiled.network, compiled.dt
    raise_if(schedule.problems(network, dt))
    position = {id(p): k for k, p in enumerate(network.populations)}
    sources = schedule.sources()

    def rates(phase: Phase) -> dict[int, NDArray[np.float64]]:
        return {position[id(s)]: as_rows(phase.rates.get(s, 0.0), schedule.trials, s.size)
                for s in sources}  # fmt: skip

    return CompiledSchedule(
        trials=schedule.trials,
        phase_steps=np.array([round(p.duration / dt) for p in schedule.phases], dtype=np.int64),
        rates=tuple(rates(phase) for phase in schedule.phases),
        learning={network.projections.index(p): _per_trial(on, schedule.trials)
                  for p, on in schedule.learning.items()},
        count=tuple(position[id(p)] for p in schedule.count), count_phase=schedule.count_phase,
        repeat=_repeat(schedule.repeat, position),
        plasticity_rates={
            network.projections.index(p): np.broadcast_to(np.asarray(rate, float), schedule.trials)
            for p, rate in schedule.plasticity_rate.items() if not isinstance(rate, Readout)
        },
        readouts={
            network.projections.index(p): (position[id(rate.population)],
                                           np.asarray(rate.counts, float),
                                           np.asarray(rate.rates, float))
            for p, rate in schedule.plasticity_rate.items() if isinstance(rate, Readout)
        },
    )  # fmt: skip


def _per_trial(switch: ArrayLike, trials: int) -> NDArray[np.bool_]:
    return np.broadcast_to(np.asarray(switch, dtype=bool), trials)


def _repeat(repeat: Repeat | None, position: dict[int, int]) -> tuple[int, int, float, int] | None:
    if repeat is None:
        return None
    watched = position[id(repeat.population)]
    return watched, repeat.at_least, float(repeat.gain), repeat.limit
