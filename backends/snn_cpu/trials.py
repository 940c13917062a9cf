"""Schedules inside compiled code: phases, counts, repetitions, trial-end operations."""

from __future__ import annotations

from typing import Any

import numba

from snn_cpu.driver import BOUNDARY, FOREVER, RUNNING, STATUS, STEP, drive, run_parts

# Entries of the schedule's own state.
TRIAL, ATTEMPT, PHASE, COUNTED, TRIALS, REPEATED, AT_LEAST, LIMIT = range(8)
STATE_SIZE = 8


@numba.njit(nogil=True)
def set_rates(
    state: Any, rates: Any, rate: Any, scheduled: Any, stretch: Any, gain: float, step: int
) -> None:
    """Set the rates of this phase; a stretch of every scheduled source begins."""
    row = min(state[TRIAL], rates.shape[1] - 1)
    factor = 1.0 + gain * state[ATTEMPT]
    for k in range(scheduled.shape[0]):
        if scheduled[k] >= 0:
            rate[k] = rates[state[PHASE], row, k] * factor
    for k in range(stretch.shape[0]):
        if stretch[k, 3]:
            stretch[k, 0] = step + 1
            stretch[k, 1] = -1


@numba.njit(nogil=True)
def set_learning(state: Any, learning: Any, on: Any, flush: Any, step: int) -> None:
    """Switch plasticity of the scheduled projections for this trial."""
    for k in range(learning.shape[0]):
        if learning[k, 0] < 0:
            continue
        wanted = learning[k, min(state[TRIAL], learning.shape[1] - 1)]
        if wanted != on[k]:
            run_parts(flush[k : k + 1], step, 0)
            on[k] = wanted


@numba.njit(nogil=True)
def end_presentation(
    state: Any,
    counts: Any,
    kept: Any,
    attempts: Any,
    first: Any,
    start: Any,
    flush: Any,
    reduce: Any,
    step: int,
) -> None:
    """Act on the trial's end; decide whether it is shown again."""
    total = 0
    if state[REPEATED] >= 0:
        for i in range(counts.shape[0]):
            if kept[i] == state[REPEATED]:
                total += counts[i]
    if reduce.shape[0]:
        run_parts(flush, step, 0)
        run_parts(reduce, step, 0)
    state[PHASE] = 0
    trial = state[TRIAL]
    if state[REPEATED] >= 0 and total < state[AT_LEAST] and state[ATTEMPT] < state[LIMIT]:
        state[ATTEMPT] += 1
        return
    attempts[trial] = state[ATTEMPT]
    first[trial] = start[0]
    state[TRIAL] += 1
    state[ATTEMPT] = 0


@numba.njit(nogil=True)
def present(
    control: Any,
    fill: Any,
    limit: Any,
    emit: Any,
    update: Any,
    finite: Any,
    after: Any,
    deliver: Any,
    tidy: Any,
    state: Any,
    phase_steps: Any,
    rates: Any,
    rate: Any,
    scheduled: Any,
    stretch: Any,
    gain: float,
    learning: Any,
    on: Any,
    flush: Any,
    reduce: Any,
    counts: Any,
    kept: Any,
    counting: Any,
    table: Any,
    attempts: Any,
    first: Any,
    start: Any,
) -> None:
    """Run trials until the schedule ends or something needs Python."""
    while True:
        step = control[STEP]
        if step >= control[BOUNDARY]:
            if state[PHASE] == state[COUNTED]:
                for i in range(counts.shape[0]):
                    table[state[TRIAL], i] = counts[i]
            state[PHASE] += 1
            if state[PHASE] == phase_steps.shape[0]:
                end_presentation(state, counts, kept, attempts, first, start, flush, reduce, step)
            control[BOUNDARY] = FOREVER
            start[1] = 1
        if state[TRIAL] >= state[TRIALS]:
            return
        if start[1]:
            begin_phase(state, counts, counting, start, step)
            set_rates(state, rates, rate, scheduled, stretch, gain, step)
            if state[PHASE] == 0:
                set_learning(state, learning, on, flush, step)
            control[BOUNDARY] = step + phase_steps[state[PHASE]]
            start[1] = 0
        drive(control, fill, limit, emit, update, finite, after, deliver, tidy, 0, 1)
        if control[STATUS] != RUNNING:
            return


@numba.njit(nogil=True)
def begin_phase(state: Any, counts: Any, counting: Any, start: Any, step: int) -> None:
    """Start counting in the counted phase, from zero."""
    counting[0] = state[PHASE] == state[COUNTED]
    if counting[0]:
        counts[:] = 0
    if state[PHASE] == 0:
        start[0] = step + 1
