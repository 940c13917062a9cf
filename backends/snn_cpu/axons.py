"""The axonal part of delays: spikes wait here until they reach the synapses.

A projection whose rules see presynaptic spikes late is given the spikes of some steps ago.
Each thread keeps those of its own neurons in a ring of steps, and writes the ones that arrive
into a buffer of the projection's own, laid out like that of the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn_cpu.memory import SpikeMemory
from snn_cpu.parts import Part, bind

if TYPE_CHECKING:
    from snn_cpu.world import World

KERNEL = "snn_cpu.kernels.axon"


@dataclass(eq=False)
class AxonMemory:
    """Spikes on their way: ring (threads, steps, neurons), how many, and those that arrive."""

    ring: NDArray[np.int32]
    count: NDArray[np.int64]
    arrived: list[SpikeMemory]

    def mutable(self) -> dict[str, NDArray[np.generic]]:
        """Return everything that changes during a run, by name."""
        return {"ring": self.ring, "count": self.count}


def axon_memory(q: CompiledProjection, source: SpikeMemory) -> AxonMemory:
    """Allocate the axons of a projection, for as many spikes as its source may have."""
    threads, size = source.index.shape
    return AxonMemory(
        np.zeros((threads, q.axonal + 1, size), np.int32),
        np.zeros((threads, q.axonal + 1), np.int64),
        [SpikeMemory(np.zeros_like(source.index), np.zeros_like(source.ptr)) for _ in range(2)],
    )


def widened(old: AxonMemory, q: CompiledProjection, source: SpikeMemory) -> AxonMemory:
    """Return axons for a source with a larger buffer; what is on its way stays."""
    new = axon_memory(q, source)
    new.ring[:, :, : old.ring.shape[2]] = old.ring
    new.count[:] = old.count
    return new


def arriving(world: World, q: CompiledProjection, parity: int) -> SpikeMemory:
    """Return the spikes that reach a projection's synapses in a batch."""
    if q.index in world.axons:
        return world.axons[q.index].arrived[parity]
    return world.spikes[parity][q.pre]


def conduct(world: World, thread: int, parity: int) -> list[Part]:
    """Bind what lets a thread's spikes wait."""
    made = []
    for index, axon in world.axons.items():
        source = world.spikes[parity][world.compiled.projections[index].pre]
        arrived = axon.arrived[parity]
        made.append(bind(f"{KERNEL}:conduct", {
            "thread": thread, "spikes": source.index, "ptr": source.ptr, "ring": axon.ring,
            "count": axon.count, "out": arrived.index, "out_ptr": arrived.ptr,
        }, title="synapses"))  # fmt: skip
    return made
