"""Compile schedules against a compiled network."""

from __future__ import annotations

import numpy as np

from snn.compiler.compiled import Compiled
from snn.engine import CompiledSchedule, as_rows
from snn.errors import raise_if
from snn.schedule import Phase, Schedule


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

    def rates(phase: Phase) -> dict[int, np.ndarray]:  # type: ignore[type-arg]
        return {position[id(s)]: as_rows(phase.rates.get(s, 0.0), schedule.trials, s.size)
                for s in sources}  # fmt: skip

    repeat = schedule.repeat
    return CompiledSchedule(
        trials=schedule.trials,
        phase_steps=np.array([round(p.duration / dt) for p in schedule.phases], dtype=np.int64),
        rates=tuple(rates(phase) for phase in schedule.phases),
        learning={network.projections.index(p): np.broadcast_to(np.asarray(on, bool), schedule.trials)
                  for p, on in schedule.learning.items()},
        count=tuple(position[id(p)] for p in schedule.count), count_phase=schedule.count_phase,
        repeat=repeat and (position[id(repeat.population)], repeat.at_least, float(repeat.gain),
                           repeat.limit),
    )  # fmt: skip
