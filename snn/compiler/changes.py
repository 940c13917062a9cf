"""Parameters that are set during a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.errors import Problem
from snn.fields import Spec, params_of, plain
from snn.network import Neurons, Population, index_of, population_of

Array = NDArray[Any]


@dataclass
class Changes:
    """What was set during a run, so that a checkpoint can set it again.

    Parameters
    ----------
    rates : population -> (n,) float64, Hz
    parameters : population -> every parameter of the population by name
    """

    rates: dict[int, Array] = field(default_factory=dict)
    parameters: dict[int, Mapping[str, Array]] = field(default_factory=dict)

    def to_arrays(self) -> dict[str, Array]:
        """Return all of it under names of their own."""
        found = {f"set rate {k}": rate for k, rate in self.rates.items()}
        for k, parameters in self.parameters.items():
            found |= {f"set parameter {k} {name}": np.asarray(v) for name, v in parameters.items()}
        return found

    @classmethod
    def from_arrays(cls, state: Mapping[str, Array]) -> Changes:
        """Return what `to_arrays` wrote; other arrays are left alone."""
        rates: dict[int, Array] = {}
        parameters: dict[int, dict[str, Array]] = {}
        for name, value in state.items():
            if name.startswith("set rate "):
                rates[int(name.split()[2])] = value
            elif name.startswith("set parameter "):
                _, _, k, own = name.split(maxsplit=3)
                parameters.setdefault(int(k), {})[own] = value
        return cls(rates, dict(parameters))


def parameter_specs(cell: Cell) -> dict[str, Spec]:
    """Return every parameter of a cell and, as ``receptor.name``, of its receptors."""
    specs = dict(params_of(type(cell)))
    for name, receptor in cell.receptors.items():
        specs |= {f"{name}.{key}": spec for key, spec in params_of(type(receptor)).items()}
    return specs


def change_problems(neurons: Neurons, changes: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with new parameter values."""
    population = population_of(neurons)
    if not isinstance(population.model, Cell):
        return [Problem(population.label, "", "is a source; it has no parameters to set")]
    specs = parameter_specs(population.model)
    found = []
    for name, value in changes.items():
        if name not in specs:
            message = f"no such parameter; known: {', '.join(specs)}"
            found.append(Problem(population.label, name, message))
            continue
        numbers = plain(value)
        if numbers.shape not in ((), (len(neurons),)):
            message = f"needs shape () or ({len(neurons)},); got {numbers.shape}"
            found.append(Problem(population.label, name, message))
        elif not specs[name].range.admits(numbers).all():
            message = f"must be in {specs[name].range} {specs[name].unit}; got {value}"
            found.append(Problem(population.label, name, message))
    return found


def changed(
    neurons: Neurons, parameters: Mapping[str, NDArray[np.float64]], changes: Mapping[str, Any]
) -> dict[str, NDArray[np.float64]]:
    """Return the parameters of the whole population after a change."""
    merged = dict(parameters)
    for name, value in changes.items():
        if isinstance(neurons, Population):
            merged[name] = plain(value)
            continue
        merged[name] = np.array(np.broadcast_to(merged[name], population_of(neurons).size))
        merged[name][index_of(neurons)] = value
    return merged
