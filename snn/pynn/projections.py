"""Projections: synapses as arrays, read and written as PyNN does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import common
from pyNN.space import Space

from snn.errors import UnsupportedModelError
from snn.pynn import bulk, simulator
from snn.pynn.synapses import StaticSynapse

log = logging.getLogger("snn")

Array = NDArray[Any]
ADDRESS = {"presynaptic_index": "sources", "postsynaptic_index": "targets"}


class Connection(common.Connection):
    """One synapse of a projection; its attributes are those of the synapse type."""

    def __init__(self, projection: Projection, index: int) -> None:
        object.__setattr__(self, "projection", projection)
        object.__setattr__(self, "index", index)

    def __getattr__(self, name: str) -> Any:
        if name in ADDRESS or name in self.projection.values:
            return self.projection.column(name)[self.index].item()
        raise AttributeError(f"a connection has no attribute {name!r}")

    def __setattr__(self, name: str, value: float) -> None:
        if name not in self.projection.values:
            raise AttributeError(f"a connection has no attribute {name!r}")
        column = self.projection.column(name).copy()
        column[self.index] = value
        self.projection.write(name, column)

    def as_tuple(self, *attribute_names: str) -> tuple[Any, ...]:
        """Return the values of some attributes."""
        return tuple(getattr(self, name) for name in attribute_names)


class Projection(common.Projection):
    """Synapses from one group of cells to another; see `pyNN.common.Projection`."""

    _simulator = simulator
    _static_synapse_class = StaticSynapse

    def __init__(
        self, presynaptic_population: Any, postsynaptic_population: Any, connector: Any,
        synapse_type: Any = None, source: str | None = None, receptor_type: str | None = None,
        space: Space | None = None, label: str | None = None,
    ) -> None:  # fmt: skip
        signal = getattr(synapse_type, "signals", False)
        common.Projection.__init__(
            self, presynaptic_population, postsynaptic_population, connector, synapse_type,
            source, None if signal else receptor_type, space or Space(), label,
        )  # fmt: skip
        if signal:
            self.receptor_type = receptor_type or "reward"
        # PyNN's own labels count all populations that a process ever made.
        self.stream = label or f"projection{len(simulator.state.projections)}"
        self._columns: list[tuple[Array, Any, dict[str, Any]]] = []
        self.dense = False
        made = bulk.connect(connector, self)
        if made is None:
            connector.connect(self)
            made = self._collected()
        self.sources, self.targets, self.values = made
        simulator.state.projections.append(self)
        simulator.state.session.stale = True

    def __len__(self) -> int:
        return len(self.sources)

    def __getitem__(self, i: int) -> Connection:
        return Connection(self, range(len(self))[i])

    @property
    def connections(self) -> Sequence[Connection]:
        """All synapses, one by one."""
        return [Connection(self, i) for i in range(len(self))]

    def _convergent_connect(
        self, presynaptic_indices: Any, postsynaptic_index: Any, location_selector: Any = None,
        **connection_parameters: Any,
    ) -> None:  # fmt: skip
        if location_selector is not None:
            raise UnsupportedModelError(
                "location_selector belongs to cells with a morphology; snn has point neurons"
            )
        pre = np.asarray(presynaptic_indices, dtype=np.int64)
        self._columns.append((pre, int(postsynaptic_index), connection_parameters))

    def _collected(self) -> tuple[Array, Array, dict[str, Any]]:
        """Join the columns that a connector made one by one."""
        pre = np.concatenate([*(c[0] for c in self._columns), np.zeros(0, np.int64)])
        counts = [len(c[0]) for c in self._columns]
        post = np.repeat(np.array([c[1] for c in self._columns], np.int64), counts)
        names = self._columns[0][2] if self._columns else self.synapse_type.native_parameters.keys()
        values = {name: _joined([(n, c[2][name]) for n, c in zip(counts, self._columns)])
                  for name in names}  # fmt: skip
        self._columns = []
        return pre, post, values

    def column(self, name: str) -> Array:
        """Return an attribute of every synapse."""
        if name in ADDRESS:
            return np.asarray(getattr(self, ADDRESS[name]))
        if name == "weight":
            learned = simulator.state.session.read_weights(self)
            if learned is not None:
                return np.asarray(learned)
        return np.broadcast_to(np.asarray(self.values[name], dtype=float), len(self))

    def write(self, name: str, values: Any) -> None:
        """Set an attribute of every synapse."""
        self.values[name] = values
        session = simulator.state.session
        if name == "weight":
            session.write_weights(self)
        else:
            session.stale = True

    def magnitudes(self, sign: int) -> Array:
        """Return the weights as the language has them."""
        weight = np.asarray(self.values["weight"], dtype=float)
        if simulator.state.settings.dialect == "spinnaker":
            return np.asarray(np.abs(weight))
        return np.asarray(sign * weight + 0.0)

    def grid_delays(self) -> Array:
        """Return the delays on the grid, in ms, at least one step."""
        dt = simulator.state.dt
        steps = np.rint(np.asarray(self.values["delay"], dtype=float) / dt)
        return np.asarray(np.maximum(steps, 1) * dt)

    def delay_range(self) -> tuple[float, float]:
        """Return the smallest and the largest delay, in ms."""
        delay = np.asarray(self.values["delay"])
        return float(delay.min()), float(delay.max())

    def _get_attributes_as_list(self, names: Sequence[str]) -> list[tuple[Any, ...]]:
        return list(zip(*(self.column(name).tolist() for name in names), strict=True))

    def _get_attributes_as_arrays(
        self, names: Sequence[str], multiple_synapses: str = "sum"
    ) -> list[Array]:
        return [self._matrix(self.column(n), multiple_synapses) for n in names]

    def _matrix(self, values: Array, several: str) -> Array:
        """Return (n_pre, n_post) values, NaN where there is no synapse."""
        address = self.sources, self.targets
        if several == "first":
            # Copies, because numpy visits reversed views from their far end.
            address = self.sources[::-1].copy(), self.targets[::-1].copy()
            values = values[::-1].copy()
        found = np.full((self.pre.size, self.post.size), np.nan)
        if several in ("first", "last"):
            found[address] = values
            return found
        start, operation = {"sum": (0.0, np.add), "min": (np.inf, np.minimum),
                            "max": (-np.inf, np.maximum)}[several]  # fmt: skip
        found[address] = start
        operation.at(found, address, values)  # type: ignore[attr-defined]
        return found

    def _set_attributes(self, parameter_space: Any) -> None:
        for name, value in parameter_space.items():
            if value.is_homogeneous:
                self.write(name, float(value.evaluate(simplify=True)))
            else:
                full = np.asarray(value.evaluate(simplify=False))
                self.write(name, full[self.sources, self.targets])

    def _set_initial_value_array(self, variable: str, initial_value: Any) -> None:
        kind = type(self.synapse_type).__name__
        log.warning("%s begins at rest: the initial value of %s has no effect", kind, variable)


def _joined(pieces: list[tuple[int, Any]]) -> Any:
    """Join the values of columns; one number where all are one number."""
    if not pieces:
        return 0.0
    first = pieces[0][1]
    if all(np.ndim(v) == 0 and v == first for _, v in pieces):
        return float(first)
    return np.concatenate([np.broadcast_to(np.asarray(v, dtype=float), n) for n, v in pieces])
