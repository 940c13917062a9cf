"""Populations and projections of sPyNNaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation, CompiledProjection
from snn_on_pynn.building import Circuit, Rows, State, Trains, trains
from snn_on_pynn.cells import Form, form_of, initial_inputs, slots_of
from snn_on_pynn.spynnaker import binaries, native, neuromodulation
from snn_on_pynn.spynnaker.capabilities import rule_onto
from snn_on_pynn.spynnaker.options import Options
from snn_on_pynn.targets import SPINNAKER

Array = NDArray[Any]


class BoardCircuit(Circuit):
    """A compiled network as populations and projections of sPyNNaker."""

    def __init__(
        self, sim: Any, options: Options, compiled: Compiled, state: State,
        trains: Mapping[int, Trains], note: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.options, self.note = options, note
        self._rewarded: set[int] = set()
        super().__init__(sim, SPINNAKER, compiled, state, trains)

    def spike_times(self, size: int, steps: Array, neurons: Array) -> Any:
        """Return spike times in ms, one list per neuron."""
        # 7.4.1 fails on trains that are all empty.
        if not len(steps):
            return []
        return [(t * self.compiled.dt).tolist() for t in trains(size, steps, neurons)]

    def replay(self, population: int, steps: Array, neurons: Array) -> None:
        """Give a source the spikes of the coming run."""
        vertex = self.populations[population]._vertex
        # `Population.set` of 7.4.1 makes a list of what is then indexed by an array.
        ticks = np.empty(vertex.n_atoms, object)
        ticks[:] = trains(vertex.n_atoms, steps, neurons)
        vertex.send_buffer_times = ticks

    def record(self, population: Any, names: list[str], every: int) -> None:
        """Record variables; an interval would drop spikes between two samples."""
        if "spikes" in names:
            population.record("spikes")
        states = [name for name in names if name != "spikes"]
        if states:
            population.record(states, sampling_interval=every * self.compiled.dt)

    def _connected(self, q: CompiledProjection, rows: Rows) -> Any:
        """Let the board expand what needs no list, and on request what it draws anew."""
        declared, drawn = self.compiled.network.projections[q.index], self.options.expand == "board"
        whole = len(rows.chosen) == q.synapses and q.index not in self.state.weights
        own = native.connector(self.sim, declared, q, drawn) if whole else None
        if own is None:
            return super()._connected(q, rows)
        connector, arguments = own
        if q.form == "csr":
            self.note(f"{q.label}: the board drew its connections again: equal in distribution to "
                      "ours, not synapse by synapse")  # fmt: skip
        return self.sim.Projection(
            self.populations[q.pre], self.populations[q.post], connector,
            self.sim.StaticSynapse(**arguments), receptor_type=rows.receptor_type, label=q.label,
        )  # fmt: skip

    def _projection(self, q: CompiledProjection) -> list[tuple[Rows, Any]]:
        found = super()._projection(q)
        # Right after the first: 7.4.1 hands a neuromodulator on only to what comes later.
        if found and q.post not in self._rewarded and q.rules and q.rules[0].modulator is not None:
            self._rewarded.add(q.post)
            self._modulate(q.rules[0].modulator, q.post, q.rules[0].values)
        return found

    def _modulate(self, modulator: int, post: int, values: Mapping[str, float]) -> None:
        """Let a neuromodulator reach all learning synapses of a population."""
        synapse, receptor = neuromodulation.synapse(self.sim, values)
        # Not as a list: the profile rounds the weight as a board does that expands it.
        self.sim.Projection(
            self.populations[modulator], self.populations[post], self.sim.AllToAllConnector(),
            synapse, receptor_type=receptor,
        )  # fmt: skip

    def states(self, p: CompiledPopulation) -> dict[str, Array]:
        """Return the present states of cells, read from the board's memory."""
        assert isinstance(p.model, Cell)
        form = form_of(p.model, SPINNAKER)
        assert form is not None
        vertex = self.populations[p.index]._vertex
        names = {**form.states, **initial_inputs(p, form, SPINNAKER)}
        return {state: np.array(list(vertex.get_current_state_values(name)), float)
                for state, name in names.items()}  # fmt: skip

    def extra_arguments(self, p: CompiledPopulation, form: Form) -> dict[str, Any]:
        """Return what the host assumes of a population's input, and its neurons per core."""
        options = self.options
        given = {"spikes_per_second": options.spikes_per_second,
                 "ring_buffer_sigma": options.ring_buffer_sigma,
                 "max_expected_summed_weight": by_slot(p, form, options.expected(p.label)),
                 "neurons_per_core": options.per_core(p.label),
                 "n_synapse_cores": self._synapse_cores(p, form)}  # fmt: skip
        found = {name: value for name, value in given.items() if value is not None}
        return {"additional_parameters": found} if found else {}

    def _synapse_cores(self, p: CompiledPopulation, form: Form) -> int | None:
        """Put synapses on a core of their own where no program has cell and rule together."""
        rule = rule_onto(self.compiled, p.index)
        return 1 if binaries.needs_split(form.name, rule) else None


def by_slot(p: CompiledPopulation, form: Form, expected: Any) -> list[float] | None:
    """Return one number per receptor of sPyNNaker, from one or one per receptor of ours."""
    if expected is None:
        return None
    assert isinstance(p.model, Cell)
    own = slots_of(p.model, form) or {}
    ours = np.broadcast_to(np.asarray(expected, float), len(own)).tolist()
    known = dict(zip(own.values(), ours, strict=True))
    return [known.get(slot, max(ours)) for slot in form.slots]
