"""Populations, views and assemblies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import common, errors
from pyNN.parameters import LazyArray, ParameterSpace, simplify

from snn.pynn import simulator
from snn.pynn.recording import Recorder

Index = NDArray[np.int64]


class Assembly(common.Assembly):
    """Populations and views taken together; see `pyNN.common.Assembly`."""

    _simulator = simulator


class _Cells:
    """What populations and views share: parameters live in the population at the root."""

    size: int
    celltype: Any

    def root(self) -> tuple[Population, Index]:
        """Return the population and the indices of these cells in it."""
        raise NotImplementedError

    def set(self, **parameters: Any) -> None:
        """Set parameters; in SpiNNaker's dialect state variables, too."""
        if speaks("spinnaker"):
            known = self.celltype.variables
            states = {n: v for n, v in parameters.items()
                      if n in known and not self.celltype.has_parameter(n)}  # fmt: skip
            self.initialize(**states)  # type: ignore[attr-defined]
            parameters = {n: v for n, v in parameters.items() if n not in states}
        if parameters:
            super().set(**parameters)  # type: ignore[misc]

    def _get_parameters(self, *names: str) -> ParameterSpace:
        for name in names:
            if name not in self.root()[0].parameters:
                raise errors.NonExistentParameterError(
                    name, self.celltype, self.celltype.get_parameter_names()
                )
        return self._get_native_parameters(*names)

    def _get_native_parameters(self, *names: str) -> ParameterSpace:
        population, index = self.root()
        chosen = {name: population.parameters[name][index] for name in names}
        values = {n: v if v.dtype == object else simplify(v) for n, v in chosen.items()}
        return ParameterSpace(values, shape=(self.size,))

    def _set_parameters(self, parameter_space: ParameterSpace) -> None:
        population, index = self.root()
        try:
            parameter_space.evaluate(simplify=False)
        except ValueError as error:
            given = ", ".join(map(str, parameter_space.keys()))
            raise errors.InvalidParameterValueError(f"{given}: {error}") from None
        for name, value in parameter_space.items():
            _require_numbers(name, value, population.parameters[name])
            population.parameters[name][index] = value
        population.celltype.check(population.parameters)
        simulator.state.session.change(population)

    def _set_initial_value_array(self, variable: str, initial_values: LazyArray) -> None:
        population, index = self.root()
        values = np.broadcast_to(initial_values.evaluate(simplify=False), self.size)
        population.set_initial(variable, index, values)

    def _get_view(self, selector: Any, label: str | None = None) -> PopulationView:
        return PopulationView(self, selector, label)


def _require_numbers(name: str, value: Any, present: NDArray[Any]) -> None:
    if present.dtype != object and np.asarray(value).dtype == object:
        raise errors.InvalidParameterValueError(f"{name} must be one number for each cell")


def speaks(dialect: str) -> bool:
    """Say whether scripts speak a dialect."""
    return bool(simulator.state.settings.dialect == dialect)


class PopulationView(_Cells, common.PopulationView):
    """Some cells of a population; see `pyNN.common.PopulationView`."""

    _assembly_class = Assembly
    _simulator = simulator

    def __init__(self, parent: Any, selector: Any, label: str | None = None) -> None:
        if isinstance(selector, range):
            selector = np.arange(selector.start, selector.stop, selector.step)
        common.PopulationView.__init__(self, parent, selector, label)

    def root(self) -> tuple[Population, Index]:
        population, index = self.parent.root()
        return population, index[self.mask]

    def initialize(self, **initial_values: Any) -> None:
        for variable, value in initial_values.items():
            values = LazyArray(value, shape=(self.size,), dtype=float)
            self._set_initial_value_array(variable, values)


class Population(_Cells, common.Population):
    """Cells of one type; see `pyNN.common.Population`."""

    _simulator = simulator
    _recorder_class = Recorder
    _assembly_class = Assembly

    def __init__(
        self, size: Any, cellclass: Any, cellparams: Mapping[str, Any] | None = None,
        structure: Any = None, initial_values: Mapping[str, Any] | None = None,
        label: str | None = None,
    ) -> None:  # fmt: skip
        if isinstance(cellclass, type):
            cellclass, cellparams = cellclass(**(cellparams or {})), None
        self.network_label = ""
        self.stream = label or f"population{len(simulator.state.populations)}"
        self.initial: dict[str, NDArray[np.float64]] = {}
        common.Population.__init__(
            self, size, cellclass, cellparams, structure, initial_values or {}, label
        )

    def root(self) -> tuple[Population, Index]:
        return self, np.arange(self.size)

    def _create_cells(self) -> None:
        state = simulator.state
        first, state.id_counter = state.id_counter, state.id_counter + self.size
        self.all_cells = np.empty(self.size, dtype=object)
        for k in range(self.size):
            cell = simulator.ID(first + k)
            cell.parent = self
            self.all_cells[k] = cell
        self._mask_local = np.ones(self.size, bool)
        self.parameters = _evaluated(self.celltype.native_parameters, self.size)
        self.celltype.check(self.parameters)
        state.populations.append(self)
        state.session.stale = True

    def set_initial(self, variable: str, index: Index, values: NDArray[np.float64]) -> None:
        """Set the initial values of some cells; of a running network, the present values."""
        known = self.celltype.variables
        if variable not in self.initial:
            default = self.celltype.default_initial_values.get(variable, 0.0)
            self.initial[variable] = np.full(self.size, float(default))
        self.initial[variable][index] = values
        if variable in known:
            simulator.state.session.write_state(self, known[variable], index, values)

    def _set_cell_initial_value(self, cell: Any, variable: str, value: float) -> None:
        common.Population._set_cell_initial_value(self, cell, variable, value)
        self.set_initial(variable, np.array([self.id_to_index(cell)]), np.array([value]))

    def declared_model(self, signed: set[tuple[Any, str]]) -> Any:
        """Return the cell of the language; `signed` lists receptors with weights of both signs."""
        mixed = {receptor for population, receptor in signed if population is self}
        return self.celltype.declared(self.parameters, mixed)


def _evaluated(space: ParameterSpace, size: int) -> dict[str, NDArray[Any]]:
    space.shape = (size,)
    space.evaluate(simplify=False)
    space.flatten()
    values = {name: np.asarray(value) for name, value in space.as_dict().items()}
    return {name: np.array(np.broadcast_to(v, size)) for name, v in values.items()}


class BoardPopulation(Population):
    """A population as SpiNNaker's scripts make it, with what its machine is told."""

    def __init__(
        self, size: Any, cellclass: Any, cellparams: Mapping[str, Any] | None = None,
        structure: Any = None, initial_values: Mapping[str, Any] | None = None,
        label: str | None = None, seed: int | None = None,
        additional_parameters: Mapping[str, Any] | None = None,
        neurons_per_core: int | None = None, **machine: Any,
    ) -> None:  # fmt: skip
        super().__init__(size, cellclass, cellparams, structure, initial_values, label)
        told = {"seed": seed, "neurons_per_core": neurons_per_core, **machine}
        told |= additional_parameters or {}
        self.told = {k: v for k, v in told.items() if v is not None}

    def spinnaker_get_data(self, variable: str, as_matrix: bool = False) -> NDArray[np.float64]:
        """Return rows of (cell, time) of spikes, or of (cell, time, value) of a variable."""
        segment = self.get_data(variable).segments[-1]
        if variable == "spikes":
            rows = [(k, t) for k, train in enumerate(segment.spiketrains) for t in train.magnitude]
            return np.array(rows, dtype=float).reshape(-1, 2)
        signal = segment.filter(name=variable)[0]
        values = np.asarray(signal.magnitude)
        if as_matrix:
            return values
        cells, times = np.indices(values.T.shape)
        time = np.asarray(signal.times.rescale("ms").magnitude)[times]
        return np.stack([cells.ravel(), time.ravel(), values.T.ravel()], axis=1)
