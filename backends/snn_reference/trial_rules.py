"""Trial rules, called as the plain Python they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection, CompiledRule
from snn.plasticity.trial_rule import TrialRule, arrays_of, call_arguments, seen_above
from snn_reference.cells import Cells

if TYPE_CHECKING:
    from snn_reference.engine import ReferenceEngine
    from snn_reference.synapses import Synapses

Array = NDArray[Any]


class TrialLearning:
    """A trial rule on one projection: its arrays, the spikes and peaks of the presentation."""

    def __init__(self, made: CompiledRule, compiled: CompiledProjection, dt: float) -> None:
        self.rule: Any = made.rule
        self.compiled, self.dt = compiled, dt
        self.shape = compiled.pre_size, compiled.post_size
        weights = np.array(np.broadcast_to(compiled.weight, compiled.synapses), float)
        self.arrays = arrays_of(self.rule, dt, weights.reshape(self.shape))
        self.above: dict[str, Array] = {}
        self.begin()

    def begin(self) -> None:
        """Forget the presentation."""
        self.steps, self.spikes = 0, {"pre": ([], []), "post": ([], [])}
        self.peak = np.full(self.shape[1], -np.inf)
        self.peak_step = np.zeros(self.shape[1], np.int64)

    def see(self, engine: ReferenceEngine, spikes: list[list[int]]) -> None:
        """Take note of one step."""
        self.steps += 1
        q = self.compiled
        for side, population, first, size in (
            ("pre", q.pre, q.pre_start, q.pre_size), ("post", q.post, q.post_start, q.post_size),
        ):  # fmt: skip
            for neuron in spikes[population]:
                if first <= neuron < first + size:
                    self.spikes[side][0].append(self.steps)
                    self.spikes[side][1].append(neuron - first)
        cells = engine.cells(q.post)
        membrane = engine.compiled.populations[q.post].model.membrane  # type: ignore[union-attr]
        now = cells.states[membrane][q.post_start : q.post_start + q.post_size]
        higher = now > self.peak
        self.peak[higher], self.peak_step[higher] = now[higher], self.steps

    def end(self, engine: ReferenceEngine, synapses: Synapses, trial: int) -> None:
        """Let the rule act."""
        given = {"trial": trial, "delay": int(self.compiled.total_delay), "dt": self.dt,
                 "w": synapses.weights.reshape(self.shape),
                 "peak": self.peak, "peak_step": self.peak_step}  # fmt: skip
        for side, (steps, neurons) in self.spikes.items():
            given |= {f"{side}_steps": np.array(steps, np.int64),
                      f"{side}_neurons": np.array(neurons, np.int64)}  # fmt: skip
        before = synapses.weights.copy()
        if synapses.learning:
            self.rule.function()(*call_arguments(self.rule, given, self.arrays | self.above))
        if synapses.rate != 1:
            synapses.weights[:] = before + synapses.rate * (synapses.weights - before)
        if self.rule.restart:
            restart(engine, {self.compiled.pre, self.compiled.post})
        self.begin()


def learning(synapses: list[Synapses], dt: float) -> list[tuple[Synapses, TrialLearning]]:
    """Return every trial rule with its projection, in order of declaration."""
    found = {(s.compiled.index, k): (s, TrialLearning(made, s.compiled, dt))
             for s in synapses for k, made in enumerate(s.compiled.rules)
             if isinstance(made.rule, TrialRule)}  # fmt: skip
    for (_, k), (s, rule) in found.items():
        above = s.compiled.rules[k].above
        rule.above = seen_above(found[above][1].arrays) if above else {}
    return list(found.values())


def restart(engine: ReferenceEngine, populations: set[int]) -> None:
    """Put neurons back to their initial states and drop what is on its way to them."""
    for index in populations:
        member = engine.populations[index]
        if isinstance(member, Cells):
            for name, values in member.states.items():
                values[:] = engine.compiled.populations[index].initial[name]
            member.refractory[:] = 0
    for synapses in engine.synapses:
        if synapses.compiled.post in populations:
            synapses.axon = [[] for _ in synapses.axon]
    for step, events in engine.calendar.items():
        engine.calendar[step] = [event for event in events if event[0][0] not in populations]
