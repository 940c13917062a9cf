"""Allocate everything that the parts of a network are bound to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledPopulation, CompiledProjection
from snn.plasticity import EventRule
from snn_cpu import memory, sleep
from snn_cpu.arrivals import Group, History, Share, groups_of, histories_of
from snn_cpu.axons import AxonMemory, axon_memory
from snn_cpu.deferred import DeferredMemory, memories
from snn_cpu.plasticity_rates import ruled
from snn_cpu.reductions import ReductionMemory, reduction_memory, reductions, side
from snn_cpu.synapses import PlasticMemory, plastic_memory
from snn_cpu.topology import TopologyMemory, logged, topology_memory, with_own_lists
from snn_cpu.trial_rules import TrialMemory, trial_memory, trial_rules

Array = NDArray[Any]

SAMPLE_ROOM = 1 << 22
"""Values that one recording may hold before it is emptied."""


@dataclass(eq=False)
class World:
    """Everything that parts are bound to."""

    compiled: Compiled
    threads: int
    batch: int
    slots: int
    cells: dict[int, memory.CellMemory]
    sources: dict[int, memory.SourceMemory]
    spikes: list[dict[int, memory.SpikeMemory]]
    weights: list[Array]
    plastic: dict[int, list[PlasticMemory]]
    rate: Array
    rate_at: dict[int, slice]
    stretch: Array
    fill: Array
    buffers: dict[int, tuple[Array, Array]]
    samples: dict[int, tuple[Array, Array]]
    learning: Array
    sampled: list[Array]
    sleep: dict[int, list[sleep.SleepMemory]]
    interval: int
    arriving: list[Group] = field(default_factory=list)
    histories: dict[int, History] = field(default_factory=dict)
    shares: dict[tuple[int, int], Share] = field(default_factory=dict)
    counts: dict[int, Array] = field(default_factory=dict)
    counting: Array = field(default_factory=lambda: np.zeros(1, np.int64))
    deferred: dict[int, list[DeferredMemory]] = field(default_factory=dict)
    trial_rules: dict[tuple[int, int], TrialMemory] = field(default_factory=dict)
    reductions: dict[tuple[int, int], ReductionMemory] = field(default_factory=dict)
    axons: dict[int, AxonMemory] = field(default_factory=dict)
    speed: Array = field(default_factory=lambda: np.ones(0))
    scaled: set[int] = field(default_factory=set)
    logs: dict[int, tuple[Array, Array]] = field(default_factory=dict)
    topology: dict[tuple[int, int], TopologyMemory] = field(default_factory=dict)

    def own(self, size: int, thread: int) -> tuple[int, int]:
        """Return the range of neurons of a population that a thread owns."""
        # Multiples of 64 keep two threads out of one cache line.
        share = -(-size // (64 * self.threads)) * 64
        return min(size, thread * share), min(size, (thread + 1) * share)


def plastic(compiled: Compiled) -> list[CompiledProjection]:
    """Return the projections that have event rules."""
    return [q for q in compiled.projections if event_rules(q)]


def event_rules(q: CompiledProjection) -> list[Any]:
    """Return the event rules of a projection; none where a deferred rule stands for them."""
    return [r for r in q.rules if isinstance(r.rule, EventRule) and q.deferred is None]


SPIKE_ROOM = 1 << 18
"""Spikes that a recording holds at least before it is emptied."""


def spike_buffer(size: int) -> tuple[Array, Array]:
    room = max(2 * size, SPIKE_ROOM)
    return np.zeros(room, np.int32), np.zeros(room, np.int32)


def world_of(compiled: Compiled, threads: int, may_sleep: bool) -> World:
    """Allocate everything that parts are bound to."""
    compiled = with_own_lists(compiled)
    batch = memory.batch_length(compiled)
    slots = memory.ring_slots(compiled, batch)
    cells = {p.index: _cells(compiled, p, slots, threads) for p in compiled.populations if p.plan}
    sources = {p.index: memory.SourceMemory() for p in compiled.populations if p.plan is None}
    rated = [p for p in compiled.populations if p.rate is not None]
    edges = np.cumsum([0, *(p.size for p in rated)])
    rate = np.concatenate([*(p.rate for p in rated if p.rate is not None), np.zeros(0)])
    stretch = np.zeros((len(rated), 4), np.int64)
    stretch[:, 0], stretch[:, 1] = 1, -1
    spikes = [{p.index: _spikes(compiled, p, batch, threads, sources) for p in compiled.populations}
              for _ in range(2)]  # fmt: skip
    recorded = sorted({r.population for r in compiled.recordings if r.variable == "spikes"})
    buffers = {p: spike_buffer(spikes[0][p].index.shape[1]) for p in recorded}
    samples = _sampled(compiled, batch)
    weights = [_weights(q, compiled.precision) for q in compiled.projections]
    groups = groups_of(compiled)
    logs = {p: spike_buffer(spikes[0][p].index.shape[1]) for p in logged(compiled)}
    fill = np.zeros(len(buffers) + len(samples) + len(logs), np.int64)
    others = [np.zeros(len(samples), np.int64) for _ in range(threads - 1)]
    sampled = [fill[len(buffers) : len(buffers) + len(samples)], *others]
    changing = ruled(compiled)
    learning = np.ones(len(changing), np.int64)
    learned = {
        q.index: plastic_memory(
            compiled, q, event_rules(q), batch, threads, learning[k : k + 1], cells[q.post].states
        )
        for k, q in enumerate(changing) if event_rules(q)
    }  # fmt: skip
    sleeping = {
        p.index: sleep.sleep_memory(p, slots, compiled.precision, threads)
        for p in compiled.populations
        if may_sleep and sleep.may_sleep(compiled, p)
    }
    return World(
        arriving=groups, histories=histories_of(compiled, groups, batch),
        sleep=sleeping, interval=max(sleep.INTERVAL, slots), compiled=compiled,
        threads=threads, batch=batch, slots=slots, cells=cells,
        sources=sources, spikes=spikes, weights=weights, plastic=learned, rate=rate,
        rate_at={p.index: slice(a, b) for p, a, b in zip(rated, edges, edges[1:])},
        stretch=stretch, fill=fill, sampled=sampled, buffers=buffers,
        samples=samples, learning=learning, deferred=_deferred(compiled, batch, threads),
        trial_rules={
            (q.index, k): trial_memory(q, made, compiled.dt, compiled.populations[q.post].size)
            for q in compiled.projections for k, made in trial_rules(q)
        },
        axons={q.index: axon_memory(q, spikes[0][q.pre]) for q in compiled.projections if q.axonal},
        speed=np.ones(len(changing)), logs=logs, topology=topology_memory(compiled),
        reductions={
            (q.index, k): reduction_memory(
                made, compiled.populations[side(q, made)].size, compiled.precision
            )
            for q in compiled.projections for k, made in reductions(q)
        },
    )  # fmt: skip


def _deferred(compiled: Compiled, batch: int, threads: int) -> dict[int, list[DeferredMemory]]:
    sizes = [p.size for p in compiled.populations]
    found = {}
    for q in compiled.projections:
        if q.deferred is not None:
            rewards = sum(sizes[r.modulator] for r in q.rules if r.modulator is not None)
            ends = (sizes[q.pre], sizes[q.post], rewards)
            found[q.index] = memories(q.deferred, ends, q.synapses, batch, threads)
    return found


def _cells(
    compiled: Compiled, p: CompiledPopulation, slots: int, threads: int
) -> memory.CellMemory:
    currents = sum(c.population == p.index for c in compiled.currents)
    return memory.cell_memory(p, slots, compiled.precision, currents, threads)


def _spikes(
    compiled: Compiled, p: CompiledPopulation, batch: int, threads: int,
    sources: dict[int, memory.SourceMemory],
) -> memory.SpikeMemory:  # fmt: skip
    """Allocate a batch's spike buffer and, for Poisson sources, room for a block."""
    if p.plan is not None:
        return memory.spike_memory(p.size * batch, batch, threads)
    if p.spike_steps is not None:
        size = memory.largest_burst(p.spike_steps, batch)
        return memory.spike_memory(max(size, 1), batch, threads)
    mean = float(np.sum(p.rate)) * compiled.dt * 1e-3 * memory.BLOCK
    size = memory.poisson_capacity(mean)
    sources[p.index].event = np.zeros((2, size), np.int32)
    sources[p.index].where = np.zeros(size, np.int64)
    # A batch is no longer than a block, so it meets two blocks at most.
    return memory.spike_memory(2 * size, batch, threads)


def _sampled(compiled: Compiled, batch: int) -> dict[int, tuple[Array, Array]]:
    """Allocate the rows of every recorded state."""
    return {
        k: _samples(len(r.index), batch, compiled.precision, compiled, r)
        for k, r in enumerate(compiled.recordings) if r.variable not in ("spikes", "weights")
    }  # fmt: skip


def _samples(width: int, batch: int, dtype: str, compiled: Compiled, r: Any) -> tuple[Array, Array]:
    rows = max(SAMPLE_ROOM // max(width, 1), 4 * batch + 4)
    slow = {v.name: v.dtype for v in (compiled.populations[r.population].plan or r).states}
    kind = dtype if slow[r.variable] == "state" else slow[r.variable]
    rows = min(rows, 1 << 16)
    return np.zeros((rows, width), kind), np.zeros(rows, np.int64)


def _weights(q: Any, dtype: str) -> Array:
    """Return the weights in place, or a copy to be written where something changes them."""
    return np.array(q.weight, dtype=dtype) if q.rules else q.weight
