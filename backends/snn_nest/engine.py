"""The engine: a compiled network inside NEST."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn import host
from snn.cells import Cell
from snn.compiler import Compiled, CompiledCurrent, CompiledDrive, CompiledPopulation
from snn.engine import CompiledSchedule, Presented, Recorded, unvisited
from snn.errors import NumericalError, SnnError
from snn.plasticity import NearestPairSTDP
from snn_nest import inputs
from snn_nest.cells import LINEAR, Port, match, parameters_of, states_of
from snn_nest.kernel import Kernel, NestError
from snn_nest.recording import Sampler, SpikeLog
from snn_nest.synapses import Synapses

Array = NDArray[Any]
STRETCH = 10_000
"""Steps for which input is handed over at once."""


class NestEngine(host.Replayed):
    """A compiled network in NEST's kernel.

    Parameters
    ----------
    compiled : Compiled
    threads : int

    Notes
    -----
    NEST's clock runs `start` steps ahead of ours: devices need the smallest delay before what
    they emit can act, and a source may emit at step 0, which NEST has not. Cells stand still
    until our step 0.
    """

    def __init__(self, compiled: Compiled, threads: int = 1) -> None:
        self.compiled, self.step = compiled, 0
        sampled = any(r.variable not in ("spikes", "weights") for r in compiled.recordings)
        # A multimeter lacks the last slice; one step can be asked for, more can not.
        self.slice = 1 if sampled else compiled.min_delay
        self.start = self.slice + 1 + quiet_steps(compiled)
        longest = max(compiled.max_delay, self.slice)
        self.kernel = Kernel(compiled.dt, threads, (self.slice, longest))
        self.trains: dict[int, inputs.Trains] = {}
        self.rates = {p.index: p.rate for p in compiled.populations if p.rate is not None}
        self.tallies = [np.zeros(p.size, np.int64) for p in compiled.populations]
        self.nodes = [self._created(p) for p in compiled.populations]
        self.ids = [np.array(nodes.tolist()) for nodes in self.nodes]
        self.synapses = [
            Synapses(self.kernel, compiled, q, self.ids[q.pre], self.ids[q.post])
            for q in compiled.projections
        ]
        self._prepare_post()
        self.drives: list[inputs.Device] = [self._drive(d) for d in compiled.drives]
        self.currents: list[inputs.Device] = [self._current(c) for c in compiled.currents]
        self.logs = self._logs()
        self.samplers = {
            k: Sampler(self.kernel, compiled, r, self.nodes[r.population], self.start)
            for k, r in enumerate(compiled.recordings)
            if r.population >= 0 and r.variable != "spikes"
        }
        self._begin()

    def _created(self, p: CompiledPopulation) -> Any:
        if not isinstance(p.model, Cell):
            self.trains[p.index] = inputs.Trains(self.kernel, p, self.start)
            return self.trains[p.index].nodes
        nodes = self.kernel.create(p.label, match(p.model).model, p.size)
        given = parameters_of(p, self.compiled.dt)
        with self.kernel.blamed(p.label):
            set_each(
                nodes, {**given, "V_m": given["V_reset"] if "V_reset" in given else given["c"]}
            )
            nodes.set({"frozen": True})
        return nodes

    def _cells(self) -> Iterator[tuple[CompiledPopulation, Cell, Any]]:
        for p, nodes in zip(self.compiled.populations, self.nodes, strict=True):
            if isinstance(p.model, Cell):
                yield p, p.model, nodes

    def _prepare_post(self) -> None:
        """Give neurons the time constants of the post traces of their synapses."""
        for s in self.synapses:
            if s.form is not None:
                with self.kernel.blamed(s.q.label):
                    self.nodes[s.q.post].set(s.form.post(s.rule))

    def _port(self, population: int, receptor: int) -> Port:
        cell = self.compiled.populations[population].model
        assert isinstance(cell, Cell)
        return list(match(cell).ports.values())[receptor]

    def _drive(self, d: CompiledDrive) -> inputs.Drive:
        port = self._port(d.population, d.receptor)
        return inputs.Drive(self.kernel, d, self.ids[d.population], self.slice, self.start,
                            port)  # fmt: skip

    def _current(self, c: CompiledCurrent) -> inputs.Current:
        form = match(self.compiled.populations[c.population].model).form  # type: ignore[arg-type]
        assert form is not None
        unit = 1.0 if form.model == "izhikevich" else 1e3
        return inputs.Current(self.kernel, c, self.ids[c.population], self.slice, self.start, unit)

    def _logs(self) -> dict[int, SpikeLog]:
        """Log the spikes of what is recorded and of both sides of what learns."""
        wanted = {r.population for r in self.compiled.recordings if r.variable == "spikes"}
        for s in self.synapses:
            wanted |= {s.q.pre, s.q.post} if s.learns else set()
        return {k: self._log(k) for k in sorted(wanted) if k not in self.trains}

    def _log(self, k: int) -> SpikeLog:
        return SpikeLog(self.kernel, self.compiled.populations[k], self.nodes[k], self.slice)

    def _begin(self) -> None:
        """Run up to our step 0, at whose end sources may emit."""
        self.spikes: dict[int, list[tuple[Array, Array]]] = {
            k: [] for k in range(len(self.compiled.populations))
        }
        fed = {k: trains.feed(0, 1) for k, trains in self.trains.items()}
        for device in (*self.drives, *self.currents):
            device.feed(1, 1 + device.ahead)
        self._simulate(self.start - 1)
        for p, _, nodes in self._cells():
            with self.kernel.blamed(p.label):
                nodes.set({"frozen": False})
        # Cells make this step, in which injected currents reach them; their states do not count.
        self._simulate(1)
        for p, cell, nodes in self._cells():
            for name, (target, unit, settable) in states_of(cell).items():
                if settable:
                    with self.kernel.blamed(p.label):
                        set_each(nodes, {target: p.initial[name] / unit})
        self._collect(fed)
        for s in self.synapses:
            s.settle()

    def advance(self, steps: int) -> None:
        """Run so many steps.

        Raises
        ------
        NestError
            NEST failed; says at which component.
        NumericalError
            A membrane potential is not finite.
        """
        end = self.step + steps
        while self.step < end:
            self._stretch(min(end - self.step, STRETCH))

    def _stretch(self, steps: int) -> None:
        first = self.step + 1
        fed = {k: trains.feed(first, first + steps) for k, trains in self.trains.items()}
        for device in (*self.drives, *self.currents):
            device.feed(first + device.ahead, first + device.ahead + steps)
        self._simulate(steps)
        self.step += steps
        self._collect(fed)
        self._require_finite()

    def _simulate(self, steps: int) -> None:
        with self.kernel.blamed("network"):
            self.kernel.nest.Simulate(round(steps * self.compiled.dt, 9))

    @property
    def delivered(self) -> int:
        """Last step whose spikes NEST has handed to synapses: all before the present slice."""
        reached = self.step + self.start
        return (reached - 1) // self.slice * self.slice - self.start

    def _collect(self, fed: Mapping[int, tuple[Array, Array]]) -> None:
        """Take the spikes of both kinds of population; learning synapses see theirs."""
        new = {**fed, **{k: log.take(self.start) for k, log in self.logs.items()}}
        for k, spikes in new.items():
            self.spikes[k].append(spikes)
            np.add.at(self.tallies[k], spikes[1], 1)
        for s in self.synapses:
            if s.pending is not None:
                s.pending.see(new[s.q.pre], new[s.q.post], self.delivered)

    def _require_finite(self) -> None:
        for p, cell, nodes in self._cells():
            form = match(cell).form
            if form is None or form.support == LINEAR or self.kernel.processes > 1:
                continue
            bad = np.flatnonzero(~np.isfinite(np.atleast_1d(nodes.get("V_m"))))
            if bad.size:
                raise NumericalError(
                    f"{p.label}[{bad[0]}].v became NaN or infinite before "
                    f"{self.step * self.compiled.dt:g} ms; use a smaller dt or smaller weights"
                )

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end; what acts at trial ends acts on the host."""
        for k in {*schedule.count, *([schedule.repeat[0]] if schedule.repeat else [])}:
            if k not in self.trains and k not in self.logs:
                self.logs[k] = self._log(k)
        return host.present(self, schedule, visit)

    def tally(self, population: int) -> Array:
        """Return how many spikes each neuron has fired since it was first logged."""
        return self.tallies[population].copy()

    def take(self) -> Recorded:
        """Return and forget what was recorded."""
        self.kernel.require()
        taken = Recorded()
        recorded = {r.population for r in self.compiled.recordings if r.variable == "spikes"}
        for k, pieces in self.spikes.items():
            if k in recorded:
                members = np.unique(np.concatenate([
                    r.index for r in self.compiled.recordings
                    if r.population == k and r.variable == "spikes"
                ]))  # fmt: skip
                taken.spikes[k] = joined(pieces, members)
            pieces.clear()
        with self.kernel.blamed("recordings"):
            for position, sampler in self.samplers.items():
                taken.samples[position] = sampler.take(self.step)
        return taken

    def _target(self, population: int, name: str) -> tuple[str, float, bool]:
        p = self.compiled.populations[population]
        known = states_of(p.model) if isinstance(p.model, Cell) else {}
        if name not in known:
            raise SnnError(f"{p.label}: NEST does not show the state {name!r}; it shows "
                           f"{', '.join(known) or 'none'}")  # fmt: skip
        return known[name]

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron, float64."""
        target, unit, readable = self._target(population, name)
        label = self.compiled.populations[population].label
        if not readable:
            raise SnnError(f"{label}: NEST shows {name} to recordings only: "
                           f"net.record({label}, {name!r})")  # fmt: skip
        with self.kernel.blamed(label):
            return np.asarray(np.atleast_1d(self.nodes[population].get(target)) * unit)

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron."""
        target, unit, settable = self._target(population, name)
        label = self.compiled.populations[population].label
        if not settable:
            raise SnnError(f"{label}: NEST does not let {name} be set")
        with self.kernel.blamed(label):
            set_each(self.nodes[population], {target: np.asarray(values, float) / unit})

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of a population (states stay), or new spikes of a `SpikeArray`."""
        if compiled.index in self.trains:
            self.trains[compiled.index].p = compiled
            return
        with self.kernel.blamed(compiled.label):
            set_each(self.nodes[compiled.index], parameters_of(compiled, self.compiled.dt))

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz; a stretch begins with the next step."""
        size = self.compiled.populations[population].size
        self.rates[population] = np.array(np.broadcast_to(rate, size), dtype=float)
        self.begin_rate(population, self.rates[population])

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, all events applied, float64."""
        return self.synapses[projection].read(self.step, self.delivered)

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order."""
        self.synapses[projection].write(np.asarray(weights, float), self.step, self.delivered)

    def learn(self, projection: int, on: bool) -> None:
        """Switch plasticity of a projection from the next step on."""
        self.synapses[projection].learn(bool(on), self.step, self.delivered)

    def set_plasticity_rate(self, projection: int, rate: float) -> None:
        """Refuse: NEST's synapses have no rate of their own."""
        if rate != 1.0:
            label = self.compiled.projections[projection].label
            raise NestError(f"{label}: NEST has no plasticity rates; use backend='cpu'")

    def snapshot(self) -> dict[str, Array]:
        """Refuse: NEST has no checkpoints."""
        raise NestError("NEST has no checkpoints; use backend='cpu', or keep the weights")

    def restore(self, state: Mapping[str, Array]) -> None:
        """Refuse: NEST has no checkpoints."""
        raise NestError("NEST has no checkpoints; use backend='cpu', or keep the weights")


def quiet_steps(compiled: Compiled) -> int:
    """Return how long NEST must be quiet before step 0.

    Nearest-neighbour synapses take time 0 for a spike of every source; its trace must be gone.
    """
    taus = [r.values["tau_plus"] for q in compiled.projections for r in q.rules
            if isinstance(r.rule, NearestPairSTDP)]  # fmt: skip
    return math.ceil(40.0 * max(taus, default=0.0) / compiled.dt)


def joined(pieces: list[tuple[Array, Array]], members: Array) -> tuple[Array, Array]:
    """Return the spikes of `members`, sorted by step, then neuron."""
    none = np.zeros(0, np.int64)
    steps = np.concatenate([none, *(p[0] for p in pieces)])
    neurons = np.concatenate([none, *(p[1] for p in pieces)])
    keep = np.isin(neurons, members)
    order = np.lexsort((neurons[keep], steps[keep]))
    return steps[keep][order], neurons[keep][order].astype(np.int32)


def set_each(nodes: Any, parameters: Mapping[str, Array]) -> None:
    """Set parameters of nodes: one number for all, or one (or one row) for each."""
    one = {n: float(v) for n, v in parameters.items() if np.ndim(v) == 0}
    nodes.set(one)
    several = {n: np.asarray(v) for n, v in parameters.items() if n not in one}
    vectors = {n for n, v in several.items() if n == "tau_syn"}
    for name in vectors:
        rows = np.broadcast_to(several[name], (len(nodes), several[name].shape[-1]))
        nodes.set([{name: row} for row in np.ascontiguousarray(rows)])
    own = {n: np.broadcast_to(v, len(nodes)).tolist() for n, v in several.items()
           if n not in vectors}  # fmt: skip
    if own:
        nodes.set([dict(zip(own, row, strict=True)) for row in zip(*own.values(), strict=True)])
