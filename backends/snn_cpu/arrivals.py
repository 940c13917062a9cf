"""Receptors whose spikes are delivered just before they arrive (see `kernels.arrival`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledProjection
from snn_cpu import parts
from snn_cpu.entries import entries
from snn_cpu.parts import Part, bind

if TYPE_CHECKING:
    from snn_cpu.engine import CpuEngine
    from snn_cpu.world import World

Array = NDArray[Any]
KERNEL = "snn_cpu.kernels.arrival"


@dataclass(eq=False)
class History:
    """Past spikes of a population: those of step n begin at ``first[n]`` of `kept`."""

    kept: Array
    head: Array
    first: Array
    count: Array


@dataclass(eq=False)
class Group:
    """The projections of one receptor, and the last step whose spikes are delivered in full."""

    projections: list[CompiledProjection]
    since: Array

    @property
    def earliest(self) -> int:
        """Smallest delay, in steps."""
        return min(int(q.delay.min()) for q in self.projections)

    @property
    def latest(self) -> int:
        """Largest delay, in steps."""
        return max(int(q.delay.max()) for q in self.projections)


@dataclass(eq=False)
class Share:
    """Rows sorted by delay of which a thread delivers every synapse."""

    row: Array
    segments: Array
    targets: Array
    weight: Array
    delay: Array


def is_ordered(q: CompiledProjection) -> bool:
    """Say whether the spikes of a projection are delivered before they arrive."""
    return q.segments.size > 0


def groups_of(compiled: Compiled) -> list[Group]:
    """Return the receptors whose projections are sorted by delay."""
    found: dict[tuple[int, int], list[CompiledProjection]] = {}
    for q in compiled.projections:
        if is_ordered(q):
            found.setdefault((q.post, q.receptor), []).append(q)
    return [Group(own, np.full(1, -1, np.int64)) for own in found.values()]


def histories_of(compiled: Compiled, groups: list[Group], batch: int) -> dict[int, History]:
    """Allocate room for the past spikes of every source, whatever it may fire."""
    window = max((group.latest for group in groups), default=0) + batch + 1
    steps = 1 << int(np.ceil(np.log2(window)))
    found = {}
    for p in sorted({q.pre for group in groups for q in group.projections}):
        # Twice: where a step does not fit at the end, the end stays unused.
        kept = np.zeros(2 * compiled.populations[p].size * window, np.int32)
        found[p] = History(kept, np.zeros(1, np.int64), np.zeros(steps, np.int64),
                           np.zeros(steps, np.int64))  # fmt: skip
    return found


def remember(world: World, parity: int) -> list[Part]:
    """Bind what keeps the spikes of a batch."""
    made = []
    for p, history in world.histories.items():
        spikes = world.spikes[parity][p]
        made.append(bind(f"{KERNEL}:remember", {
            "spikes": spikes.index, "ptr": spikes.ptr, "kept": history.kept,
            "head": history.head, "first": history.first, "count": history.count,
        }, title="synapses"))  # fmt: skip
    return made


def arrive(world: World, thread: int, parity: int) -> list[Part]:
    """Bind the delivery of what arrives within a batch, receptor by receptor."""
    return [_group(world, group, thread) for group in world.arriving]


def _group(world: World, group: Group, thread: int) -> Part:
    now = np.zeros(2, np.int64)
    own = [_ranges(world, q, thread, now) for q in group.projections]
    made = bind(f"{KERNEL}:arrive", {
        "parts": parts.table(own), "earliest": group.earliest, "latest": group.latest,
        "since": group.since, "now": now,
    }, title="synapses")  # fmt: skip
    # The table holds addresses only: whoever has the part must have its own parts, too.
    return Part(made.address, made.block, (*made.arrays, own))


def _ranges(world: World, q: CompiledProjection, thread: int, now: Array) -> Part:
    own, history = _share(world, q, thread), world.histories[q.pre]
    flat = own.segments.reshape(-1)
    return bind(f"{KERNEL}:ranges", {
        "now": now, "kept": history.kept, "first": history.first, "count": history.count,
        "row": own.row, "begin": flat, "end": flat[1:], "width": q.segments.shape[1],
        "earliest": int(q.delay.min()) if q.delay.size else 1, "targets": own.targets,
        "weight": own.weight, "delay": own.delay,
        "ring": world.cells[q.post].rings[q.receptor], "mask": world.slots - 1,
    }, title="synapses")  # fmt: skip


def _share(world: World, q: CompiledProjection, thread: int) -> Share:
    """Return a thread's part of the rows: in place for one thread, copied once for more."""
    weight, delay = np.atleast_1d(world.weights[q.index]), np.atleast_1d(q.delay)
    whole = Share(q.indptr[0], q.segments, q.targets, weight, delay)
    if world.threads == 1:
        return whole
    key = q.index, thread
    if key not in world.shares:
        world.shares[key] = _cut(whole, *world.own(world.compiled.populations[q.post].size, thread))
    return world.shares[key]


def _cut(whole: Share, low: int, high: int) -> Share:
    from snn_cpu.kernels.arrival import share, share_sizes

    row, segments = np.zeros_like(whole.row), np.zeros_like(whole.segments)
    total = share_sizes(whole.segments, whole.row, whole.targets, low, high, row, segments)
    row[-1] = total

    def cut(values: Array) -> Array:
        if len(values) < 2:
            return values
        out = np.zeros(total, values.dtype)
        share(whole.row, whole.targets, values, low, high, out)
        return out

    return Share(row, segments, cut(whole.targets), cut(whole.weight), cut(whole.delay))


def settle(engine: CpuEngine) -> None:
    """Add to the rings whatever past spikes are still to bring."""
    for thread in range(engine.threads):
        for group, part in zip(engine.world.arriving, engine.parts[thread][-1][0], strict=True):
            entries().run_parts(parts.table([part]), engine.step, group.latest)


def forget(world: World, step: int) -> None:
    """Leave past spikes alone: what they bring is in the rings."""
    for group in world.arriving:
        group.since[0] = step


def cut_anew(engine: CpuEngine) -> None:
    """Cut the threads' own rows again: weights have changed."""
    if engine.world.shares:
        engine.world.shares.clear()
        engine.bind()
