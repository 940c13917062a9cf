"""Plasticity rates: factors by which changes of weights are scaled during a run.

Code that scales is made for a projection only when a rate other than 1 is first set.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledProjection
from snn.engine import CompiledSchedule
from snn.errors import SnnError

if TYPE_CHECKING:
    from snn_cpu.world import World

Array = NDArray[Any]


def ruled(compiled: Compiled) -> list[CompiledProjection]:
    """Return the projections that have rules of any kind: those with a learning switch."""
    return [q for q in compiled.projections if q.rules]


def speed(world: World, q: CompiledProjection) -> Array:
    """Return the plasticity rate of a projection with rules, shape (1,), in place."""
    row = [r.index for r in ruled(world.compiled)].index(q.index)
    return world.speed[row : row + 1]


def scale(world: World, projections: Iterable[int]) -> bool:
    """Let changes be scaled in these projections; say whether any was not before.

    Raises
    ------
    SnnError
        A rule is in whole numbers.
    """
    new = set(projections) - world.scaled
    for index in new:
        q = world.compiled.projections[index]
        if q.deferred is not None:
            known = f"numerics {world.compiled.numerics!r} has no plasticity rate"
            raise SnnError(f"{q.label}: {known}")
    world.scaled |= new
    return bool(new)


def scheduled_rates(world: World, schedule: CompiledSchedule) -> Array:
    """Return rates (projections with rules, trials or 1); -1 where none is given."""
    changing = ruled(world.compiled)
    table = np.full((len(changing), max(schedule.trials, 1)), -1.0)
    for k, q in enumerate(changing):
        if q.index in schedule.plasticity_rates:
            table[k] = schedule.plasticity_rates[q.index]
    return table


def readouts(world: World, schedule: CompiledSchedule) -> tuple[Array, Array]:
    """Return who is read out for which projection, and the points of each line.

    Returns
    -------
    who : (n, 4) int64
        Row of the projection, population, first and last + 1 of its points.
    points : (points, 2) float64
        Count and rate.
    """
    row = {q.index: k for k, q in enumerate(ruled(world.compiled))}
    who, points = [], [np.zeros((0, 2))]
    for index, (population, counts, rates) in schedule.readouts.items():
        first = sum(map(len, points))
        points.append(np.column_stack([counts, rates]))
        who.append((row[index], population, first, first + len(counts)))
    return np.array(who, np.int64).reshape(-1, 4), np.concatenate(points)
