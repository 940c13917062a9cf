"""When topology rules act, and the spikes that they remember until then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn_cpu import build, topology
from snn_cpu.topology import Log, TopologyMemory
from snn_cpu.world import World

if TYPE_CHECKING:
    from snn_cpu.engine import CpuEngine

Array = NDArray[Any]


def until_due(world: World, step: int) -> int:
    """Return after how many steps the next topology rule acts."""
    periods = [memory.made.every for memory in world.topology.values()]
    return min((every - step % every for every in periods), default=1 << 62)


def due(world: World, step: int) -> list[tuple[CompiledProjection, TopologyMemory]]:
    """Return the rules whose period ends with this step, in order of declaration."""
    return [(world.compiled.projections[q], memory) for (q, _), memory in world.topology.items()
            if step > 0 and step % memory.made.every == 0]  # fmt: skip


def rewire(engine: CpuEngine) -> None:
    """Let the topology rules act whose period ends now."""
    for q, memory in due(engine.world, engine.step):
        if build.switch(engine.world, q)[0]:
            engine._flush(q.index)
            engine.remembered.drain(engine.world)
            topology.act(engine.world, q, memory, engine.step, engine.remembered.spikes)
            if engine.threads > 1:
                engine.bind()
    engine.remembered.forget(engine.world, engine.step)


class Remembered:
    """The spikes that topology rules remember: moved here when a log is full or read."""

    def __init__(self) -> None:
        self.spikes: dict[int, Log] = {}

    def drain(self, world: World) -> None:
        """Move what compiled code has logged."""
        for row, (population, log) in enumerate(world.logs.items(), start=row_of_logs(world)):
            n = int(world.fill[row])
            old = self.spikes.get(population, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
            steps, neurons = (np.concatenate([a, b[:n].astype(np.int64)])
                              for a, b in zip(old, log, strict=True))  # fmt: skip
            self.spikes[population] = steps, neurons
            world.fill[row] = 0

    def forget(self, world: World, step: int) -> None:
        """Drop what no rule reads again."""
        reach = max((memory.memory for memory in world.topology.values()), default=0)
        for population, (steps, neurons) in self.spikes.items():
            kept = steps > step - reach
            self.spikes[population] = steps[kept], neurons[kept]

    def snapshot(self) -> dict[str, Array]:
        """Return the spikes as arrays."""
        return {f"remembered {p}": np.stack(log) for p, log in self.spikes.items()}

    def restore(self, world: World, state: Mapping[str, Array]) -> None:
        """Remember the spikes of a snapshot."""
        world.fill[row_of_logs(world) :] = 0
        self.spikes = {p: (log[0], log[1]) for p in world.logs
                       if (log := state.get(f"remembered {p}")) is not None}  # fmt: skip


def row_of_logs(world: World) -> int:
    """Return where the logs are among all that fills up."""
    return len(world.buffers) + len(world.samples)
