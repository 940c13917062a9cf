"""Parameters that are set during a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.cells import with_parameters
from snn.compiler.compiled import Compiled, CompiledPopulation
from snn.compiler.inputs import compile_source
from snn.errors import Problem
from snn.fields import Spec, params_of, plain
from snn.network import Neurons, Population, index_of, population_of
from snn.sources import SpikeArray

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


def change_problems(neurons: Neurons, changes: Mapping[str, Any], dt: float) -> list[Problem]:
    """Return what is wrong with new parameter values, or new times of a `SpikeArray`."""
    population = population_of(neurons)
    if isinstance(population.model, SpikeArray):
        return _train_problems(neurons, changes, dt)
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


def _train_problems(neurons: Neurons, changes: Mapping[str, Any], dt: float) -> list[Problem]:
    label = population_of(neurons).label
    found = [Problem(label, name, "is not a parameter of SpikeArray; known: times")
             for name in changes if name != "times"]  # fmt: skip
    if "times" in changes:
        found += SpikeArray(times=changes["times"]).problems(label, len(neurons), dt)
    return found


def changed(
    neurons: Neurons, parameters: Mapping[str, Array], changes: Mapping[str, Any], dt: float
) -> dict[str, Array]:
    """Return the parameters of the whole population after a change.

    Those of a `SpikeArray` are the fields of its compiled form.
    """
    if isinstance(population_of(neurons).model, SpikeArray):
        return _retimed(neurons, parameters, changes["times"], dt)
    merged = dict(parameters)
    for name, value in changes.items():
        if isinstance(neurons, Population):
            merged[name] = plain(value)
            continue
        merged[name] = np.array(np.broadcast_to(merged[name], population_of(neurons).size))
        merged[name][index_of(neurons)] = value
    return merged


def _retimed(
    neurons: Neurons, known: Mapping[str, Array], times: Any, dt: float
) -> dict[str, Array]:  # fmt: skip
    """Return the spikes of the whole population after some neurons got new times."""
    declared = compile_source(population_of(neurons), 0, dt, 0)
    steps, lines = (known.get(name, getattr(declared, name))
                    for name in ("spike_steps", "spike_index"))  # fmt: skip
    own, new = index_of(neurons), SpikeArray(times=times).trains(len(neurons))
    kept = ~np.isin(lines, own)
    steps = np.concatenate([steps[kept], np.rint(np.concatenate([*new, []]) / dt)])
    lines = np.concatenate([lines[kept], np.repeat(own, [len(train) for train in new])])
    order = np.lexsort((lines, steps))
    return {"spike_steps": steps[order].astype(np.int64),
            "spike_index": lines[order].astype(np.int32)}  # fmt: skip


def recompiled(
    population: Population, index: int, compiled: Compiled, parameters: Mapping[str, Array]
) -> CompiledPopulation:
    """Return a population of a compiled network with other parameters."""
    if isinstance(population.model, SpikeArray):
        declared = compile_source(population, index, compiled.dt, compiled.seed)
        trains: dict[str, Any] = dict(parameters)
        return replace(declared, **trains)
    plan = compiled.populations[index].plan
    injects = plan is not None and plan.injects
    return with_parameters(population, index, compiled.dt, compiled.seed, injects, parameters)
