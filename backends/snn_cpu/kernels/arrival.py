"""Delivery of past spikes just before they arrive, through rows that are sorted by delay.

At the start of a batch every spike that arrives within it has been fired, because a batch
is no longer than the smallest delay. What one spike brings in the batch lies side by side in
its row, and goes into the few steps of the batch instead of all steps of the future.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from snn_cpu.kernels.asking import ask
from snn_cpu.kernels.jit import kernel
from snn_cpu.pointers import call, prefetch

AHEAD = 8
"""Spikes whose synapses are asked for before they are needed."""


@kernel
def ask_ahead(s, kept, row, begin, end, width, low, high, targets, weight, delay):
    """Ask for what a later spike will need: that of the next steps is close enough."""
    if s + 2 * AHEAD < kept.shape[0]:
        prefetch(begin, np.int64(kept[s + 2 * AHEAD]) * width + low)
        source = np.int64(kept[s + AHEAD])
        start = np.int64(row[source]) + np.int64(begin[source * width + low])
        stop = np.int64(row[source]) + np.int64(end[source * width + high])
        ask(targets, 2, start, stop)
        if delay.shape[0] > 1:
            ask(delay, 1, start, stop)
        if weight.shape[0] > 1:
            ask(weight, 4, start, stop)


@kernel
def remember(step, slot, spikes, ptr, kept, head, first, count):
    """Append the spikes of one step, which lie side by side."""
    n = np.int64(0)
    for t in range(spikes.shape[0]):
        n += ptr[t, slot + 1] - ptr[t, slot]
    if head[0] + n > kept.shape[0]:
        head[0] = 0
    at = head[0]
    entry = step & (first.shape[0] - 1)
    first[entry], count[entry] = at, n
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            kept[at] = spikes[t, s]
            at += 1
    head[0] = at
    return 0


@kernel
def arrive(step, size, parts, earliest, latest, since, now):
    """Deliver what arrives in the `size` steps after `step`, oldest spikes first."""
    now[0], now[1] = step, size
    begin = max(step + 1 - latest, since[0] + 1)
    end = min(step + size - earliest, step)
    for emitted in range(begin, end + 1):
        for p in range(parts.shape[0]):
            call(parts[p, 0], parts[p, 1], emitted, 0)
    return 0


@kernel
def window(emitted, now, earliest, spread):
    """Return the first and the last delay, counted from `earliest`, that arrive in a batch."""
    low = max(now[0] + 1 - emitted, earliest) - earliest
    high = min(now[0] + now[1] - emitted, earliest + spread - 1) - earliest
    return low, high


@kernel
def ranges(
    emitted, slot, now, kept, first, count, row, begin, end, width, earliest, targets, weight,
    delay, ring, mask,
):  # fmt: skip
    """Deliver the spikes of one past step: what a batch gets of a row is one range."""
    low, high = window(emitted, now, earliest, width - 1)
    if low > high:
        return 0
    entry = emitted & (first.shape[0] - 1)
    size, flat = uint64(ring.shape[1]), ring.reshape(ring.size)
    late, strong, w = delay.shape[0] > 1, weight.shape[0] > 1, weight[0]
    out = flat[uint64((emitted + earliest) & mask) * size :]
    for s in range(first[entry], first[entry] + count[entry]):
        ask_ahead(s, kept, row, begin, end, width, low, high, targets, weight, delay)
        source = np.int64(kept[s])
        start = uint64(np.int64(row[source]) + np.int64(begin[source * width + low]))
        stop = uint64(np.int64(row[source]) + np.int64(end[source * width + high]))
        if late and strong:
            for j in range(start, stop):
                flat[uint64((emitted + delay[j]) & mask) * size + targets[j]] += weight[j]
        elif late:
            for j in range(start, stop):
                flat[uint64((emitted + delay[j]) & mask) * size + targets[j]] += w
        elif strong:
            for j in range(start, stop):
                out[targets[j]] += weight[j]
        else:
            for j in range(start, stop):
                out[targets[j]] += w
    return 0


@kernel
def share_sizes(segments, row, targets, low, high, own_row, own_segments):
    """Find how many synapses of each row and delay have a target in [low, high)."""
    total = 0
    for r in range(segments.shape[0]):
        own_row[r] = total
        found = 0
        for k in range(segments.shape[1] - 1):
            own_segments[r, k] = found
            for s in range(segments[r, k], segments[r, k + 1]):
                found += low <= targets[row[r] + s] < high
        own_segments[r, segments.shape[1] - 1] = found
        total += found
    return total


@kernel
def share(row, targets, values, low, high, out):
    """Copy the values of the synapses whose target lies in [low, high), in order."""
    m = 0
    for j in range(row[row.shape[0] - 1]):
        if low <= targets[j] < high:
            out[m] = values[j]
            m += 1
