"""Which part of a projection a thread owns."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn_cpu import reductions
from snn_cpu.world import World

Array = NDArray[Any]


def rows(world: World, q: CompiledProjection, thread: int) -> dict[str, Any]:
    """Return the part of each row that a thread owns."""
    blocks, stride = q.indptr.shape
    edges = [row_edges(world, q, t) for t in (thread, thread + 1)]
    return {"begin": edges[0], "end": edges[1], "stride": stride, "blocks": blocks,
            "width": q.block, "targets": q.targets}  # fmt: skip


def row_edges(world: World, q: CompiledProjection, thread: int) -> Array:
    """Return where the targets of `thread` and later ones begin in each row.

    The first edge is the row pointer itself and the last one the same array from its
    second entry: one thread needs no copy.
    """
    flat = q.indptr.reshape(-1)
    if thread == 0:
        return flat
    if thread == world.threads:
        return flat[1:]
    size = world.compiled.populations[q.post].size
    first = world.own(size, thread)[0]
    return reductions.split_rows(q.indptr, q.targets, q.block, first)


def extent(world: World, q: CompiledProjection, thread: int) -> dict[str, Any]:
    """Return the extent of an implicit projection and the targets of a thread."""
    lo, hi = world.own(world.compiled.populations[q.post].size, thread)
    first, last = q.post_start, q.post_start + q.post_size
    return {"pre_start": q.pre_start, "pre_size": q.pre_size, "post_start": first,
            "lo": min(max(lo, first), last), "hi": max(min(hi, last), first)}  # fmt: skip
