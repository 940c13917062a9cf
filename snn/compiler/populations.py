"""Compile populations: parameters, derived constants, propagators, initial states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.propagator import expm
from snn.distributions import Distribution
from snn.fields import derived_of, plain, states_of, values_of
from snn.network import Population
from snn.random import generator
from snn.receptors import Receptor

Array = NDArray[np.float64]


def parameters_of(population: Population, seed: int) -> dict[str, Array]:
    """Draw the parameters of a cell and of its receptors (as ``receptor.name``)."""
    cell = population.model
    assert isinstance(cell, Cell)
    raw = values_of(cell)
    for name, receptor in cell.receptors.items():
        raw |= {f"{name}.{key}": value for key, value in values_of(receptor).items()}
    return {key: draw(population, key, value, seed) for key, value in raw.items()}


def draw(population: Population, purpose: str, value: Any, seed: int) -> Array:
    """Return a parameter as float64, shape () or (size,)."""
    if isinstance(value, Distribution):
        return value.draw(generator(seed, population.label, purpose), population.size)
    return plain(value)


def initial_of(
    population: Population, parameters: Mapping[str, Array], seed: int
) -> dict[str, Array]:
    """Return the initial value of every state, shape (size,) each."""
    cell = population.model
    assert isinstance(cell, Cell)
    found = {}
    given = {key.replace(".", "_"): value for key, value in population.initial.items()}
    for name, state in state_table(cell).items():
        start = parameters[state] if isinstance(state, str) else state
        value = draw(population, f"initial {name}", given.get(name, start), seed)
        found[name] = np.array(np.broadcast_to(value, population.size), dtype=float)
    return found


def state_table(cell: Cell) -> dict[str, float | str]:
    """Return every state of a cell and its receptors with its default initial value."""
    table = {name: state.initial for name, state in states_of(type(cell)).items()}
    for name, receptor in cell.receptors.items():
        for key, state in states_of(type(receptor)).items():
            table[f"{name}_{key}"] = state.initial
    return table


def constants_of(cell: Cell, parameters: Mapping[str, Array], dt: float) -> dict[str, Array]:
    """Return parameters, derived constants and propagators: all that a step reads."""
    values = {k.replace(".", "_"): v for k, v in parameters.items()} | {"dt": plain(dt)}
    for name, function in derived_of(type(cell)).items():
        values[name] = evaluate(function, values)
    for name, receptor in cell.receptors.items():
        values |= receptor_constants(name, receptor, parameters, dt)
    if is_linear(cell):
        values |= membrane_propagators(cell, parameters, dt)
    return {name: collapsed(value) for name, value in values.items()}


def collapsed(values: Array) -> Array:
    """Return one number where all elements are equal."""
    if values.ndim and values.size and (values == values[0]).all():
        return plain(values[0])
    return values


def evaluate(function: Any, values: Mapping[str, Array]) -> Array:
    """Call a scalar function for each neuron whose arguments differ."""
    code = function.__code__
    arguments = [values[name] for name in code.co_varnames[: code.co_argcount]]
    if all(a.ndim == 0 for a in arguments):
        return plain(function(*map(float, arguments)))
    rows = np.broadcast_arrays(*arguments)
    return np.array([function(*map(float, row)) for row in zip(*rows, strict=True)])


def is_linear(cell: Cell) -> bool:
    """Say whether the membrane is advanced by an exact propagator."""
    return type(cell).linear is not None and all(
        r.drive != "conductance" for r in cell.receptors.values()
    )


def receptor_constants(
    name: str, receptor: Receptor, parameters: Mapping[str, Array], dt: float
) -> dict[str, Array]:
    """Return a receptor's own propagators over dt and dt/2, and its jumps."""
    states = list(states_of(type(receptor)))
    own = {key: parameters[f"{name}.{key}"] for key in values_of(receptor)} | {"dt": plain(dt)}
    values = {f"{name}_{key}": evaluate(f, own) for key, f in derived_of(type(receptor)).items()}
    if receptor.receive is not None:
        return values
    matrix = _stacked(type(receptor).linear, own)
    if states and not receptor.pulse:
        for prefix, span in (("P", dt), ("H", dt / 2)):
            table = expm(matrix * span).astype(float)
            for i, target in enumerate(states):
                for j, source in enumerate(states):
                    values[f"{prefix}_{name}_{target}_{source}"] = table[..., i, j]
    jumps = _stacked(type(receptor).jump, own)
    for k, state in enumerate(states):
        values[f"J_{name}_{state}"] = jumps[..., k]
    return values


def membrane_propagators(
    cell: Cell, parameters: Mapping[str, Array], dt: float
) -> dict[str, Array]:
    """Return the rows of the joint propagator that belong to the cell's linear states.

    Names are ``P_<target>_<source>`` with ``1`` for the constant part and ``injected``
    for a current that is constant in the step.
    """
    own = {key: parameters[key] for key in values_of(cell)}
    matrix, constant, gain = (_stacked(cell.linear, own, k) for k in range(3))
    rows = list(states_of(type(cell)))[: constant.shape[-1]]
    columns, blocks = _receptor_blocks(cell, parameters)
    n, size = len(rows), len(rows) + len(columns) + 2
    shapes = [matrix.shape[:-2], constant.shape[:-1], gain.shape[:-1],
              *(b[0].shape[:-2] for b in blocks)]  # fmt: skip
    joint = np.zeros((*np.broadcast_shapes(*shapes), size, size))
    joint[..., :n, :n] = matrix
    joint[..., :n, size - 2] = gain
    joint[..., :n, size - 1] = constant
    at = n
    for block, sign in blocks:
        width = block.shape[-1]
        joint[..., at : at + width, at : at + width] = block
        joint[..., :n, at + width - 1] = sign * gain
        at += width
    table = expm(joint * dt).astype(float)
    names = [*rows, *columns, "injected", "1"]
    return {f"P_{row}_{name}": table[..., i, j]
            for i, row in enumerate(rows) for j, name in enumerate(names)}  # fmt: skip


def _receptor_blocks(
    cell: Cell, parameters: Mapping[str, Array]
) -> tuple[list[str], list[tuple[Array, int]]]:
    columns: list[str] = []
    blocks = []
    for name, receptor in cell.receptors.items():
        states = list(states_of(type(receptor)))
        if not states:
            continue
        own = {key: parameters[f"{name}.{key}"] for key in values_of(receptor)}
        columns += [f"{name}_{state}" for state in states]
        held = np.zeros((len(states), len(states)))
        block = held if receptor.receive else _stacked(type(receptor).linear, own)
        blocks.append((block, receptor.sign))
    return columns, blocks


def _stacked(function: Any, own: Mapping[str, Array], part: int | None = None) -> Array:
    """Call a matrix-valued function; heterogeneous parameters give a leading axis."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    arguments = [own[name] for name in names]
    if all(a.ndim == 0 for a in arguments):
        made = function(*map(float, arguments))
        return np.asarray(made if part is None else made[part], dtype=float)
    rows = [function(*map(float, r)) for r in zip(*np.broadcast_arrays(*arguments), strict=True)]
    return np.asarray([r if part is None else r[part] for r in rows], dtype=float)


def refractory_of(cell: Cell, parameters: Mapping[str, Array], dt: float) -> NDArray[np.int32]:
    """Return the refractory time in whole steps, rounded up."""
    if not cell.refractory:
        return np.zeros((), np.int32)
    steps = parameters[cell.refractory] / dt
    nearest = np.rint(steps)
    # 2.0 / 0.1 is 20.000000000000004 on some inputs: what is a whole number up to
    # rounding of the division stays that number.
    whole = np.abs(steps - nearest) <= 1e-9 * np.maximum(1.0, nearest)
    return np.asarray(np.where(whole, nearest, np.ceil(steps)), dtype=np.int32)
