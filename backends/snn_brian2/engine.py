"""The engine: a compiled network as objects of Brian2."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn import host
from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation, CompiledProjection
from snn.engine import CompiledSchedule, Presented, Recorded, unvisited
from snn.errors import NumericalError, SnnError
from snn.plasticity import EventRule
from snn_brian2.cells import Cells
from snn_brian2.session import (
    STANDALONE,
    BrianError,
    Preferences,
    blamed,
    load,
    quietly,
    select_function,
)
from snn_brian2.sources import Drive, Trains
from snn_brian2.synapses import Learning, Static, delays_of
from snn_brian2.text import PREFIX

Array = NDArray[Any]


class Brian2Engine(host.Replayed):
    """A compiled network in Brian2.

    Parameters
    ----------
    compiled : Compiled
    target : {"cython", "numpy", "cpp_standalone"}
    coincident : int
        Largest number of spikes of a source in one step that learning synapses are written
        for; by default what its rate makes it have with a probability of 1 - 1e-10 a step.
    """

    whole_runs = True
    """A run should not be cut into pieces: each costs as much as a long one."""

    def __init__(self, compiled: Compiled, target: str, coincident: int = 0) -> None:
        self.compiled, self.target, self.coincident = compiled, target, coincident
        self.step, self.taken, self.done = 0, -1, False
        self.b2 = load()
        self.rates = {p.index: p.rate for p in compiled.populations if p.rate is not None}
        self.folder = tempfile.mkdtemp(prefix="snn_brian2_") if target == STANDALONE else ""
        with self._working(), blamed("network"):
            self._build()

    def _working(self) -> Any:
        return Preferences(self.b2, self.target, self.folder)

    def _build(self) -> None:
        b2, c = self.b2, self.compiled
        self.clock = b2.Clock(dt=c.dt * b2.ms, name="snn_clock")
        self.namespace: dict[str, Any] = {"select": select_function(b2), "ms": b2.ms}
        self.learned = [q for q in c.projections if any(
            isinstance(made.rule, EventRule) for made in q.rules)]  # fmt: skip
        self.trains: dict[int, Trains] = {}
        self.cells: dict[int, Cells] = {}
        for p in c.populations:
            with blamed(p.label):
                self._population(p)
        self.synapses = []
        for q in c.projections:
            with blamed(q.label):
                self.synapses.append(self._projection(q))
        self.drives = [self._drive(k) for k in range(len(c.drives))]
        self._monitor()
        self.network = b2.Network(list(self._objects()))
        self._first_step()

    def _population(self, p: CompiledPopulation) -> None:
        if isinstance(p.model, Cell):
            waiting: dict[int, int] = {}
            for q in self.learned:
                if q.post == p.index and q.synapses:
                    longest = int(delays_of(q).max())
                    waiting[q.receptor] = max(waiting.get(q.receptor, 0), longest)
            reward = any(q.post == p.index and _modulator(q) is not None for q in self.learned)
            self.cells[p.index] = Cells(self.b2, self.compiled, p, self.clock, self.namespace,
                                        waiting, reward)  # fmt: skip
            return
        most = self.most(p) if any(q.pre == p.index for q in self.learned) else 1
        self.trains[p.index] = Trains(self.b2, p, self.clock, self.compiled.dt, most > 1, most)

    def most(self, p: CompiledPopulation) -> int:
        """Return how many spikes of a neuron in one step learning synapses must expect."""
        if isinstance(p.model, Cell):
            return 1
        if self.coincident:
            return self.coincident
        if p.spike_steps is not None and p.spike_index is not None:
            both = np.stack([p.spike_steps, p.spike_index])
            return int(np.unique(both, axis=1, return_counts=True)[1].max(initial=1))
        assert p.rate is not None
        return likely_most(float(p.rate.max(initial=0.0)) * self.compiled.dt * 1e-3)

    def _receptor(self, population: int, receptor: int) -> str:
        cell = self.compiled.populations[population].model
        assert isinstance(cell, Cell)
        return list(cell.receptors)[receptor]

    def _spiking(self, k: int) -> Any:
        return self.cells[k].group if k in self.cells else self.trains[k].group

    def _projection(self, q: CompiledProjection) -> Static:
        target, receptor = self.cells[q.post].group, self._receptor(q.post, q.receptor)
        if q not in self.learned:
            return Static(self.b2, q, self._spiking(q.pre), target, receptor, self.clock)
        source, most = self._spiking(q.pre), self.most(self.compiled.populations[q.pre])
        if q.pre in self.trains and self.trains[q.pre].relay is not None:
            source = self.trains[q.pre].relay.group  # type: ignore[union-attr]
        k = _modulator(q)
        modulator = None if k is None else (self._spiking(k), self.compiled.populations[k].size)
        if k is not None:
            most = max(most, self.most(self.compiled.populations[k]))
        made = Learning(self.b2, q, source, target, receptor, self.clock, self.compiled.dt, most,
                        modulator)  # fmt: skip
        for group in made.groups:
            group.namespace.update(self.namespace)
        return made

    def _drive(self, k: int) -> Drive:
        d = self.compiled.drives[k]
        target, receptor = self.cells[d.population].group, self._receptor(d.population, d.receptor)
        return Drive(self.b2, d, k, target, receptor, self.clock)

    def _monitor(self) -> None:
        b2, c = self.b2, self.compiled
        self.spike_monitors = {
            k: b2.SpikeMonitor(made.group, name=f"snn_spikes_{k}") for k, made in self.cells.items()
        }
        self.monitors = {}
        for k, r in enumerate(c.recordings):
            if r.population >= 0 and r.variable != "spikes":
                self.monitors[k] = b2.StateMonitor(
                    self.cells[r.population].group, PREFIX + r.variable, record=r.index.tolist(),
                    dt=r.every * c.dt * b2.ms, when="end", name=f"snn_samples_{k}",
                )  # fmt: skip

    def _objects(self) -> Any:
        for made in self.cells.values():
            yield made.group
        for trains in self.trains.values():
            yield trains.group
            if trains.relay is not None:
                yield trains.relay.group
                yield trains.relay.way
        for s in self.synapses:
            yield from s.groups
            yield from s.others
        for drive in self.drives:
            yield drive.generator.group
            yield drive.way
        yield from self.spike_monitors.values()
        yield from self.monitors.values()

    def _first_step(self) -> None:
        """Make step 0, in which sources may fire, and put the cells back to their start."""
        self.fed: dict[int, list[tuple[Array, Array]]] = {
            k: [trains.feed(0, 1)] for k, trains in self.trains.items()
        }
        for drive in self.drives:
            drive.feed(0, 0, self.compiled.dt)
        if self.target == STANDALONE:
            return
        self.network.run(self.compiled.dt * self.b2.ms, namespace=self.namespace)
        for made in self.cells.values():
            made.begin()

    def advance(self, steps: int) -> None:
        """Run so many steps.

        Raises
        ------
        BrianError
            Brian2 failed, or standalone code is to run a second time.
        NumericalError
            A state is not finite.
        """
        if not steps:
            return
        with self._working(), blamed("network"):
            if self.target == STANDALONE:
                self._standalone(steps)
            else:
                self._feed(self.step + 1, self.step + 1 + steps)
                self.network.run(steps * self.compiled.dt * self.b2.ms, namespace=self.namespace)
        self.step += steps
        self._require_finite()

    def _feed(self, first: int, last: int) -> None:
        for k, trains in self.trains.items():
            self.fed[k].append(trains.feed(first, last))
        for drive in self.drives:
            drive.feed(first, last, self.compiled.dt)

    def _standalone(self, steps: int) -> None:
        """Write, compile and run the C++ program, once."""
        if self.done:
            raise BrianError("standalone code runs once; use one run, or target='cython'")
        self.done = True
        for trains in self.trains.values():
            self.fed[trains.p.index] = [trains.feed(0, 1 + steps)]
        for drive in self.drives:
            drive.feed(1, 1 + steps, self.compiled.dt)
        ms, dt = self.b2.ms, self.compiled.dt
        self.network.run(dt * ms, namespace=self.namespace)
        for made in self.cells.values():
            made.begin()
        self.network.run(steps * dt * ms, namespace=self.namespace)
        self.b2.get_device().build(directory=self.folder, compile=True, run=True, debug=False)

    def _require_finite(self) -> None:
        for p in self.compiled.populations:
            for name in self.cells[p.index].states if p.index in self.cells else ():
                bad = np.flatnonzero(~np.isfinite(self.read_state(p.index, name)))
                if bad.size:
                    raise NumericalError(
                        f"{p.label}[{bad[0]}].{name} became NaN or infinite before "
                        f"{self.step * self.compiled.dt:g} ms; use a smaller dt or smaller weights"
                    )

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end; what acts at trial ends acts on the host."""
        if self.target == STANDALONE:
            raise BrianError("standalone code has no schedules; use target='cython'")
        return host.present(self, schedule, visit)

    def tally(self, population: int) -> Array:
        """Return how many spikes each neuron has fired since step 0."""
        size = self.compiled.populations[population].size
        return np.bincount(self._spikes(population)[1], minlength=size)

    def _spikes(self, k: int) -> tuple[Array, Array]:
        """Return steps and neurons of all spikes, in order of time."""
        if k in self.fed:
            steps, neurons = (np.concatenate(x) for x in zip(*self.fed[k], strict=True))
            return steps, neurons
        found = self.spike_monitors[k]
        with self._working(), quietly():
            steps = np.rint(np.asarray(found.t / self.b2.ms) / self.compiled.dt).astype(np.int64)
            return steps, np.asarray(found.i[:], np.int64)

    def take(self) -> Recorded:
        """Return and forget what was recorded."""
        taken = Recorded()
        for k in {r.population for r in self.compiled.recordings if r.variable == "spikes"}:
            steps, neurons = self._spikes(k)
            wanted = [r.index for r in self.compiled.recordings
                      if r.population == k and r.variable == "spikes"]  # fmt: skip
            keep = (steps > self.taken) & np.isin(neurons, np.concatenate(wanted))
            order = np.lexsort((neurons[keep], steps[keep]))
            taken.spikes[k] = steps[keep][order], neurons[keep][order].astype(np.int32)
        for k in self.monitors:
            taken.samples[k] = self._samples(k)
        self.taken = self.step
        return taken

    def _samples(self, k: int) -> tuple[Array, Array]:
        r, found = self.compiled.recordings[k], self.monitors[k]
        initial = self.compiled.populations[r.population].initial[r.variable][r.index]
        with self._working(), quietly():
            values = np.array(getattr(found, PREFIX + r.variable)).T.reshape(-1, len(r.index))
        if not len(values):
            values = initial[None]
        values[0] = initial
        steps = np.arange(len(values)) * r.every
        new = steps > self.taken
        return steps[new], values[new]

    def read_state(self, population: int, name: str) -> Array:
        """Return a state of every neuron, float64."""
        if population not in self.cells or name not in self.cells[population].states:
            raise SnnError(f"{self.compiled.populations[population].label}: no state {name!r}")
        if not self.step:
            return self.compiled.populations[population].initial[name].copy()
        with self._working():
            return self.cells[population].get(name)

    def write_state(self, population: int, name: str, values: Array) -> None:
        """Set a state of every neuron."""
        self.read_state(population, name)
        self._require_runtime("states")
        self.cells[population].set(name, values)

    def replace_population(self, compiled: CompiledPopulation) -> None:
        """Take new parameters of a population (states stay), or new spikes of a `SpikeArray`."""
        self._require_runtime("parameters")
        if compiled.index in self.trains:
            self.trains[compiled.index].p = compiled
        else:
            self.cells[compiled.index].take(compiled)

    def write_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a Poisson source in Hz; a stretch begins with the next step."""
        size = self.compiled.populations[population].size
        self.rates[population] = np.array(np.broadcast_to(rate, size), dtype=float)
        self.begin_rate(population, self.rates[population])

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, all events applied, float64."""
        if self.target == STANDALONE and not self.done:
            from snn_brian2.synapses import weights_of

            return weights_of(self.compiled.projections[projection])
        with self._working():
            return self.synapses[projection].read()

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order."""
        self._require_runtime("weights")
        self.synapses[projection].write(weights)

    def learn(self, projection: int, on: bool) -> None:
        """Switch plasticity of a projection from the next step on."""
        self._require_runtime("learning")
        self.synapses[projection].learn(bool(on))

    def _require_runtime(self, what: str) -> None:
        if self.target == STANDALONE:
            raise BrianError(f"{what} cannot be set in standalone code; use target='cython'")

    def set_plasticity_rate(self, projection: int, rate: float) -> None:
        """Refuse: the code has no rate."""
        if rate != 1.0:
            label = self.compiled.projections[projection].label
            raise BrianError(f"{label}: Brian2 has no plasticity rates; use backend='cpu'")

    def close(self) -> None:
        """Remove the folder of standalone code."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def snapshot(self) -> dict[str, Array]:
        """Refuse: what is on its way in Brian2 cannot be handed out."""
        raise BrianError("Brian2 has no checkpoints of ours; use backend='cpu'")

    def restore(self, state: Mapping[str, Array]) -> None:
        """Refuse, as `snapshot`."""
        raise BrianError("Brian2 has no checkpoints of ours; use backend='cpu'")


def _modulator(q: CompiledProjection) -> int | None:
    return next((made.modulator for made in q.rules if made.modulator is not None), None)


def likely_most(mean: float) -> int:
    """Return the count that a Poisson variable exceeds with a probability below 1e-10."""
    k, mass = 0, math.exp(-mean)
    tail = -math.expm1(-mean)
    while tail > 1e-10 or k < 3:
        k += 1
        mass *= mean / k
        tail -= mass
        if k > mean and mass < 1e-13:
            break
    return max(k, 3)
