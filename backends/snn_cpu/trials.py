"""Schedules inside compiled code: phases, counts, repetitions, trial-end operations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba

from snn_cpu.driver import (
    ARRIVED,
    BOUNDARY,
    FOREVER,
    RUNNING,
    STATUS,
    STEP,
    drive,
    run_parts,
    wait_for_all,
)

# Entries of the schedule's own state.
TRIAL, ATTEMPT, PHASE, COUNTED, TRIALS, REPEATED, AT_LEAST, LIMIT = range(8)
STATE_SIZE = 8


class Trial(NamedTuple):
    """A schedule as compiled code sees it.

    Parameters
    ----------
    state : (8,) int64
        Where the schedule is; entries are named above.
    phase_steps : (phases,) int64
    rates : (phases, rows, sources) float64
        Of all neurons of all Poisson sources; `scheduled` says which are set (>= 0).
    rate, stretch : arrays
        The sources' own.
    gain : (1,) float64
        Attempt k multiplies rates by ``1 + gain k``.
    learning : (projections, trials or 1) int64
        Switches, -1 where none is given; `on` are the present ones.
    rates_of_learning : (projections, trials or 1) float64
        Plasticity rates, -1 where none is given; `speed` are the present ones.
    readers, points : arrays
        See `snn_cpu.plasticity_rates.readouts`.
    flush : (projections, threads, 2) int64
        Parts that apply what is pending in a projection.
    reduce : (n, 2) int64
        Parts that act at a trial's end.
    counts, kept, counting, table : arrays
        Spikes of the counted neurons in this phase, whose they are, whether they are
        counted now, and what is kept of each trial.
    attempts, first : (trials,) int64
    start : (2,) int64
        First step of this presentation; whether a phase is to begin.
    """

    state: Any
    phase_steps: Any
    rates: Any
    rate: Any
    scheduled: Any
    stretch: Any
    gain: Any
    learning: Any
    on: Any
    rates_of_learning: Any
    speed: Any
    readers: Any
    points: Any
    flush: Any
    reduce: Any
    counts: Any
    kept: Any
    counting: Any
    table: Any
    attempts: Any
    first: Any
    start: Any


@numba.njit(nogil=True)
def set_rates(t: Any, step: int) -> None:
    """Set the rates of this phase; a stretch of every scheduled source begins."""
    row = min(t.state[TRIAL], t.rates.shape[1] - 1)
    factor = 1.0 + t.gain[0] * t.state[ATTEMPT]
    for k in range(t.scheduled.shape[0]):
        if t.scheduled[k] >= 0:
            t.rate[k] = t.rates[t.state[PHASE], row, k] * factor
    for k in range(t.stretch.shape[0]):
        if t.stretch[k, 3]:
            t.stretch[k, 0] = step + 1
            t.stretch[k, 1] = -1


@numba.njit(nogil=True)
def set_learning(t: Any, step: int) -> None:
    """Switch plasticity of the scheduled projections for this trial."""
    for k in range(t.learning.shape[0]):
        if t.learning[k, 0] < 0:
            continue
        wanted = t.learning[k, min(t.state[TRIAL], t.learning.shape[1] - 1)]
        if wanted != t.on[k]:
            run_parts(t.flush[k], step, 0)
            t.on[k] = wanted


@numba.njit(nogil=True)
def set_speed(t: Any, k: int, wanted: float, step: int) -> None:
    """Set the plasticity rate of a projection, when what is pending was applied."""
    if wanted >= 0 and wanted != t.speed[k]:
        run_parts(t.flush[k], step, 0)
        t.speed[k] = wanted


@numba.njit(nogil=True)
def set_speeds(t: Any, step: int) -> None:
    """Set the plasticity rates of this trial."""
    for k in range(t.rates_of_learning.shape[0]):
        row = min(t.state[TRIAL], t.rates_of_learning.shape[1] - 1)
        set_speed(t, k, t.rates_of_learning[k, row], step)


@numba.njit(nogil=True)
def read_out(t: Any, step: int) -> None:
    """Set the plasticity rates that spike counts of this presentation decide."""
    for r in range(t.readers.shape[0]):
        projection, population, first, end = t.readers[r]
        total = 0
        for i in range(t.counts.shape[0]):
            if t.kept[i] == population:
                total += t.counts[i]
        set_speed(t, projection, interpolated(total, t.points[first:end]), step)


@numba.njit(nogil=True)
def interpolated(count: int, points: Any) -> float:
    """Return the rate for a count: linear between the points, constant beyond them."""
    last = points.shape[0] - 1
    if count <= points[0, 0]:
        return points[0, 1]
    if count >= points[last, 0]:
        return points[last, 1]
    k = 0
    while points[k + 1, 0] <= count:
        k += 1
    slope = (points[k + 1, 1] - points[k, 1]) / (points[k + 1, 0] - points[k, 0])
    return points[k, 1] + (count - points[k, 0]) * slope


@numba.njit(nogil=True)
def begin_phase(t: Any, step: int) -> int:
    """Begin the next phase; return the step at which it ends."""
    t.counting[0] = t.state[PHASE] == t.state[COUNTED]
    if t.counting[0]:
        t.counts[:] = 0
    set_rates(t, step)
    if t.state[PHASE] == 0:
        t.start[0] = step + 1
        set_learning(t, step)
        set_speeds(t, step)
    return step + t.phase_steps[t.state[PHASE]]


@numba.njit(nogil=True)
def too_quiet(t: Any) -> bool:
    """Say whether the trial must be shown again."""
    if t.state[REPEATED] < 0 or t.state[ATTEMPT] >= t.state[LIMIT]:
        return False
    total = 0
    for i in range(t.counts.shape[0]):
        if t.kept[i] == t.state[REPEATED]:
            total += t.counts[i]
    return total < t.state[AT_LEAST]


@numba.njit(nogil=True)
def end_presentation(t: Any, step: int) -> None:
    """Act on the trial's end; decide whether it is shown again."""
    again = too_quiet(t)
    if t.reduce.shape[0]:
        for k in range(t.flush.shape[0]):
            run_parts(t.flush[k], step, 0)
        run_parts(t.reduce, step, 0)
    read_out(t, step)
    t.state[PHASE] = 0
    if again:
        t.state[ATTEMPT] += 1
        return
    trial = t.state[TRIAL]
    t.attempts[trial] = t.state[ATTEMPT]
    t.first[trial] = t.start[0]
    t.state[TRIAL] += 1
    t.state[ATTEMPT] = 0


@numba.njit(nogil=True)
def end_phase(t: Any, step: int) -> None:
    """Keep the counts of a phase that is over; end the presentation after the last."""
    if t.state[PHASE] == t.state[COUNTED]:
        for i in range(t.counts.shape[0]):
            t.table[t.state[TRIAL], i] = t.counts[i]
    t.state[PHASE] += 1
    if t.state[PHASE] == t.phase_steps.shape[0]:
        end_presentation(t, step)
    t.start[1] = 1


@numba.njit(nogil=True)
def turn(control: Any, t: Any) -> None:
    """Do what is due between two steps."""
    step = control[STEP]
    if step >= control[BOUNDARY]:
        end_phase(t, step)
        control[BOUNDARY] = FOREVER
    if t.start[1] and t.state[TRIAL] < t.state[TRIALS]:
        control[BOUNDARY] = begin_phase(t, step)
        t.start[1] = 0


@numba.njit(nogil=True)
def present(
    control: Any, fill: Any, limit: Any, tables: Any, t: Any, thread: int, threads: int
) -> None:
    """Run trials until the schedule ends or something needs Python."""
    barrier = control.ctypes.data + 8 * ARRIVED
    while True:
        if threads > 1:
            wait_for_all(barrier, threads)
        if thread == 0:
            turn(control, t)
        if threads > 1:
            wait_for_all(barrier, threads)
        if t.state[TRIAL] >= t.state[TRIALS]:
            return
        drive(control, fill, limit, tables, thread, threads)
        if control[STATUS] != RUNNING:
            return
