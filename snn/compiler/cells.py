"""Compile populations of cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.compiled import CompiledPopulation
from snn.compiler.lowering import lower
from snn.compiler.populations import constants_of, initial_of, parameters_of, refractory_of
from snn.network import Population


def compile_cells(
    population: Population, index: int, dt: float, seed: int, injects: bool
) -> CompiledPopulation:
    """Compile a population of cells."""
    parameters = parameters_of(population, seed)
    return with_parameters(population, index, dt, seed, injects, parameters)


def with_parameters(
    population: Population, index: int, dt: float, seed: int, injects: bool,
    parameters: Mapping[str, NDArray[np.float64]],
) -> CompiledPopulation:  # fmt: skip
    """Compile a population of cells whose parameters are already drawn."""
    cell = population.model
    assert isinstance(cell, Cell)
    values = constants_of(cell, parameters, dt)
    return CompiledPopulation(
        index=index, label=population.label, size=population.size, model=cell,
        parameters=dict(parameters), values=values,
        initial=initial_of(population, parameters, seed),
        refractory_steps=refractory_of(cell, parameters, dt), plan=lower(cell, injects, values),
    )  # fmt: skip
