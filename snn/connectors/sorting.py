"""Compiled counting sorts of synapses; imported only when something is connected."""
# numba's decorators carry no types; the callers in this package annotate theirs.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc, untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def tally(keys, bins):
    """Return where each bin begins, shape (bins + 1,)."""
    starts = np.zeros(bins + 1, np.int64)
    for s in range(len(keys)):
        starts[keys[s] + 1] += 1
    for b in range(bins):
        starts[b + 1] += starts[b]
    return starts


@compiled
def order_by(keys, starts, before):
    """Return the order that sorts by `keys`; ties stay as in `before` (may be empty)."""
    at = starts[:-1].copy()
    order = np.empty(len(keys), np.int64)
    for s in range(len(keys)):
        entry = before[s] if len(before) else s
        order[at[keys[entry]]] = entry
        at[keys[entry]] += 1
    return order


@compiled
def rows_of(indptr, sources, targets, n_sources, block):
    """Return the row of each synapse: its target's block, then its source."""
    keys = np.empty(len(targets), np.int64)
    for row in range(len(indptr) - 1):
        for s in range(indptr[row], indptr[row + 1]):
            keys[s] = np.int64(targets[s]) // block * n_sources + sources[row]
    return keys


@compiled
def transposed(starts, chosen, counts):
    """Return the targets of each source, ascending, from the sources of each target.

    `chosen` lists ``counts[t]`` sources for target t, target after target.
    """
    at = starts[:-1].copy()
    targets = np.empty(len(chosen), np.uint32)
    entry = 0
    for target in range(len(counts)):
        for _ in range(counts[target]):
            source = chosen[entry]
            targets[at[source]] = target
            at[source] += 1
            entry += 1
    return targets


@compiled
def sort_rows(indptr, targets):
    """Sort each row in place."""
    for row in range(len(indptr) - 1):
        targets[indptr[row] : indptr[row + 1]].sort()


@compiled
def sort_by_delay(indptr, first, segments, targets, weight, delay, longest):
    """Sort each row by delay, in place; ties stay in order.

    ``segments[r, k]`` becomes where the synapses of delay ``first + k`` begin in row r. One
    delay or one weight for all has shape (1,).
    """
    own_delay, own_weight = len(delay) > 1, len(weight) > 1
    spread = segments.shape[1] - 1
    at = np.empty(spread + 1, np.int64)
    late, near = np.empty(longest, delay.dtype), np.empty(longest, targets.dtype)
    strong = np.empty(longest, weight.dtype)
    for row in range(len(indptr) - 1):
        begin, end = indptr[row], indptr[row + 1]
        at[:] = 0
        for s in range(begin, end):
            at[(delay[s] - first if own_delay else 0) + 1] += 1
        for k in range(spread):
            at[k + 1] += at[k]
        for k in range(spread + 1):
            segments[row, k] = at[k]
        if not own_delay:
            continue
        for s in range(begin, end):
            k = delay[s] - first
            late[at[k]], near[at[k]] = delay[s], targets[s]
            if own_weight:
                strong[at[k]] = weight[s]
            at[k] += 1
        for s in range(begin, end):
            delay[s], targets[s] = late[s - begin], near[s - begin]
            if own_weight:
                weight[s] = strong[s - begin]
