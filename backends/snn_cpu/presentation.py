"""A schedule under way on an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.engine import CompiledSchedule, Presented
from snn_cpu import build, driver, parts, trials
from snn_cpu.entries import entries
from snn_cpu.parts import Part
from snn_cpu.plasticity_rates import readouts, ruled, scale, scheduled_rates
from snn_cpu.world import World

if TYPE_CHECKING:
    from snn_cpu.engine import CpuEngine

Array = NDArray[Any]


class Trials:
    """A schedule under way on an engine."""

    def __init__(self, engine: CpuEngine, schedule: CompiledSchedule) -> None:
        self.engine, self.schedule = engine, schedule
        world = engine.world
        engine._prologue()
        self.own_rate = world.rate.copy()
        self._make_room()
        counted = [*schedule.count]
        others = [*([schedule.repeat[0]] if schedule.repeat else []),
                  *(population for population, *_ in schedule.readouts.values())]  # fmt: skip
        counted += sorted(set(others) - set(counted))
        scale(world, {*schedule.plasticity_rates, *schedule.readouts})
        sizes = [engine.compiled.populations[p].size for p in counted]
        self.counts = np.zeros(sum(sizes), np.int64)
        self.kept = np.repeat(counted, sizes).astype(np.int64)
        edges = np.cumsum([0, *sizes])
        world.counts = {p: self.counts[a:b] for p, a, b in zip(counted, edges, edges[1:])}
        self.table = np.zeros((schedule.trials, self.counts.size), np.int64)
        self.attempts = np.full(schedule.trials, -1, np.int64)
        self.first = np.zeros(schedule.trials, np.int64)
        self.start = np.array([0, 1], np.int64)
        self.state = _schedule_state(schedule)
        for (q, _), memory in world.trial_rules.items():
            made = engine.compiled.projections[q]
            ends = {"pre": made.pre, "post": made.post}
            sizes_ = {side: engine.compiled.populations[p].size for side, p in ends.items()}
            memory.begin(sizes_, schedule, self.state, engine.step)
        engine.bind()

    def _make_room(self) -> None:
        """Enlarge the sources' buffers for the largest rates of any presentation."""
        repeat = self.schedule.repeat
        gain = 1.0 + (repeat[2] * repeat[3] if repeat else 0.0)
        for rates in self.schedule.rates:
            for population, values in rates.items():
                total = float(values.sum(axis=1).max(initial=0.0))
                self.engine._make_room(population, total * max(gain, 1.0))

    @property
    def done(self) -> bool:
        """Whether all trials are over."""
        return bool(self.state[trials.TRIAL] >= self.schedule.trials)

    def advance(self, steps: int) -> None:
        """Go on for at most so many steps."""
        engine, world, schedule = self.engine, self.engine.world, self.schedule
        engine.control[driver.STOP] = engine.next_stop(steps)
        rates, scheduled = _all_rates(world, schedule)
        flush = [[build.flush(world, q, t) for t in range(engine.threads)]
                 for q in ruled(world.compiled)]  # fmt: skip
        reduce = build.reduce(world)
        readers, points = readouts(world, schedule)
        trial = trials.Trial(
            state=self.state, phase_steps=schedule.phase_steps, rates=rates, rate=world.rate,
            scheduled=scheduled, stretch=world.stretch,
            gain=np.array([schedule.repeat[2] if schedule.repeat else 0.0]),
            learning=_learning(world, schedule), on=world.learning, flush=_tables(flush),
            rates_of_learning=scheduled_rates(world, schedule), speed=world.speed,
            readers=readers, points=points,
            reduce=parts.table(reduce), counts=self.counts, kept=self.kept,
            counting=world.counting, table=self.table, attempts=self.attempts,
            first=self.first, start=self.start,
        )  # fmt: skip
        engine.work(lambda team, thread, threads: entries().present(
            engine.control, world.fill, engine.limit, team, trial, thread, threads,
        ))  # fmt: skip
        engine._after_drive()

    def finish(self) -> Presented:
        """Give the sources their own rates back and return the counts."""
        engine, world = self.engine, self.engine.world
        engine.control[driver.BOUNDARY] = driver.FOREVER
        world.counting[0] = 0
        for p, at in world.rate_at.items():
            if any(p in rates for rates in self.schedule.rates):
                engine.write_rate(p, self.own_rate[at])
        counts = {p: self.table[:, self.kept == p] for p in self.schedule.count}
        world.counts = {}
        engine.bind()
        return Presented(counts=counts, attempts=self.attempts, first_step=self.first)


def _tables(rows: list[list[Part]]) -> Array:
    """Return the driver's tables of each row of parts, shape (rows, threads, 2)."""
    made = [parts.table(row) for row in rows]
    return np.stack(made) if made else np.zeros((0, 1, 2), np.int64)


def _schedule_state(schedule: CompiledSchedule) -> Array:
    state = np.zeros(trials.STATE_SIZE, np.int64)
    state[trials.TRIALS] = schedule.trials
    state[trials.COUNTED] = schedule.count_phase
    state[trials.REPEATED] = schedule.repeat[0] if schedule.repeat else -1
    if schedule.repeat:
        state[[trials.AT_LEAST, trials.LIMIT]] = schedule.repeat[1], schedule.repeat[3]
    return state


def _all_rates(world: World, schedule: CompiledSchedule) -> tuple[Array, Array]:
    """Return rates (phases, rows, all sources) and which entries are scheduled."""
    rows = max((v.shape[0] for r in schedule.rates for v in r.values()), default=1)
    rates = np.zeros((len(schedule.rates), rows, world.rate.size))
    scheduled = np.full(world.rate.size, -1, np.int64)
    for phase, named in enumerate(schedule.rates):
        for population, values in named.items():
            rates[phase, :, world.rate_at[population]] = values
            scheduled[world.rate_at[population]] = population
    for k, (_, at) in enumerate(world.rate_at.items()):
        world.stretch[k, 3] = int((scheduled[at] >= 0).any())
    return rates, scheduled


def _learning(world: World, schedule: CompiledSchedule) -> Array:
    """Return (projections with rules, trials or 1) switches; -1 where none is given."""
    changing = ruled(world.compiled)
    table = np.full((len(changing), max(schedule.trials, 1)), -1, np.int64)
    for k, q in enumerate(changing):
        if q.index in schedule.learning:
            table[k] = schedule.learning[q.index]
    return table
