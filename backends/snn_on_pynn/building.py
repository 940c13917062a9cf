"""From the compiled form to populations and projections of a PyNN module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledCurrent, CompiledPopulation, CompiledProjection
from snn.compiler.endpoints import endpoints, taps
from snn_on_pynn import cells, rules
from snn_on_pynn.targets import Target

Array = NDArray[Any]
Trains = tuple[Array, Array]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Synapses of one PyNN projection.

    Parameters
    ----------
    receptor_type : str
        Of PyNN.
    chosen : (n,) int64
        Which synapses of the compiled projection these are.
    table : (n, 4) float64
        Source, target, weight in PyNN's sign, delay in ms.
    """

    receptor_type: str
    chosen: Array
    table: Array


def rows_of(compiled: Compiled, q: CompiledProjection, target: Target, weight: Array) -> list[Rows]:
    """Return the synapses of a projection; a signed one becomes two.

    Parameters
    ----------
    weight : (synapses,) float64
        In our sign: of an inhibitory receptor positive.
    """
    cell = compiled.populations[q.post].model
    assert isinstance(cell, Cell)
    form = cells.form_of(cell, target)
    assert form is not None
    name = list(cell.receptors)[q.receptor]
    slot = (cells.slots_of(cell, form) or {})[name]
    every = np.arange(q.synapses)
    if not cell.receptors[name].signed:
        return [_rows(compiled, q, target, cells.TYPES[slot], every, weight)]
    sides = (("E", every[weight >= 0]), ("I", every[weight < 0]))
    return [_rows(compiled, q, target, cells.TYPES[side], chosen, np.abs(weight))
            for side, chosen in sides if chosen.size]  # fmt: skip


def _rows(
    compiled: Compiled, q: CompiledProjection, target: Target, receptor_type: str,
    chosen: Array, weight: Array,
) -> Rows:  # fmt: skip
    pre, post = endpoints(q)
    cell = compiled.populations[q.post].model
    assert isinstance(cell, Cell)
    conductance = isinstance(list(cell.receptors.values())[q.receptor], cells.CONDUCTANCES)
    flipped = receptor_type == "inhibitory" and target.negative_inhibition and not conductance
    delay = np.maximum(delays_of(q) - late_by(compiled, q, target), 1) * compiled.dt
    table = np.stack([pre, post, -weight if flipped else weight, delay], 1)
    return Rows(receptor_type=receptor_type, chosen=chosen, table=table[chosen].astype(float))


def late_by(compiled: Compiled, q: CompiledProjection, target: Target) -> int:
    """Return the steps by which input arrives too late, which delays make up for."""
    return target.late - cells.haste(compiled.populations[q.pre], target)


def delays_of(q: CompiledProjection) -> Array:
    """Return the delay of each synapse in steps, (synapses,), axon and dendrite together."""
    total = q.total_delay
    steps = total[taps(q)[2]] if q.form == "convolution" and total.ndim else total
    return np.broadcast_to(steps, q.synapses)


def weights_of(q: CompiledProjection) -> Array:
    """Return the compiled weight of each synapse, (synapses,) float64."""
    shared = q.weight[taps(q)[2]] if q.form == "convolution" and q.weight.ndim else q.weight
    return np.broadcast_to(shared, q.synapses).astype(np.float64)


@dataclass(kw_only=True, eq=False)
class State:
    """What a network starts from.

    Parameters
    ----------
    weights : projection -> (synapses,) float64
    initial : population -> state -> (n,) float64
    parameters : population -> CompiledPopulation
        Populations whose parameters were changed.
    """

    weights: dict[int, Array] = field(default_factory=dict)
    initial: dict[int, dict[str, Array]] = field(default_factory=dict)
    changed: dict[int, CompiledPopulation] = field(default_factory=dict)


class Circuit:
    """A compiled network as populations and projections.

    Parameters
    ----------
    sim : module
        PyNN's, after `setup`.
    compiled : Compiled
        Of the exact profile.
    state : State
        What differs from the compiled initial state.
    trains : dict
        (steps, neurons) that each source fires in the first run.
    """

    def __init__(
        self, sim: Any, target: Target, compiled: Compiled, state: State,
        trains: Mapping[int, Trains],
    ) -> None:  # fmt: skip
        self.sim, self.target, self.compiled, self.state = sim, target, compiled, state
        self.populations = [self._population(p, trains) for p in compiled.populations]
        self.projections = [self._projection(q) for q in compiled.projections]
        self.currents = [self._current(c) for c in compiled.currents]
        for p in compiled.populations:
            self._record(p)

    def _population(self, p: CompiledPopulation, trains: Mapping[int, Trains]) -> Any:
        if not isinstance(p.model, Cell):
            model = self.sim.SpikeSourceArray(
                spike_times=self.spike_times(p.size, *trains[p.index])
            )
            return self.sim.Population(p.size, model, label=p.label)
        p = self.state.changed.get(p.index, p)
        form = cells.form_of(p.model, self.target)
        assert form is not None
        model = attribute(self.sim, form.name)(
            **cells.parameters_of(p, form, cells.haste(p, self.target) * self.compiled.dt)
        )
        return self.sim.Population(
            p.size, model, label=p.label, initial_values=self._initial(p, form),
            **self.extra_arguments(p, form),
        )  # fmt: skip

    def extra_arguments(self, p: CompiledPopulation, form: cells.Form) -> dict[str, Any]:
        """Return further arguments of a population of cells."""
        return {}

    def _initial(self, p: CompiledPopulation, form: cells.Form) -> dict[str, Any]:
        """Return initial values by PyNN's names; inputs that start from 0 are left out."""
        values = {**p.initial, **self.state.initial.get(p.index, {})}
        names = {**form.states, **cells.initial_inputs(p, form, self.target)}
        return {name: cells.plain(np.asarray(values[state])) for state, name in names.items()
                if state in form.states or np.any(values[state] != 0)}  # fmt: skip

    def spike_times(self, size: int, steps: Array, neurons: Array) -> Any:
        """Return spike times in ms as PyNN wants them, one train per neuron."""
        from pyNN.parameters import Sequence

        every = trains(size, steps, neurons)
        made = [Sequence(t * self.compiled.dt - self.target.early) for t in every]
        # A list of one is not taken apart everywhere.
        return made if size > 1 else made[0]

    def replay(self, population: int, steps: Array, neurons: Array) -> None:
        """Give a source the spikes of the coming run."""
        made = self.populations[population]
        made.set(spike_times=self.spike_times(made.size, steps, neurons))

    def _projection(self, q: CompiledProjection) -> list[tuple[Rows, Any]]:
        weight = self.state.weights.get(q.index, weights_of(q))
        parts = rows_of(self.compiled, q, self.target, weight)
        return [(rows, self._connected(q, rows)) for rows in parts if len(rows.chosen)]

    def _connected(self, q: CompiledProjection, rows: Rows) -> Any:
        return self.sim.Projection(
            self.populations[q.pre], self.populations[q.post], self.connector(q, rows),
            self._synapse(q), receptor_type=rows.receptor_type, label=q.label,
        )  # fmt: skip

    def connector(self, q: CompiledProjection, rows: Rows) -> Any:
        """Return the connector of some synapses: a list of them."""
        return self.sim.FromListConnector(rows.table, column_names=["weight", "delay"])

    def _synapse(self, q: CompiledProjection) -> Any:
        if not q.rules:
            return self.sim.StaticSynapse()
        made = q.rules[0]
        form = rules.form_of(made.rule, self.target)
        assert form is not None
        return form.build(self.sim, made.values, self.target)

    def _current(self, c: CompiledCurrent) -> list[Any]:
        """Inject a current; one source for neurons that get the same."""
        population, made = self.populations[c.population], []
        columns, where = np.unique(c.values, axis=1, return_inverse=True)
        steps = c.steps[0] + np.arange(len(c.values)) if c.every_step else c.steps
        for k, column in enumerate(columns.T):
            times, amplitudes = _pieces((steps - 1) * self.compiled.dt, column, c.every_step,
                                        self.compiled.dt)  # fmt: skip
            source = self.sim.StepCurrentSource(times=times, amplitudes=amplitudes)
            for neuron in c.index[where.ravel() == k].tolist():
                source.inject_into(population[neuron : neuron + 1])
            made.append(source)
        return made

    def _record(self, p: CompiledPopulation) -> None:
        own = [r for r in self.compiled.recordings if r.population == p.index]
        names = sorted({self._name(p, r.variable) for r in own})
        if names:
            self.record(self.populations[p.index], names, interval(self.compiled, p.index))

    def record(self, population: Any, names: list[str], every: int) -> None:
        """Record variables, states every so many steps."""
        population.record(names, sampling_interval=every * self.compiled.dt)

    def _name(self, p: CompiledPopulation, variable: str) -> str:
        if not isinstance(p.model, Cell):
            return variable
        form = cells.form_of(p.model, self.target)
        assert form is not None
        name = cells.variable_of(p.model, form, variable, self.target)
        assert name is not None
        return name

    def signals(self, p: CompiledPopulation, variable: str) -> Array:
        """Return every sample of a recorded state, (samples, n), from time 0 on.

        Of several MPI processes the first has all; the others have nothing.
        """
        name = self._name(p, variable)
        segment = self.populations[p.index].get_data(name).segments[-1]
        found = segment.filter(name=name)
        if not found or found[0].shape[1] != p.size:
            return np.zeros((0, p.size))
        # Each process adds its own cells, so that they are not in order.
        place = found[0].array_annotations.get("channel_index", np.arange(p.size))
        return np.asarray(found[0].magnitude)[:, np.argsort(place, kind="stable")]

    def spikes(self, p: CompiledPopulation) -> Trains:
        """Return (steps, neurons) of all spikes from time 0 on, sorted."""
        trains = self.populations[p.index].get_data("spikes").segments[-1].spiketrains
        steps = [np.rint(np.asarray(t.magnitude) / self.compiled.dt).astype(np.int64)
                 for t in trains]  # fmt: skip
        own = [t.annotations.get("source_index", k) for k, t in enumerate(trains)]
        neurons = np.repeat(np.array(own, np.int32), [len(s) for s in steps])
        together = np.concatenate([np.zeros(0, np.int64), *steps])
        order = np.lexsort((neurons, together))
        return together[order] + cells.haste(p, self.target), neurons[order]

    def set_parameters(self, p: CompiledPopulation) -> None:
        """Give cells new parameters."""
        assert isinstance(p.model, Cell)
        form = cells.form_of(p.model, self.target)
        assert form is not None
        self.populations[p.index].set(
            **cells.parameters_of(p, form, cells.haste(p, self.target) * self.compiled.dt)
        )

    def states(self, p: CompiledPopulation) -> dict[str, Array]:
        """Return the present states of cells that can be read: those that are recorded."""
        assert isinstance(p.model, Cell)
        form = cells.form_of(p.model, self.target)
        own = {r.variable for r in self.compiled.recordings if r.population == p.index}
        assert form is not None
        return {name: self.signals(p, name)[-1].astype(float) for name in own & set(form.states)}

    def weights(self, q: CompiledProjection) -> Array:
        """Return the present weight of each synapse in compiled order, in our sign."""
        found = np.array(self.state.weights.get(q.index, weights_of(q)))
        signs = weights_of(q) < 0
        for rows, projection in self.projections[q.index]:
            listed = np.asarray(projection.get("weight", format="list", with_address=True), float)
            if len(listed) != len(rows.chosen):  # Another MPI process has the rest.
                continue
            ours = np.lexsort((rows.table[:, 1], rows.table[:, 0]))
            theirs = np.lexsort((listed[:, 1], listed[:, 0]))
            found[rows.chosen[ours]] = np.abs(listed[theirs, 2])
        return np.where(signs, -found, found)


def trains(size: int, steps: Array, neurons: Array) -> list[Array]:
    """Return the steps of each neuron's spikes, from spikes sorted by step."""
    order = np.argsort(neurons, kind="stable")
    edges = np.searchsorted(neurons[order], np.arange(1, size))
    return np.split(steps[order], edges)


def interval(compiled: Compiled, population: int) -> int:
    """Return the steps between two samples from which all recordings can be taken."""
    return gcd(*(r.every for r in compiled.recordings
                 if r.population == population and r.variable != "spikes"))  or 1  # fmt: skip


def attribute(module: Any, name: str) -> Any:
    """Return an attribute by its dotted name."""
    for part in name.split("."):
        module = getattr(module, part)
    return module


def _pieces(times: Array, values: Array, ends: bool, dt: float) -> tuple[list[float], list[float]]:
    """Return where a current changes, and to what; a table ends after its last row."""
    if ends:
        times, values = np.append(times, times[-1] + dt), np.append(values, 0.0)
    kept = np.append(True, np.diff(values) != 0)
    return times[kept].tolist(), values[kept].tolist()
