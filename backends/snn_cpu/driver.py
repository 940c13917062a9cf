"""The driver: the loop over steps, batches and trials, compiled once for all networks.

A batch is at most as long as the smallest delay, so no spike of a batch can act within
it: first every population is advanced through the batch, then all its spikes are
delivered. With several threads each owns a range of every population's neurons, and
there is one barrier between the two halves; spike buffers alternate between batches, so
that a fast thread does not overwrite what a slow one still delivers.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from snn_cpu.pointers import atomic_add, atomic_load, call

# Entries of the control block.
STEP, STOP, BATCH, STATUS, BOUNDARY, BAD, CHECK, ARRIVED, LEAVE, PARITY, INTERVAL = range(11)
CONTROL_SIZE = 16

# Why the driver returned.
RUNNING, REACHED, FULL, NOT_FINITE = range(4)

FOREVER = int(np.iinfo(np.int64).max)


@numba.njit(nogil=True)
def run_parts(parts: Any, step: int, slot: int) -> int:
    """Call each part in order; return the sum of what they return."""
    total = 0
    for p in range(parts.shape[0]):
        total += call(parts[p, 0], parts[p, 1], step, slot)
    return total


@numba.njit(nogil=True)
def wait_for_all(address: int, threads: int) -> None:
    """Barrier: spin until every thread has arrived."""
    ticket = atomic_add(address, 1)
    goal = (ticket // threads + 1) * threads
    while atomic_load(address) < goal:
        pass


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


@numba.njit(nogil=True)
def drive(
    control: Any,
    fill: Any,
    limit: Any,
    emit: Any,
    update: Any,
    finite: Any,
    after: Any,
    deliver: Any,
    tidy: Any,
    thread: int,
    threads: int,
) -> None:
    """Run until STOP or BOUNDARY, or until something needs Python.

    Parameters
    ----------
    control : (16,) int64
    fill, limit : (n,) int64
        How full each recording is, and how full it may be before the next batch.
    emit, update, finite, after, deliver, tidy : (2, n, 2) int64
        Tables of parts of this thread, one per parity of the batch: sources and inputs;
        sweeps and samplers; checks of states; bookkeeping of the spikes of a batch;
        deliveries; flushes of learning rules whose history is nearly full.
    """
    step = control[STEP]
    parity = control[PARITY]
    barrier = control.ctypes.data + 8 * ARRIVED
    while step < control[STOP] and step < control[BOUNDARY]:
        size = min(control[BATCH], control[STOP] - step, control[BOUNDARY] - step)
        # Decisions about sleep are taken at the first step of a batch, when every thread
        # has counted the steps before it.
        size = min(size, control[INTERVAL] - (step + 1) % control[INTERVAL])
        for k in range(size):
            run_parts(emit[parity], step + k + 1, k)
            run_parts(update[parity], step + k + 1, k)
            due = (step + k + 1) % control[CHECK] == 0 or step + k + 1 == control[STOP]
            if due and run_parts(finite[parity], step + k + 1, k):
                control[BAD] = 1
        if threads > 1:
            wait_for_all(barrier, threads)
        for k in range(size):
            run_parts(after[parity], step + k + 1, k)
        for k in range(size):
            run_parts(deliver[parity], step + k + 1, k)
        step += size
        run_parts(tidy[parity], step, 1)
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
