"""Time on the board: run every core to rest, deliver packets, repeat; then the next timer.

The order is fixed (cores by chip and number, packets by sender), so a board's run is a function
of what the host did, not of this machine's speed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from snn_spinnaker.board.executor import run_core
from snn_spinnaker.board.fabric import DISTRIBUTED, ROUTE_UNKNOWN, distribute
from snn_spinnaker.board.jit import as_pointer, carray, compiled, compiled_parallel
from snn_spinnaker.board.registers import STOP_MONITOR, STOP_QUANTUM, STOP_TRANSMIT_FULL
from snn_spinnaker.board.timers import expire_timer, prescale_shift

#: Why `advance` came back.
ADVANCED = 0
NEEDS_ROUTE = 1
NEEDS_MONITOR = 2
NEEDS_TIME = 3
IDLE = 4

#: Instructions that a core may execute before others get their turn: 10 ms of board time. It
#: bounds how long the server does not look at its sockets.
QUANTUM = 2_000_000
#: Instructions of a phase (about a millisecond here) from which on threads save more than the
#: tens of microseconds that starting them costs.
PARALLEL_WORK = 100_000
#: Cycles for the two pipeline slots that an ARM968 loses at a taken branch, counted once per block.
CYCLES_PER_BRANCH = 2
#: Offset of the count of milliseconds in a chip's system RAM.
TIME_OFFSET = 0x7F10
CYCLES_PER_MS = 200_000
NEVER = 1 << 62
LONG = np.dtype(np.int64)


@compiled
def begin_tick(core: Any) -> None:
    """Book what a core did since its last timer interrupt."""
    cycles = core.instructions - core.tick_mark
    cycles += CYCLES_PER_BRANCH * (core.blocks - core.tick_blocks)
    if core.ticks > 0:
        core.tick_cycles_sum += cycles
        core.tick_cycles_max = max(core.tick_cycles_max, cycles)
        if cycles > core.timer_period:
            core.overruns += 1
    core.tick_in_max = max(core.tick_in_max, core.tick_in)
    core.tick_out_max = max(core.tick_out_max, core.tick_out)
    core.tick_in = 0
    core.tick_out = 0
    core.timer_period = core.timer_load[0] << prescale_shift(core.timer_control[0])
    core.ticks += 1
    core.tick_mark = core.instructions
    core.tick_blocks = core.blocks


@compiled
def choose_cores(cores: Any, order: Any) -> None:
    """Mark the cores that have something to do; those whose packets still wait must wait too."""
    for position in range(order.shape[0]):
        core = cores[order[position]]
        ready = core.active != 0 and core.loaded != 0 and core.dead == 0
        core.running = 1 if ready and core.sent_done == core.sent else 0
        if core.running:
            core.active = 0


@compiled
def run_chip(now: int, cores: Any, order: Any, start: int, stop: int) -> None:
    """Run the marked cores of one chip, one after the other: they share its memory and locks."""
    for position in range(start, stop):
        core = cores[order[position]]
        if core.running:
            core.now = now
            core.result = run_core(core, QUANTUM)


@compiled
def run_in_turn(now: int, cores: Any, order: Any, starts: Any) -> None:
    """Run all chips in this thread."""
    for chip in range(starts.shape[0] - 1):
        run_chip(now, cores, order, starts[chip], starts[chip + 1])


@compiled_parallel
def run_at_once(now: int, cores: Any, order: Any, starts: Any) -> None:
    """Run the chips in several threads; within a phase they do not touch each other."""
    for chip in prange(starts.shape[0] - 1):
        run_chip(now, cores, order, starts[chip], starts[chip + 1])


@compiled
def conclude_phase(board: Any, cores: Any, order: Any) -> int:
    """Mark the cores that are not done; return whether the host must act."""
    result = ADVANCED
    work = 0
    for position in range(order.shape[0]):
        core = cores[order[position]]
        work += core.instructions
        if core.running == 0:
            continue
        if core.result == STOP_MONITOR:
            core.active = 1
            result = NEEDS_MONITOR
        elif core.result == STOP_TRANSMIT_FULL:
            core.active = 1
        elif core.result == STOP_QUANTUM:
            core.active = 1
            board.quantum_stops += 1
            if result == ADVANCED:
                result = NEEDS_TIME
    board.phase_work = work - board.work
    board.work = work
    board.phases += 1
    return result


@compiled
def run_phase(board: Any, cores: Any, order: Any, starts: Any) -> int:
    """Run every core that has something to do, once; return whether the host must act.

    Threads are used when the last phase did enough for them to pay; results do not depend on it.
    """
    choose_cores(cores, order)
    if board.threads > 1 and starts.shape[0] > 2 and board.phase_work > PARALLEL_WORK:
        board.parallel_phases += 1
        run_at_once(board.now, cores, order, starts)
    else:
        run_in_turn(board.now, cores, order, starts)
    return conclude_phase(board, cores, order)


@compiled
def any_active(cores: Any, order: Any) -> bool:
    """Return whether a core has something to do or packets that are not yet delivered."""
    for position in range(order.shape[0]):
        core = cores[order[position]]
        if core.loaded != 0 and core.dead == 0 and core.active != 0:
            return True
        if core.sent_done < core.sent:
            return True
    return False


@compiled
def settle(
    board: Any, cores: Any, order: Any, starts: Any, table: Any, targets: Any, progress: Any
) -> int:
    """Run cores and deliver packets until nothing is left to do now."""
    while True:
        outcome = distribute(board, cores, order, table, targets, progress)
        if outcome == ROUTE_UNKNOWN:
            return NEEDS_ROUTE
        if outcome == DISTRIBUTED and not any_active(cores, order):
            return ADVANCED
        reason = run_phase(board, cores, order, starts)
        if reason != ADVANCED:
            return reason


@compiled
def next_due(cores: Any, order: Any, timer: int, polling_only: bool) -> int:
    """Return the earliest expiry of a timer, `NEVER` if none runs."""
    due = NEVER
    for position in range(order.shape[0]):
        core = cores[order[position]]
        if core.loaded == 0 or core.dead != 0 or core.timer_due[timer] < 0:
            continue
        if polling_only and core.polling == 0:
            continue
        due = min(due, core.timer_due[timer])
    return due


@compiled
def expire(cores: Any, order: Any, timer: int, due: int, polling_only: bool) -> None:
    """Let a timer of all cores that are due expire."""
    for position in range(order.shape[0]):
        core = cores[order[position]]
        if core.loaded == 0 or core.dead != 0 or core.timer_due[timer] != due:
            continue
        if polling_only and core.polling == 0:
            continue
        if timer == 0:
            begin_tick(core)
        expire_timer(core, timer, due)
        core.active = 1


@compiled
def set_clocks(chips: Any, now: int) -> None:
    """Write the time in milliseconds where applications read it."""
    for index in range(chips.shape[0]):
        chip: Any = chips[index]
        carray(as_pointer(chip.system_ram + TIME_OFFSET), 1, LONG)[0] = now // CYCLES_PER_MS


@compiled
def next_event(board: Any, chips: Any, cores: Any, order: Any) -> int:
    """Let the next timers expire; 1 for a tick, 0 for a second timer, -1 if none runs."""
    polled = next_due(cores, order, 1, True)
    if polled != NEVER:
        expire(cores, order, 1, polled, True)
        return 0
    tick = next_due(cores, order, 0, False)
    second = next_due(cores, order, 1, False)
    if tick == NEVER and second == NEVER:
        return -1
    if second <= tick:
        board.now = max(board.now, second)
        expire(cores, order, 1, second, False)
        return 0
    board.now = max(board.now, tick)
    board.ticks += 1
    set_clocks(chips, board.now)
    expire(cores, order, 0, tick, False)
    return 1


@compiled
def advance(
    boards: Any,
    chips: Any,
    cores: Any,
    order: Any,
    starts: Any,
    table: Any,
    targets: Any,
    progress: Any,
    ticks: int,
) -> int:
    """Settle, then go through a number of ticks; stop early when the host must act."""
    board = boards[0]
    last = board.ticks + ticks
    while True:
        reason = settle(board, cores, order, starts, table, targets, progress)
        if reason != ADVANCED:
            return reason
        if board.ticks >= last and next_due(cores, order, 1, True) == NEVER:
            return ADVANCED
        if next_event(board, chips, cores, order) < 0:
            return IDLE
