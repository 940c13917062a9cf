"""Schedules, trial by trial (docs/numerics.md, section 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.engine import CompiledSchedule, Presented, unvisited

if TYPE_CHECKING:
    from snn_reference.engine import ReferenceEngine

Array = NDArray[Any]


def present(
    engine: ReferenceEngine, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
) -> Presented:
    """Run every trial of a schedule, then give its sources their own rates again."""
    sizes = {k: engine.compiled.populations[k].size for k in schedule.count}
    result = Presented(
        counts={k: np.zeros((schedule.trials, size), np.int64) for k, size in sizes.items()},
        attempts=np.full(schedule.trials, -1, np.int64),
        first_step=np.zeros(schedule.trials, np.int64),
    )
    visit(engine.step)
    for trial in range(schedule.trials):
        result.attempts[trial] = 0
        _run_trial(engine, schedule, trial, result, visit)
        if not visit(engine.step):
            break
    for k in named_sources(schedule):
        source = engine.source(k)
        source.begin(source.own, engine.step + 1)
    return result


def _run_trial(
    engine: ReferenceEngine,
    schedule: CompiledSchedule,
    trial: int,
    result: Presented,
    visit: Callable[[int], int],
) -> None:
    """Show a trial until its repeat condition is content."""
    while True:
        attempt = int(result.attempts[trial])
        result.first_step[trial] = engine.step + 1
        counts = _presentation(engine, schedule, trial, attempt, visit)
        for k in schedule.count:
            result.counts[k][trial] = counts[k]
        for synapses in engine.synapses:
            engine.end_trial(synapses)
            for owner, rule in engine.trial_rules:
                if owner is synapses:
                    rule.end(engine, synapses, trial)
        for projection, (population, at, rates) in schedule.readouts.items():
            rate = interpolated(int(counts[population].sum()), at, rates)
            engine.set_plasticity_rate(projection, rate)
        if not _too_quiet(schedule, counts, attempt):
            return
        result.attempts[trial] += 1


def interpolated(count: int, at: Array, rates: Array) -> float:
    """Return the plasticity rate for a count: linear between the listed counts."""
    if count <= at[0]:
        return float(rates[0])
    if count >= at[-1]:
        return float(rates[-1])
    k = max(i for i, c in enumerate(at) if c <= count)
    return float(rates[k] + (count - at[k]) * ((rates[k + 1] - rates[k]) / (at[k + 1] - at[k])))


def _too_quiet(schedule: CompiledSchedule, counts: dict[int, Array], attempt: int) -> bool:
    if schedule.repeat is None:
        return False
    population, at_least, _, limit = schedule.repeat
    return bool(counts[population].sum() < at_least) and attempt < limit


def _presentation(
    engine: ReferenceEngine,
    schedule: CompiledSchedule,
    trial: int,
    attempt: int,
    visit: Callable[[int], int],
) -> dict[int, Array]:
    """Run all phases once; return the spikes of each population in the counted one."""
    for projection, switch in schedule.learning.items():
        engine.learn(projection, bool(switch[trial]))
    for projection, rates in schedule.plasticity_rates.items():
        engine.set_plasticity_rate(projection, float(rates[trial]))
    counts = {
        k: np.zeros(made.size, np.int64) for k, made in enumerate(engine.compiled.populations)
    }
    for phase, steps in enumerate(schedule.phase_steps):
        _set_rates(engine, schedule, trial, attempt, phase)
        for _ in range(int(steps)):
            spikes = engine.advance_one()
            for _, rule in engine.trial_rules:
                rule.see(engine, spikes)
            if phase == schedule.count_phase:
                for k, fired in enumerate(spikes):
                    np.add.at(counts[k], fired, 1)
            visit(engine.step)
    return counts


def _set_rates(
    engine: ReferenceEngine, schedule: CompiledSchedule, trial: int, attempt: int, phase: int
) -> None:
    """Give every source that the schedule names its rates of this phase; 0 when not named."""
    gain = 1.0 if schedule.repeat is None else 1.0 + schedule.repeat[2] * attempt
    for k in named_sources(schedule):
        source = engine.source(k)
        rows = schedule.rates[phase].get(k)
        rate = np.zeros_like(source.own) if rows is None else rows[trial if len(rows) > 1 else 0]
        source.begin(rate * gain, engine.step + 1)


def named_sources(schedule: CompiledSchedule) -> list[int]:
    """Return the sources whose rates the schedule sets in some phase."""
    return sorted({k for phase in schedule.rates for k in phase})
