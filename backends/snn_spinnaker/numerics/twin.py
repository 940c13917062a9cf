"""What a receptor or membrane contributes to the step of a population: names, numbers, lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.plan import Variable
from snn.numerics import NOW

Array = NDArray[Any]

UNIT = 2.0**-15
"""One least significant bit of s16.15, in the variable's unit."""


@dataclass(eq=False)
class Twin:
    """A part of a population's step, in the order in which the board goes through it.

    Parameters
    ----------
    states : dict
        Raw initial values, per variable.
    scales : dict
        Value of one raw unit, per variable (`UNIT` where it is not named).
    constants : dict
        Raw numbers that the lines read.
    shown : dict
        Expression that is kept when the variable of this name is recorded.
    arrive : list of str
        Lines that move this tick's input cell into the input.
    current : str
        Expression of the current, nA.
    move : list of str
        Lines of the membrane and of the threshold; they assign ``fired``.
    decay : list of str
        Lines at the end of the tick.
    """

    states: dict[str, Array] = field(default_factory=dict)
    scales: dict[str, float] = field(default_factory=dict)
    constants: dict[str, Array] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    arrive: list[str] = field(default_factory=list)
    current: str = "0"
    move: list[str] = field(default_factory=list)
    decay: list[str] = field(default_factory=list)


def each(function: Callable[..., int], *values: Any) -> Array:
    """Call an integer function for each set of arguments, as many as there are neurons."""
    rows = np.broadcast_arrays(*values)
    known = cache(function)
    found = [known(*map(int, row)) for row in zip(*(row.ravel() for row in rows), strict=True)]
    return np.array(found, np.int64).reshape(rows[0].shape)


def joined(parts: Iterable[Twin], recorded: set[str]) -> tuple[list[Variable], list[str]]:
    """Return the variables and the lines of a step: input, record, update, threshold, decay.

    A variable that is recorded keeps a copy, taken before the update, under its own name; its
    present value is then called ``now_...``.
    """
    twins = list(parts)
    shown = {name: text for t in twins for name, text in t.shown.items() if name in recorded}
    lines = [line for t in twins for line in t.arrive]
    lines += [f"{name} = {text}" for name, text in shown.items()]
    lines += [line for t in twins for line in t.move]
    lines += [line for t in twins for line in t.decay]
    variables = [Variable(n, scale=t.scales.get(n, UNIT)) for t in twins for n in t.states]
    kept = [n for n in shown if n not in {v.name for v in variables}]
    scales = {n.removeprefix(NOW): s for t in twins for n, s in t.scales.items()}
    return variables + [Variable(n, scale=scales.get(n, UNIT)) for n in kept], lines


def initial_of(twins: Iterable[Twin], recorded: set[str], size: int) -> Mapping[str, Array]:
    """Return the raw initial value of every variable, shape (size,) each."""
    found: dict[str, Array] = {}
    for t in twins:
        found |= {n: np.array(np.broadcast_to(a, size), float) for n, a in t.states.items()}
        found |= {n: np.zeros(size) for n in t.shown if n in recorded and n not in found}
    return found
