"""States that are not finite."""

from __future__ import annotations

import numpy as np

from snn.errors import NumericalError
from snn_cpu.world import World

CHECK_INTERVAL = 10.0
"""States are searched for NaN and infinity at least this often, in ms."""


def check_finite(world: World, step: int) -> None:
    """Raise an error for the first state that is not finite."""
    for p in world.compiled.populations:
        for name, values in world.cells[p.index].states.items() if p.plan else ():
            bad = np.flatnonzero(~np.isfinite(values))
            if bad.size:
                i, dt = int(bad[0]), world.compiled.dt
                since = max(0.0, step * dt - CHECK_INTERVAL - world.batch * dt)
                raise NumericalError(
                    f"{p.label}[{i}].{name} became {float(values[i])} between {since:g} and "
                    f"{step * dt:g} ms; use a smaller dt or smaller weights"
                )
