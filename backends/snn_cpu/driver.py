"""The driver: the loop over steps, batches and trials, compiled once for all networks.

A batch is at most as long as the smallest delay, so no spike of a batch can act within
it: first every population is advanced through the batch, then all its spikes are
delivered. With several threads each owns a range of every population's neurons, and
there is one barrier between the two halves; spike buffers alternate between batches, so
that a fast thread does not overwrite what a slow one still delivers.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import types

from snn_cpu.pointers import atomic_add, atomic_load, call

# Entries of the control block.
STEP, STOP, BATCH, STATUS, BOUNDARY, BAD, CHECK, ARRIVED, LEAVE, PARITY, INTERVAL = range(11)
CONTROL_SIZE = 16

# Why the driver returned.
RUNNING, REACHED, FULL, NOT_FINITE = range(4)

PATIENCE = 2000
"""Looks at a barrier (some microseconds) before the core is offered to others."""

give_way = types.ExternalFunction(
    "SwitchToThread" if os.name == "nt" else "sched_yield", types.int32()
)

FOREVER = int(np.iinfo(np.int64).max)


@numba.njit(nogil=True)
def run_parts(parts: Any, step: int, slot: int) -> int:
    """Call each part in order; return the sum of what they return."""
    total = 0
    for p in range(parts.shape[0]):
        total += call(parts[p, 0], parts[p, 1], step, slot)
    return total


@numba.njit(nogil=True)
def steps_until_due(every: Any, step: int) -> int:
    """Return after how many steps the next rule with a period acts."""
    least = FOREVER
    for r in range(every.shape[0]):
        least = min(least, every[r] - step % every[r])
    return least


@numba.njit(nogil=True)
def run_due(tables: Any, step: int) -> None:
    """Let the rules act whose period ends with this step."""
    for p in range(tables.due.shape[0]):
        rule = tables.due[p, 2]
        if step % tables.every[rule] == 0 and atomic_load(tables.wanted[rule]):
            call(tables.due[p, 0], tables.due[p, 1], step, 0)


@numba.njit(nogil=True)
def wait_for_all(address: int, threads: int) -> None:
    """Barrier: spin until every thread has arrived, and give way when that takes long."""
    ticket = atomic_add(address, 1)
    goal = (ticket // threads + 1) * threads
    spins = 0
    while atomic_load(address) < goal:
        spins += 1
        if spins > PATIENCE:
            give_way()


@numba.njit(nogil=True)
def reason_to_leave(control: Any, fill: Any, limit: Any, stop: int) -> int:
    """Say why the driver must return after the batch that ends at `stop`."""
    if control[BAD]:
        return NOT_FINITE
    for k in range(fill.shape[0]):
        if fill[k] > limit[k]:
            return FULL
    if stop >= control[STOP]:
        return REACHED
    return RUNNING if stop >= control[BOUNDARY] else -1


class Tables(NamedTuple):
    """What one thread calls: tables of parts, (2, n, 2) int64, one per parity of the batch.

    Sources and inputs; sweeps and samplers; checks of states; bookkeeping of the spikes
    of a batch; deliveries; flushes of learning rules whose history is nearly full; deliveries
    of past spikes that arrive in a batch.

    `due` (n, 3) are parts of rules with a period: address, block, index of the rule. Rule r
    acts at multiples of ``every[r]`` steps, where the word at address ``wanted[r]`` is not 0.
    """

    emit: Any
    update: Any
    finite: Any
    after: Any
    deliver: Any
    tidy: Any
    arrive: Any
    due: Any
    every: Any
    wanted: Any


@numba.njit(nogil=True)
def drive(control: Any, fill: Any, limit: Any, team: Any, thread: int, threads: int) -> None:
    """Run until STOP or BOUNDARY, or until something needs Python.

    Parameters
    ----------
    control : (16,) int64
    fill, limit : (n,) int64
        How full each recording is, and how full it may be before the next batch.
    team : tuple of Tables
        Of the shares of the network that this thread does, one after the other.
    thread, threads : int
        Which thread this is, of how many that work at the same time.
    """
    step = control[STEP]
    parity = control[PARITY]
    barrier = control.ctypes.data + 8 * ARRIVED
    while step < control[STOP] and step < control[BOUNDARY]:
        size = min(control[BATCH], control[STOP] - step, control[BOUNDARY] - step)
        size = min(size, steps_until_due(team[0].every, step))
        # Decisions about sleep are taken at the first step of a batch, when every thread
        # has counted the steps before it.
        size = min(size, control[INTERVAL] - (step + 1) % control[INTERVAL])
        for own in team:
            run_parts(own.arrive[parity], step, size)
            for k in range(size):
                run_parts(own.emit[parity], step + k + 1, k)
                run_parts(own.update[parity], step + k + 1, k)
                due = (step + k + 1) % control[CHECK] == 0 or step + k + 1 == control[STOP]
                if due and run_parts(own.finite[parity], step + k + 1, k):
                    control[BAD] = 1
        if threads > 1:
            wait_for_all(barrier, threads)
        for own in team:
            for k in range(size):
                run_parts(own.after[parity], step + k + 1, k)
        for own in team:
            for k in range(size):
                run_parts(own.deliver[parity], step + k + 1, k)
        step += size
        for own in team:
            run_parts(own.tidy[parity], step, 1)
        is_due = steps_until_due(team[0].every, step - 1) == 1
        if is_due and threads > 1:
            wait_for_all(barrier, threads)
        if is_due and thread == 0:
            run_due(team[0], step)
        if thread == 0:
            control[STEP] = step
            control[PARITY] = 1 - parity
            control[LEAVE] = reason_to_leave(control, fill, limit, step)
        if threads > 1:
            wait_for_all(barrier, threads)
        parity = 1 - parity
        if control[LEAVE] >= 0:
            control[STATUS] = control[LEAVE]
            return
    control[STATUS] = REACHED if step >= control[STOP] else RUNNING
