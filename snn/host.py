"""Schedules on simulators that know nothing of trials: run a phase, act, go on.

Rules and homeostasis that act at the end of a trial act here, between two pieces of the
simulation, by their own functions: exactly what an engine of ours does there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledProjection, CompiledRule
from snn.compiler.endpoints import endpoints
from snn.engine import CompiledSchedule, Presented, unvisited
from snn.errors import Problem, SnnError
from snn.homeostasis import Reduction
from snn.kernels import vectorised
from snn.network import Projection
from snn.plasticity import EventRule
from snn.plasticity.rule import traces_of

Array = NDArray[Any]

CPU = "use backend='cpu'"
TRACES = "follows spikes during a run, and the host acts between trials only"
STATE = "moves a state of neurons, which the simulator keeps to itself during a run"
KEPT = "acts on what the simulator does not hand out during a run"


def host_problems(projection: Projection) -> Iterator[Problem]:
    """Yield the rules that are no event rules and do not act between trials either."""
    for rule in projection.synapse.rules:
        name = f"{projection.label}.{type(rule).__name__}"
        if isinstance(rule, Reduction):
            if traces_of(type(rule)):
                yield Problem(name, "traces", TRACES, CPU)
            if rule.state:
                yield Problem(name, "state", STATE, CPU)
            if rule.trigger != "trial":
                message = f"acts between trials only here; got {rule.trigger!r}"
                yield Problem(name, "trigger", message, f"use trigger='trial', or {CPU}")
        elif not isinstance(rule, EventRule):
            yield Problem(name, "plasticity", KEPT, CPU)


class InPieces(Protocol):
    """What an engine must offer beside `snn.engine.Engine` to be driven from the host."""

    compiled: Compiled
    step: int

    def advance(self, steps: int) -> None:
        """Run so many steps."""

    def begin_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a source for now, Hz; its own come back with `own_rate`."""

    def own_rate(self, population: int) -> Array:
        """Return the rates that a user gave a source."""

    def learns(self, projection: int) -> bool:
        """Say whether a projection learns."""

    def learn(self, projection: int, on: bool) -> None:
        """Switch learning of a projection."""

    def tally(self, population: int) -> Array:
        """Return how many spikes each neuron has fired since step 0."""

    def read_weights(self, projection: int) -> Array:
        """Return one weight per synapse."""

    def write_weights(self, projection: int, weights: Array) -> None:
        """Set one weight per synapse."""


class Replayed:
    """What engines share whose sources are trains drawn ahead (`snn.replay`)."""

    step: int
    trains: Mapping[int, Any]
    rates: dict[int, Any]
    synapses: Any

    def begin_rate(self, population: int, rate: Array) -> None:
        """Set the rates of a source for now."""
        trains = self.trains[population]
        trains.set_rate(np.array(np.broadcast_to(rate, trains.p.size), float), self.step + 1)

    def own_rate(self, population: int) -> Array:
        """Return the rates that a user gave a source."""
        return np.asarray(self.rates[population])

    def learns(self, projection: int) -> bool:
        """Say whether learning is switched on in a projection."""
        return bool(self.synapses[projection].learning)


def present(
    engine: InPieces, schedule: CompiledSchedule, visit: Callable[[int], int] = unvisited
) -> Presented:
    """Run every trial of a schedule, then give its sources their own rates again.

    Raises
    ------
    SnnError
        The schedule sets plasticity rates.
    """
    if getattr(schedule, "plasticity_rates", None) or getattr(schedule, "readouts", None):
        raise SnnError("plasticity rates of a schedule need backend='cpu' or 'reference'")
    sizes = {k: engine.compiled.populations[k].size for k in schedule.count}
    shown = Presented(
        counts={k: np.zeros((schedule.trials, size), np.int64) for k, size in sizes.items()},
        attempts=np.full(schedule.trials, -1, np.int64),
        first_step=np.zeros(schedule.trials, np.int64),
    )
    visitor = _Visitor(engine, visit)
    for trial in range(schedule.trials):
        _trial(engine, schedule, trial, shown, visitor)
        if visitor.left == 0:
            break
    for k in named_sources(schedule):
        engine.begin_rate(k, engine.own_rate(k))
    return shown


class _Visitor:
    """Advances an engine and pays the visits that are due."""

    def __init__(self, engine: InPieces, visit: Callable[[int], int]) -> None:
        self.engine, self.visit = engine, visit
        self.left = visit(engine.step)

    def advance(self, steps: int) -> None:
        end = self.engine.step + steps
        while self.engine.step < end:
            due = min(end - self.engine.step, self.left or steps)
            self.engine.advance(due)
            self.left = self.visit(self.engine.step)


def _trial(
    engine: InPieces, schedule: CompiledSchedule, trial: int, shown: Presented, visitor: _Visitor
) -> None:
    """Show a trial until its repeat condition is content."""
    attempt = 0
    while True:
        shown.attempts[trial] = attempt
        shown.first_step[trial] = engine.step + 1
        counts = _presentation(engine, schedule, trial, attempt, visitor)
        for k in schedule.count:
            shown.counts[k][trial] = counts[k]
        for q in engine.compiled.projections:
            act(engine, q)
        if not _again(schedule, counts, attempt):
            return
        attempt += 1


def _again(schedule: CompiledSchedule, counts: dict[int, Array], attempt: int) -> bool:
    if schedule.repeat is None:
        return False
    population, at_least, _, limit = schedule.repeat
    return bool(counts[population].sum() < at_least) and attempt < limit


def _presentation(
    engine: InPieces, schedule: CompiledSchedule, trial: int, attempt: int, visitor: _Visitor
) -> dict[int, Array]:
    """Run all phases once; return the spikes of each counted population."""
    for projection, switch in schedule.learning.items():
        engine.learn(projection, bool(switch[trial]))
    counted = {*schedule.count, *([schedule.repeat[0]] if schedule.repeat else [])}
    counts = {k: np.zeros(0, np.int64) for k in counted}
    for phase, steps in enumerate(schedule.phase_steps):
        _set_rates(engine, schedule, trial, attempt, phase)
        before = {k: engine.tally(k) for k in counted}
        visitor.advance(int(steps))
        if phase == schedule.count_phase:
            counts = {k: engine.tally(k) - before[k] for k in counted}
    return counts


def _set_rates(
    engine: InPieces, schedule: CompiledSchedule, trial: int, attempt: int, phase: int
) -> None:
    """Give every source that the schedule names its rates of this phase; 0 when not named."""
    gain = 1.0 if schedule.repeat is None else 1.0 + schedule.repeat[2] * attempt
    for k in named_sources(schedule):
        rows = schedule.rates[phase].get(k)
        silent = np.zeros(engine.compiled.populations[k].size)
        rate = silent if rows is None else rows[trial if len(rows) > 1 else 0]
        engine.begin_rate(k, np.asarray(rate * gain))


def named_sources(schedule: CompiledSchedule) -> list[int]:
    """Return the sources whose rates the schedule sets in some phase."""
    return sorted({k for phase in schedule.rates for k in phase})


def act(engine: InPieces, q: CompiledProjection) -> None:
    """Let the reductions of a projection act, in order of declaration."""
    rules = [made for made in q.rules if isinstance(made.rule, Reduction)]
    if not rules or not engine.learns(q.index):
        return
    weights = engine.read_weights(q.index)
    for made in rules:
        weights = reduced(made, q, weights, engine.compiled.dt)
    engine.write_weights(q.index, weights)


def reduced(made: CompiledRule, q: CompiledProjection, weights: Array, dt: float) -> Array:
    """Return the weights after a reduction; sums run in order of the source, then the row."""
    rule: Any = made.rule
    pre, post = endpoints(q)
    group = post if rule.over == "post" else pre
    kernels = {n: (k.arguments, vectorised(k)) for n, k in rule.kernels().items()}
    given = {**made.values, "dt": dt, "w": weights}
    order = np.argsort(pre, kind="stable")
    total = np.zeros(int(group.max(initial=0)) + 1)
    with np.errstate(all="ignore"):
        term = _called(kernels["term"], given)
        np.add.at(total, group[order], np.broadcast_to(term, weights.shape)[order])
        changed = _called(kernels["apply"], {**given, "total": total[group]})
    return np.array(np.broadcast_to(changed, weights.shape), dtype=float)


def _called(kernel: tuple[tuple[str, ...], Callable[..., Any]], given: dict[str, Any]) -> Any:
    arguments, function = kernel
    return function(*(given[a] for a in arguments))[0]
