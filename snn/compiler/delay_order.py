"""Order rows by delay where that lets an engine deliver spikes just before they arrive.

With a delay of its own for each synapse, a spike scatters its row over as many steps of the
future as there are delays, and the arrivals of all these steps do not fit a cache. Sorted by
delay, the synapses of a row that arrive within the next few steps lie side by side: an engine
can keep past spikes instead of future arrivals. Sums are the same, because synapses of one
row that arrive at one step and target keep their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.compiled import Compiled, CompiledPopulation, CompiledProjection

CACHE = 1 << 20
"""Bytes of arrivals that a core keeps close anyway."""

SEGMENT = 1.0
"""Synapses of a row that share a delay, on average, below which it does not pay."""

PAST = 1 << 24
"""Spikes that may have to be kept: neurons times steps of the longest delay."""

LONGEST_BATCH = 64


def ordered_by_delay(compiled: Compiled) -> Compiled:
    """Sort the rows of every receptor's projections for which it pays.

    All projections of a receptor are ordered, or none: their sums interleave. Integers
    saturate, so that the order of their sums matters: they are left alone.
    """
    if compiled.precision == "int32" or _arrivals(compiled) <= CACHE:
        return compiled
    groups: dict[tuple[int, int], list[CompiledProjection]] = defaultdict(list)
    for q in compiled.projections:
        groups[q.post, q.receptor].append(q)
    chosen = {q.index for group in groups.values() if _pays(group, compiled.populations)
              for q in group}  # fmt: skip
    return replace(compiled, projections=tuple(
        _ordered(q) if q.index in chosen else q for q in compiled.projections
    ))  # fmt: skip


def _arrivals(compiled: Compiled) -> int:
    """Return the bytes of all arrivals up to the longest delay."""
    receptors = sum(p.size * len(p.model.receptors) for p in compiled.populations
                    if isinstance(p.model, Cell))  # fmt: skip
    return receptors * compiled.max_delay * np.dtype(compiled.precision).itemsize


def _latest(q: CompiledProjection) -> int:
    return int(q.delay.max()) if q.delay.size else 0


def _spread(q: CompiledProjection) -> int:
    """Return the number of steps from the smallest to the largest delay, both included."""
    return _latest(q) - int(q.delay.min()) + 1 if q.delay.size else 1


def _pays(group: Sequence[CompiledProjection], populations: Sequence[CompiledPopulation]) -> bool:
    if not all(_possible(q, populations) for q in group):
        return False
    own = [q for q in group if q.delay.ndim]
    segments = sum(populations[q.pre].size * _spread(q) for q in own)
    return bool(own) and sum(q.synapses for q in own) >= SEGMENT * segments


def _possible(q: CompiledProjection, populations: Sequence[CompiledPopulation]) -> bool:
    source = populations[q.pre]
    kept = source.size * (_latest(q) + LONGEST_BATCH + 1)
    return (
        q.form == "csr" and not q.rules and len(q.indptr) == 1 and kept <= PAST
        and isinstance(source.model, Cell)
    )  # fmt: skip


def _ordered(q: CompiledProjection) -> CompiledProjection:
    from snn.connectors.sorting import sort_by_delay

    spread, rows = _spread(q), q.indptr.shape[1] - 1
    longest = int(np.diff(q.indptr[0].astype(np.int64)).max(initial=0))
    segments = np.zeros((rows, spread + 1), np.uint16 if longest < 65536 else np.uint32)
    delay, weight = np.atleast_1d(q.delay), np.atleast_1d(q.weight)
    targets = np.array(q.targets)
    sort_by_delay(q.indptr[0], int(delay.min()) if delay.size else 1, segments, targets, weight,
                  delay, longest)  # fmt: skip
    return replace(q, targets=targets, segments=segments,
                   weight=_like(weight, q.weight), delay=_like(delay, q.delay))  # fmt: skip


def _like(values: NDArray[Any], old: NDArray[Any]) -> NDArray[Any]:
    return values.reshape(old.shape)
