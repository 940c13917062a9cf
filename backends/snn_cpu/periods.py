"""Rules that act at the multiples of a period, in compiled code (`driver.run_due`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn_cpu import build, reductions
from snn_cpu.parts import Part
from snn_cpu.world import World

Array = NDArray[Any]


def due(world: World) -> list[list[Part]]:
    """Bind the reductions with a period, each after the flushes of the weights it reads."""
    found = []
    for q, k in periodic(world):
        reads = not q.rules[k].rule.state  # type: ignore[attr-defined]
        flushes = [build.flush(world, q, thread) for thread in range(world.threads * reads)]
        found.append([*flushes, reductions.part(world, q, k, build.switch(world, q))])
    return found


def periodic(world: World) -> list[tuple[CompiledProjection, int]]:
    """Return projection and position of every rule that acts at multiples of some steps."""
    projections = world.compiled.projections
    return [(projections[q], k) for q, k in world.reductions if projections[q].rules[k].every]


def tables(world: World, made: Sequence[Sequence[Part]]) -> tuple[Array, Array, Array]:
    """Return the driver's tables of the rules with a period: parts, periods, conditions."""
    rows = [(*part.row, r) for r, own in enumerate(made) for part in own]
    rules = periodic(world)
    every = [q.rules[k].every for q, k in rules]
    wanted = [world.reductions[q.index, k].wanted.ctypes.data for q, k in rules]
    return (np.array(rows, np.int64).reshape(-1, 3), np.array(every, np.int64),
            np.array(wanted, np.int64))  # fmt: skip
