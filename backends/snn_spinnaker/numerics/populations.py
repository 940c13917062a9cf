"""Integer twins of populations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from snn.cells import LIF, Cell
from snn.compiler.compiled import CompiledPopulation
from snn.compiler.plan import Plan
from snn.compiler.populations import collapsed
from snn.errors import Problem
from snn.kernels.grammar import check
from snn_spinnaker.numerics import arithmetic, membranes
from snn_spinnaker.numerics.binaries import INHIBITORY, kinds
from snn_spinnaker.numerics.receptors import TWINS
from snn_spinnaker.numerics.twin import Array, Twin, initial_of, joined

HELPERS = tuple(
    check(f)
    for f in (arithmetic.wrap, arithmetic.mul, arithmetic.scaled, arithmetic.divided)
)  # fmt: skip


def twin_of(
    p: CompiledPopulation, dt: float, shifts: Sequence[int], recorded: set[str]
) -> CompiledPopulation:
    """Return a population of cells in the board's numbers.

    Parameters
    ----------
    p : CompiledPopulation
        As the exact profile has it.
    dt : float, ms
    shifts : sequence of int
        Of the ring buffers, one per receptor.
    recorded : set of str
        Variables of which the value before the update is kept.
    """
    cell, tick = p.model, int(arithmetic.accum(dt))
    assert isinstance(cell, Cell)
    parts = [*_receptors(p, cell, tick, shifts), _membrane(p, cell, tick)]
    parts[-1].move = [line.format(drive=_drive(cell, parts, p)) for line in parts[-1].move]
    variables, lines = joined(parts, recorded)
    numbers = {name: a for t in parts for name, a in t.constants.items()}
    constants = {name: collapsed(np.asarray(a, float)) for name, a in numbers.items()}
    plan = Plan(
        states=tuple(variables), receptors=tuple(cell.receptors), constants=tuple(constants),
        statements=tuple(lines), kernels=HELPERS, double=(), refractory=False,
        injects=p.plan is not None and p.plan.injects,
    )  # fmt: skip
    initial = {name: np.zeros(p.size) for t in parts for name in t.shown}
    initial |= initial_of(parts, recorded, p.size)
    return replace(p, values=constants, initial=initial, plan=plan)


def _receptors(p: CompiledPopulation, cell: Cell, tick: int, shifts: Sequence[int]) -> list[Twin]:
    made = []
    for (name, receptor), shift in zip(cell.receptors.items(), shifts, strict=True):
        given = _under(f"{name}.", p.parameters)
        initial = _under(f"{name}_", p.initial)
        made.append(TWINS[type(receptor)](name, given, initial, tick, shift))
    return made


def _membrane(p: CompiledPopulation, cell: Cell, tick: int) -> Twin:
    model = membranes.lif if isinstance(cell, LIF) else membranes.izhikevich
    return model(p.parameters, p.initial, tick)


def _under(prefix: str, values: Mapping[str, Array]) -> dict[str, Array]:
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}


def _drive(cell: Cell, parts: Sequence[Twin], p: CompiledPopulation) -> str:
    """Return the sum of all currents: excitatory, minus inhibitory, offset, injected."""
    terms = "0"
    for kind, twin in zip(kinds(cell).values(), parts):
        minus = kind == INHIBITORY
        terms += f" {'-' if minus else '+'} {twin.current.format(sign='-' if minus else '')}"
    injected = " + injected" if p.plan is not None and p.plan.injects else ""
    return f"{terms} + i_offset{injected}"


def range_problems(p: CompiledPopulation, dt: float) -> list[Problem]:
    """Name the numbers of a population that s16.15 cannot hold."""
    found = []
    for name, values in {**p.parameters, **p.initial}.items():
        if not arithmetic.fits(values):
            found.append(_beyond(p.label, name, values))
    return found + (_zero_problems(p) if not found else [])


def _beyond(label: str, name: str, values: Any) -> Problem:
    worst = np.asarray(values, float).flat[np.abs(np.nan_to_num(values)).argmax()]
    message = f"must be in [-65536, 65536) on the board (s16.15); got {worst:g}"
    return Problem(label, name, message, "rescale the model")


def _zero_problems(p: CompiledPopulation) -> list[Problem]:
    """Name divisors that round to 0 (time constants, capacitances)."""
    divisors = [n for n in p.parameters if n.split(".")[-1] in ("tau_m", "cm", "tau_syn")]
    message = "must be at least 2^-16 on the board, or it rounds to 0"
    return [Problem(p.label, n, message) for n in divisors
            if (arithmetic.accum(p.parameters[n]) < 1).any()]  # fmt: skip
