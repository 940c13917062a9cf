"""Names that a cell may not use, because its generated step uses them for something else."""

from __future__ import annotations

from snn.cells import Cell
from snn.conversion import initial_units
from snn.errors import Problem
from snn.fields import derived_of, states_of, values_of

_TAKEN = {"fired", "refractory", "refractory_steps", "injected", "i_syn", "g_syn", "np", "math"}


def name_problems(label: str, cell: Cell) -> list[Problem]:
    """Refuse states, parameters and receptors that are called like something else."""
    return _own_names(label, cell) + _receptor_states(label, cell)


def _own_names(label: str, cell: Cell) -> list[Problem]:
    cls = type(cell)
    states = states_of(cls)
    taken = _TAKEN | {f"{prefix}_{s}" for s in states for prefix in ("next", "after")}
    taken |= {f"in_{receptor}" for receptor in cell.receptors}
    return [
        Problem(f"{label}.{cls.__name__}", name, "is a name that the step of a cell uses itself "
                "(as are all that end in an underscore)", "rename it")
        for name in (*states, *values_of(cell), *derived_of(cls))
        if name in taken or name.endswith("_")
    ]  # fmt: skip


def _receptor_states(label: str, cell: Cell) -> list[Problem]:
    own = {*values_of(cell), *(n for n in initial_units(cell) if "." not in n)}
    taken = [n for n in initial_units(cell) if "." in n and n.replace(".", "_") in own]
    return [
        Problem(f"{label}.{name.split('.')[0]}", "", f"state {name!r} is called like the cell's "
                f"own {name.replace('.', '_')!r}", "rename the receptor")
        for name in taken
    ]  # fmt: skip
