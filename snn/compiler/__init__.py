"""The compiler: from a declared network to read-only arrays."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from snn.cells import Cell
from snn.compiler.cells import compile_cells
from snn.compiler.checks import check
from snn.compiler.compiled import (
    Compiled,
    CompiledCurrent,
    CompiledDrive,
    CompiledPopulation,
    CompiledProjection,
    CompiledRecording,
    CompiledRule,
    arrays_of,
)
from snn.compiler.delay_order import ordered_by_delay
from snn.compiler.inputs import compile_drive, compile_source
from snn.compiler.plan import Plan
from snn.compiler.projections import compile_projection, index_populations
from snn.compiler.recordings import compile_recordings
from snn.errors import raise_if
from snn.network import Network, population_of
from snn.units import magnitude

if TYPE_CHECKING:
    from snn.numerics import Profile

__all__ = [
    "Compiled", "CompiledCurrent", "CompiledDrive", "CompiledPopulation", "CompiledProjection",
    "CompiledRecording", "CompiledRule", "Plan", "check", "compile_network",
]  # fmt: skip


def compile_network(
    network: Network,
    *,
    dt: float | None = None,
    seed: int = 0,
    precision: str = "float32",
    numerics: str | Profile = "exact",
) -> Compiled:
    """Compile a network: draw everything random, put times on the grid, freeze.

    Parameters
    ----------
    network : Network
    dt : float, ms, optional
        Overrides the network's step.
    seed : int
        Root of the seed tree; components draw by their labels, so adding one does not
        change the others.
    precision : {"float32", "float64"}
    numerics : str or Profile
        Numerics profile, by its registered name or itself.

    Raises
    ------
    ValidationError
        With every problem of the network.
    """
    wanted = network.dt if dt is None else dt
    from snn.numerics import profile

    raise_if(check(network, wanted, precision, numerics))
    chosen, step = profile(numerics), float(magnitude(wanted, "ms"))
    raise_if(chosen.check(network, step))
    network.frozen = True
    order = index_populations(network)
    injected = {id(population_of(d.target)) for d in network.drives if not d.receptor}
    populations = tuple(
        compile_cells(p, k, step, seed, id(p) in injected)
        if isinstance(p.model, Cell)
        else compile_source(p, k, step, seed)
        for k, p in enumerate(network.populations)
    )
    dtype = np.dtype(chosen.weight_precision(precision))
    projections = tuple(
        compile_projection(p, k, order, step, seed, dtype)
        for k, p in enumerate(network.projections)
    )
    inputs = [compile_drive(d, order, step, seed) for d in network.drives]
    compiled = Compiled(
        network=network, dt=step, seed=seed, precision=precision, numerics=chosen.name,
        populations=populations, projections=projections,
        drives=tuple(d for d in inputs if isinstance(d, CompiledDrive)),
        currents=tuple(d for d in inputs if isinstance(d, CompiledCurrent)),
        recordings=compile_recordings(network, order, step),
    )  # fmt: skip
    compiled = ordered_by_delay(chosen.lower(compiled))
    _freeze(compiled)
    return compiled


def _freeze(compiled: Any) -> None:
    for array in arrays_of(compiled):
        array.flags.writeable = False


def describe(compiled: Compiled) -> dict[str, Any]:
    """Return the compiled form as nested dictionaries of arrays, for serialisation."""
    return _described(compiled)  # type: ignore[no-any-return]


def _described(node: Any) -> Any:
    if is_dataclass(node) and not isinstance(node, type) and type(node).__name__.startswith("Comp"):
        skipped = ("network", "model", "rule")
        return {f.name: _described(getattr(node, f.name)) for f in fields(node)
                if f.name not in skipped}  # fmt: skip
    if isinstance(node, tuple):
        return [_described(item) for item in node]
    return node
