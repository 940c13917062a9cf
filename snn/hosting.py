"""The host loop: rules that a target lacks, applied between its runs.

The target runs without them; the host reads spikes, lets the same rule change the weights, and
writes them back. For rules that act at the ends of trials and restart their neurons this is
exact. Other rules see spikes in time but deliver their weights a chunk later; results say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn import engine as engines
from snn.compiler import Compiled, CompiledProjection
from snn.engine import CompiledSchedule, Engine, Presented, Recorded, unvisited
from snn.handover import membrane, stripped
from snn.plasticity import TrialRule
from snn.plasticity.trial_rule import arrays_of, call_arguments
from snn.sources import SpikeArray

Array = NDArray[Any]
Spikes = dict[int, tuple[Array, Array]]


class HostLoop:
    """An engine that applies the rules that its target lacks.

    Parameters
    ----------
    target : Engine
        Runs `stripped(compiled, hosted)`.
    compiled : Compiled
        With all rules.
    hosted : sequence of int
        Projections whose rules the host applies.
    chunk : int
        Steps between two applications of rules that do not wait for a trial's end.
    """

    whole_runs = True

    def __init__(
        self, target: Engine, compiled: Compiled, hosted: Sequence[int], chunk: int
    ) -> None:
        self.target, self.compiled, self.chunk = target, compiled, max(chunk, 1)
        own = [compiled.projections[k] for k in hosted]
        self.trials = [HostedTrialRule(q, compiled.dt) for q in own if _is_trial(q)]
        self.events = HostedEvents(compiled, [q for q in own if not _is_trial(q)])
        self.recorded = Recorded()
        self._pending: dict[int, Array] = {}
        self._restarting: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)

    @property
    def step(self) -> int:
        """Number of steps done."""
        return self.target.step

    def advance(self, steps: int) -> None:
        """Run so many steps, chunk by chunk."""
        end = self.step + steps
        while self.step < end:
            count = min(self.chunk, end - self.step) if self.events else end - self.step
            self._go(count)
            self.events.see(self._new(), count)
            self._pending |= self.events.weights()

    def _go(self, steps: int) -> None:
        """Let the target run, with the weights that the host has changed since."""
        for k, values in self._pending.items():
            self.target.write_weights(k, values)
        for k in sorted(self._restarting):
            self._restart(k)
        self._pending, self._restarting = {}, set()
        self.target.advance(steps)

    def _restart(self, population: int) -> None:
        """Put neurons back to their initial states, with nothing on its way to them."""
        if hasattr(self.target, "restart"):
            self.target.restart(population)
            return
        # Where setting a state builds the network anew, that drops what is on its way.
        for name, values in self.compiled.populations[population].initial.items():
            self.target.write_state(population, name, values)

    def _new(self) -> Recorded:
        """Return what the target recorded since the last time, and keep it for the user."""
        new = self.target.take()
        self.recorded = joined(self.recorded, new)
        lag = getattr(self.target, "lag", 0)
        return Recorded(
            spikes={k: (steps + lag, neurons) for k, (steps, neurons) in new.spikes.items()},
            samples={k: (steps + lag, values) for k, (steps, values) in new.samples.items()},
        )

    def present(
        self, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
    ) -> Presented:
        """Run a schedule to its end; rules act when a trial has ended."""
        shown = Presented(
            counts={k: np.zeros((schedule.trials, self.compiled.populations[k].size), np.int64)
                    for k in schedule.count},
            attempts=np.full(schedule.trials, -1, np.int64),
            first_step=np.zeros(schedule.trials, np.int64),
        )  # fmt: skip
        visit(self.step)
        for trial in range(schedule.trials):
            self._trial(schedule, trial, shown)
            if not visit(self.step):
                break
        for k in {k for phase in schedule.rates for k in phase}:
            own = self.compiled.populations[k].rate
            assert own is not None
            self.target.write_rate(k, own)
        return shown

    def _trial(self, schedule: CompiledSchedule, trial: int, shown: Presented) -> None:
        attempt = 0
        while True:
            shown.attempts[trial], shown.first_step[trial] = attempt, self.step + 1
            new, counted = self._presentation(schedule, trial, attempt)
            counts = {k: _counts(new.spikes.get(k), counted, self.compiled.populations[k].size)
                      for k in {*schedule.count, *((schedule.repeat or ())[:1])}}  # fmt: skip
            for k in schedule.count:
                shown.counts[k][trial] = counts[k]
            learning = {k: bool(on[trial]) for k, on in schedule.learning.items()}
            self._end(new, int(schedule.phase_steps.sum()), trial, learning)
            if schedule.repeat is None:
                return
            population, at_least, _, limit = schedule.repeat
            if counts[population].sum() >= at_least or attempt >= limit:
                return
            attempt += 1

    def _presentation(
        self, schedule: CompiledSchedule, trial: int, attempt: int
    ) -> tuple[Recorded, tuple[int, int]]:
        """Run all phases; return what was recorded, and the steps of the counted phase."""
        gain = 1.0 if schedule.repeat is None else 1.0 + schedule.repeat[2] * attempt
        named = sorted({k for phase in schedule.rates for k in phase})
        counted = (0, 0)
        for phase, steps in enumerate(schedule.phase_steps):
            for k in named:
                rows = schedule.rates[phase].get(k)
                size = self.compiled.populations[k].size
                rate = np.zeros(size) if rows is None else rows[trial if len(rows) > 1 else 0]
                self.target.write_rate(k, rate * gain)
            if phase == schedule.count_phase:
                counted = (self.step, self.step + int(steps))
            self._go(int(steps))
        return self._new(), counted

    def _end(self, new: Recorded, steps: int, trial: int, learning: dict[int, bool]) -> None:
        """Let every rule of the host act."""
        first = self.step - steps
        for rule in self.trials:
            if learning.get(rule.q.index, True):
                self._pending[rule.q.index] = rule.end(new, self.compiled, first, trial)
            if rule.rule.restart:
                self._restarting |= {rule.q.pre, rule.q.post}
        if self.events:
            self.events.present(new, steps, learning)
            self._pending |= self.events.weights()

    def take(self) -> Recorded:
        """Return and forget what was recorded."""
        self._new()
        found, self.recorded = self.recorded, Recorded()
        return found

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse in compiled order, of the host where it has the rule."""
        own = self.events.weights() | {rule.q.index: rule.weights() for rule in self.trials}
        return own[projection] if projection in own else self.target.read_weights(projection)

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse, in compiled order, of the target and of the host."""
        for rule in self.trials:
            if rule.q.index == projection:
                rule.w[:] = np.broadcast_to(weights, rule.w.size).reshape(rule.w.shape)
        self.events.write(projection, weights)
        self.target.write_weights(projection, weights)

    def remarks(self) -> list[str]:
        """Return what the user should know: what the host did, and how exact it is."""
        found = list(getattr(self.target, "remarks", list)())
        chunk = self.chunk * self.compiled.dt
        found += [f"{q.label}: its rules ran on the host every {chunk:g} ms; between two of these "
                  "the target kept its weights" for q in self.events.projections]  # fmt: skip
        return found


def _is_trial(q: CompiledProjection) -> bool:
    return any(isinstance(made.rule, TrialRule) for made in q.rules)


def _counts(spikes: tuple[Array, Array] | None, span: tuple[int, int], size: int) -> Array:
    """Return the spikes of each neuron in the steps after the first of `span`."""
    if spikes is None:
        return np.zeros(size, np.int64)
    inside = (spikes[0] > span[0]) & (spikes[0] <= span[1])
    return np.bincount(spikes[1][inside], minlength=size)


class HostedTrialRule:
    """A trial rule of one projection, on the host."""

    def __init__(self, q: CompiledProjection, dt: float) -> None:
        self.q, self.dt = q, dt
        rule: Any = q.rules[0].rule
        self.rule = rule
        start = np.array(np.broadcast_to(q.weight, q.synapses), float)
        self.w = start.reshape(q.pre_size, q.post_size)
        self.arrays = arrays_of(rule, dt, self.w)

    def weights(self) -> Array:
        """Return one weight per synapse, in compiled order."""
        return self.w.ravel().copy()

    def end(self, new: Recorded, compiled: Compiled, first: int, trial: int) -> Array:
        """Let the rule act on a presentation that began after step `first`; return weights."""
        q = self.q
        given: dict[str, Any] = {"trial": trial, "delay": int(q.total_delay), "dt": self.dt,
                                 "w": self.w, **self._peak(new, compiled, first)}  # fmt: skip
        for side, k, start, size in (("pre", q.pre, q.pre_start, q.pre_size),
                                     ("post", q.post, q.post_start, q.post_size)):  # fmt: skip
            steps, neurons = new.spikes[k]
            own = (steps > first) & (neurons >= start) & (neurons < start + size)
            given[f"{side}_steps"] = (steps[own] - first).astype(np.int64)
            given[f"{side}_neurons"] = (neurons[own] - start).astype(np.int64)
        self.rule.function()(*call_arguments(self.rule, given, self.arrays))
        return self.weights()

    def _peak(self, new: Recorded, compiled: Compiled, first: int) -> dict[str, Array]:
        """Return the largest membrane variable of each neuron, and when it was that."""
        variable = membrane(compiled, self.q.post)
        recordings = stripped(compiled, [self.q.index]).recordings
        found = [k for k, r in enumerate(recordings) if r.population == self.q.post
                 and r.variable == variable and len(r.index) == self.q.post_size]  # fmt: skip
        known = next((new.samples[k] for k in found if k in new.samples), None)
        if known is None or not len(known[0]):
            none = np.zeros(self.q.post_size, np.int64)
            return {"peak": np.full(self.q.post_size, -np.inf), "peak_step": none}
        steps, values = known[0][known[0] > first], known[1][known[0] > first]
        at = values.argmax(axis=0)
        return {"peak": values.max(axis=0).astype(float), "peak_step": steps[at] - first}


class HostedEvents:
    """Event rules and reductions: the reference engine, fed with the spikes of the target."""

    def __init__(self, compiled: Compiled, projections: Sequence[CompiledProjection]) -> None:
        self.projections = list(projections)
        self.engine: Any = None
        if projections:
            mirror = replace(
                compiled, drives=(), currents=(), recordings=(), precision="float64",
                populations=tuple(_silent(p) for p in compiled.populations),
                projections=tuple(replace(q, index=k, receptor=0)
                                  for k, q in enumerate(projections)),
            )  # fmt: skip
            self.mirror = mirror
            self.engine = engines.backend("reference").prepare(mirror)

    def __bool__(self) -> bool:
        return bool(self.projections)

    def see(self, new: Recorded, steps: int) -> None:
        """Let the rules see some steps."""
        if self:
            self._replay(new)
            self.engine.advance(steps)

    def present(self, new: Recorded, steps: int, learning: dict[int, bool]) -> None:
        """Let the rules see a presentation, and act at its end."""
        self._replay(new)
        on = {k: np.array([learning.get(q.index, True)]) for k, q in enumerate(self.projections)}
        self.engine.present(CompiledSchedule(
            trials=1, phase_steps=np.array([steps]), rates=({},), learning=on, count=(),
            count_phase=0,
        ))  # fmt: skip

    def _replay(self, new: Recorded) -> None:
        for k, (steps, neurons) in new.spikes.items():
            source = self.mirror.populations[k]
            self.engine.replace_population(
                replace(source, spike_steps=steps, spike_index=neurons.astype(np.int32))
            )

    def weights(self) -> dict[int, Array]:
        """Return the weights of every projection of the host."""
        return {q.index: self.engine.read_weights(k) for k, q in enumerate(self.projections)}

    def write(self, projection: int, weights: Array) -> None:
        """Set the weights of a projection, where the host has it."""
        for k, q in enumerate(self.projections):
            if q.index == projection:
                self.engine.write_weights(k, weights)


def _silent(p: Any) -> Any:
    """Return a population as a source of given spikes, none yet."""
    none = np.zeros(0, np.int64)
    return replace(p, model=SpikeArray(times=[[]] * p.size), plan=None, rate=None,
                   spike_steps=none, spike_index=none.astype(np.int32))  # fmt: skip


def joined(one: Recorded, other: Recorded) -> Recorded:
    """Return two recordings, one after the other."""
    spikes, samples = dict(one.spikes), dict(one.samples)
    for k, parts in other.spikes.items():
        spikes[k] = _after(spikes[k], parts) if k in spikes else parts
    for k, parts in other.samples.items():
        samples[k] = _after(samples[k], parts) if k in samples else parts
    return Recorded(spikes=spikes, samples=samples)


def _after(one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
