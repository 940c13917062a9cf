"""What can be wrong with a population."""

from __future__ import annotations

from typing import Any

import numpy as np

from snn.cells import Cell
from snn.cells.cell import cell_problems
from snn.compiler.kernel_checks import cell_kernel_problems, receptor_kernel_problems
from snn.compiler.name_checks import name_problems
from snn.conversion import initial_units, units_of
from snn.distributions import Distribution
from snn.errors import Problem
from snn.fields import fault_of, readable, values_of
from snn.network import Population
from snn.receptors import Receptor
from snn.sources import Input, Source
from snn.units import unit_fault, unit_problems, warn_if_foreign


def population_problems(population: Population, dt: float | None) -> list[Problem]:
    """Return every problem of a population; `dt` is None when there is no valid step."""
    label, size = population.label, population.size
    model: Any = population.model
    found = _size(label, size)
    known_size = None if found else size
    if isinstance(model, Cell):
        found += _cell(label, model, known_size)
    elif isinstance(model, Source):
        if known_size is not None and dt is not None:
            found += source_problems(label, model, known_size, dt)
    else:
        remedy = "write for example snn.LIF()" if isinstance(model, type) else ""
        found.append(Problem(label, "model", f"must be a cell or a source; got {model!r}", remedy))
    if known_size is not None:
        found += _initial(population) + _positions(population)
    return found


def _size(label: str, size: Any) -> list[Problem]:
    whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
    if whole and 1 <= size < 2**31:
        return []
    return [Problem(label, "size", f"must be a whole number in [1, {2**31 - 1}]; got {size!r}")]


def _cell(label: str, cell: Cell, size: int | None) -> list[Problem]:
    found = unit_problems(label, cell, units_of(cell))
    for name, receptor in cell.receptors.items():
        found += unit_problems(f"{label}.{name}", receptor, units_of(receptor))
        if isinstance(receptor, Receptor):
            found += receptor_kernel_problems(f"{label}.{name}", receptor)
    warn_about_units(label, cell)
    # A number of another dimension says nothing about ranges in ours.
    wrong = {(p.component, p.field) for p in found}
    rest = cell_problems(label, cell, size) + name_problems(label, cell)
    rest += cell_kernel_problems(label, cell)
    return found + [p for p in rest if (p.component, p.field) not in wrong]


def warn_about_units(label: str, cell: Cell) -> None:
    """Warn about parameters that look like another simulator's unit."""
    for name, value in values_of(cell).items():
        warn_if_foreign(label, name, value)
    for receptor, made in cell.receptors.items():
        for name, value in values_of(made).items():
            warn_if_foreign(f"{label}.{receptor}", name, value)


def source_problems(label: str, source: Source | Input, size: int, dt: float) -> list[Problem]:
    """Return every problem of a source or an input."""
    return unit_problems(label, source, units_of(source)) or source.problems(label, size, dt)


def _initial(population: Population) -> list[Problem]:
    known = initial_units(population.model)
    alike = {name.replace(".", "_"): name for name in known}
    found = []
    for name, value in population.initial.items():
        if name in known or name in alike:
            unit = known.get(name) or known.get(alike.get(name, ""), "")
            found += _start(population, name, value, unit)
            continue
        listed = ", ".join(known) or "none, sources have no states"
        message = f"has no state {name!r}; it has {listed}"
        found.append(Problem(population.label, f"initial[{name!r}]", message, "use one of them"))
    return found


def _start(population: Population, name: str, value: Any, unit: str) -> list[Problem]:
    fault = unit_fault(value, unit) or number_fault(value, ((), (population.size,)))
    return [Problem(population.label, f"initial[{name!r}]", fault)] if fault else []


def number_fault(value: Any, shapes: tuple[tuple[int, ...], ...]) -> str:
    """Say why a value is not finite numbers of one of the shapes, or a distribution."""
    if isinstance(value, Distribution):
        fault = fault_of(value)
        return fault and f"{type(value).__name__} {fault}"
    numbers = readable(value)
    if numbers is None:
        return f"must be a number, an array or a distribution; got {value!r:.60}"
    if numbers.shape not in shapes:
        allowed = " or ".join(map(str, shapes))
        return f"needs shape {allowed}; got {numbers.shape}"
    bad = numbers[~np.isfinite(numbers)]
    return f"must be finite; got {bad.flat[0]:g}" if bad.size else ""


def _positions(population: Population) -> list[Problem]:
    positions, size = population.positions, population.size
    if positions is None:
        return []
    if positions.ndim != 2 or len(positions) != size or not 1 <= positions.shape[1] <= 3:
        message = f"needs shape ({size}, d) with d in [1, 3]; got {positions.shape}"
        return [Problem(population.label, "positions", message)]
    if not np.isfinite(positions).all():
        return [Problem(population.label, "positions", "must be finite; got NaN or inf")]
    return []
