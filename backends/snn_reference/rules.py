"""Learning rules, spike by spike (docs/numerics.md, sections 5 and 8)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledRule
from snn.plasticity.rule import Trace, post_states_of, traces_of, variables_of
from snn.random import philox
from snn_reference.kernels import Function, Real

Array = NDArray[Any]


class TraceHistory:
    """A trace of one neuron: its value after each of the latest spikes.

    Parameters
    ----------
    initial, increment : float of the state type
    tau, dt : float, ms
    nearest : bool
    reach : int
        It is read at most so many steps late.
    """

    def __init__(
        self, initial: Any, increment: Any, tau: float, dt: float, nearest: bool, reach: int
    ) -> None:
        self.increment, self.tau, self.dt = increment, tau, dt
        self.nearest, self.reach = nearest, reach
        self.steps, self.values = [0], [initial]

    def read(self, step: int) -> Any:
        """Return the trace at a step; only spikes stamped before it count."""
        last = len(self.steps) - 1
        while last > 0 and self.steps[last] >= step:
            last -= 1
        return self._decayed(last, max(step, 0))

    def now(self, step: int) -> Any:
        """Return the trace at the end of a step, with the spikes stamped then."""
        return self._decayed(-1, step)

    def add(self, step: int) -> None:
        """Add a spike stamped `step`."""
        before = self._decayed(-1, step)
        self.values.append(self.increment if self.nearest else before + self.increment)
        self.steps.append(step)
        while len(self.steps) > 1 and self.steps[1] < step - self.reach:
            del self.steps[0], self.values[0]

    def _decayed(self, at: int, step: int) -> Any:
        value = self.values[at]
        return value * type(value)(math.exp(-((step - self.steps[at]) * self.dt) / self.tau))


class EventLearning:
    """An event rule on one projection: its constants, traces and synapse variables.

    Parameters
    ----------
    compiled : CompiledRule
    real : type
    dt : float, ms
    sizes : (int, int)
        Number of neurons of the source and of the target population.
    synapses : int
    reach : int
        Longest delay of the projection, in steps.
    """

    def __init__(
        self, compiled: CompiledRule, real: Real, dt: float, sizes: tuple[int, int],
        synapses: int, reach: int,
    ) -> None:  # fmt: skip
        self.compiled, self.real, self.dt, self.reach = compiled, real, dt, reach
        self.rule: Any = compiled.rule
        kind = type(compiled.rule)
        self.constants = constants_of(compiled, real, dt)
        self.kernels = {name: Function(k, real) for name, k in compiled.rule.kernels().items()}
        self.declared = traces_of(kind)
        sides = {"pre": sizes[0], "post": sizes[1], "reward": 1}
        self.traces = {
            name: trace_histories(compiled, trace, real, dt, reach, sides[trace.side])
            for name, trace in self.declared.items()
        }
        self.variables = {
            name: compiled.initial(variable.initial, synapses).astype(real)
            for name, variable in variables_of(kind).items()
        }
        self.states = post_states_of(kind)
        self.latest = np.zeros(synapses, dtype=np.int64)

    def read(self, step: int, source: int, target: int, delay: int) -> dict[str, Any]:
        """Return the traces that a synapse reads at a step, the post ones `delay` steps late."""
        where = {"pre": (source, step), "post": (target, step - delay), "reward": (0, step)}
        return {
            name: self.traces[name][where[trace.side][0]].read(where[trace.side][1])
            for name, trace in self.declared.items()
        }

    def on(
        self, event: str, weight: Any, synapse: int, traces: Mapping[str, Any],
        states: Mapping[str, Any], step: int, counter: tuple[int, int, int] = (0, 0, 0),
    ) -> tuple[Any, Any]:  # fmt: skip
        """Return the weight after an event, and the share of it that a spike delivers.

        `counter` is source, target and how many spikes passed between them in this step.
        """
        given = {
            **self.constants, **own_of(self.compiled, self.real, synapse, *counter[:2]),
            **traces, "w": weight,
            **{name: values[synapse] for name, values in self.variables.items()},
            **{name: states[state] for name, state in self.states.items() if state in states},
            "elapsed": self.real((step - self.latest[synapse]) * self.dt),
        }  # fmt: skip
        if "uniform" in self.kernels[event].arguments:
            given["uniform"] = self.real(uniform(step, counter, self.compiled.key))
        weight, *others = self.kernels[event](given)
        for values, new in zip(self.variables.values(), others, strict=False):
            values[synapse] = new
        delivers = event == "on_pre" and self.rule.delivers
        return weight, self.real(others[-1]) if delivers else self.real(1)

    def add(self, step: int, spikes: Mapping[str, Sequence[int]]) -> None:
        """Add the spikes stamped `step` to the traces."""
        for name, trace in self.declared.items():
            for neuron in spikes[trace.side]:
                self.traces[name][neuron].add(step)


def trace_histories(
    compiled: CompiledRule, trace: Trace, real: Real, dt: float, reach: int, size: int
) -> list[TraceHistory]:
    """Return a declared trace of each neuron, before its first spike."""
    each = (compiled.initial(x, size) for x in (trace.initial, trace.increment, trace.tau))
    return [TraceHistory(real(initial), real(increment), float(tau), dt, trace.nearest, reach)
            for initial, increment, tau in zip(*each, strict=True)]  # fmt: skip


def own_of(
    compiled: CompiledRule, real: Real, synapse: int, source: int, target: int
) -> dict[str, Any]:
    """Return the parameters that belong to a synapse or to its neurons."""
    at = {"synapse": synapse, "pre": source, "post": target}
    return {name: real(x[at[compiled.per[name]]]) for name, x in compiled.arrays.items()}


def moved(old: Any, new: Any, rate: Any) -> Any:
    """Return a weight on its way from old to new, as far as the plasticity rate lets it."""
    return new if rate == 1 else old + rate * (new - old)


def uniform(step: int, counter: tuple[int, int, int], key: int) -> float:
    """Return the random number of one spike at one synapse."""
    source, target, turn = counter
    words = philox((source, target, step % 2**32, (step >> 32) * 2**16 + turn), key)
    return (words[0] >> 8) * 2.0**-24


def constants_of(compiled: CompiledRule, real: Real, dt: float) -> dict[str, Any]:
    """Return the constants that a rule's kernels read, in the state type."""
    return {name: real(value) for name, value in {**compiled.values, "dt": dt}.items()}


class Scaling:
    """A reduction on one projection: its traces, and when it last acted on each neuron.

    Parameters
    ----------
    size : int
        Number of neurons that have a row or column.
    """

    def __init__(self, compiled: CompiledRule, real: Real, dt: float, size: int) -> None:
        self.compiled, self.real, self.dt = compiled, real, dt
        self.rule: Any = compiled.rule
        self.constants = constants_of(compiled, real, dt)
        self.kernels = {name: Function(k, real) for name, k in compiled.rule.kernels().items()}
        self.traces = {
            name: trace_histories(compiled, trace, real, dt, 0, size)
            for name, trace in traces_of(type(compiled.rule)).items()
        }
        self.acted, self.spikes = np.zeros((2, size), np.int64)

    def due(self, step: int, fired: Sequence[int]) -> list[int]:
        """Return the neurons whose weights are scaled at the end of a step, ascending."""
        if self.compiled.every == 0 or step % self.compiled.every:
            return []
        return sorted(set(fired)) if self.rule.trigger == "spike" else [*range(len(self.acted))]

    def add(self, step: int, fired: Sequence[int]) -> None:
        """Add the spikes stamped `step` to the traces."""
        for traces in self.traces.values():
            for neuron in fired:
                traces[neuron].add(step)
        for neuron in fired:
            self.spikes[neuron] += 1

    def act(
        self, step: int, neuron: int, weights: Array, group: Sequence[tuple[int, int]],
        learning: bool, rate: Any,
    ) -> None:  # fmt: skip
        """Scale the weights of one row or column, in place.

        Parameters
        ----------
        group : sequence of (int, int)
            The neuron at the other side, and the synapse.
        """
        given = self._read(step, neuron) | {"total": self.real(0)}
        if not learning:
            return
        for other, synapse in group if "term" in self.kernels else ():
            own = self._own(neuron, other, synapse, weights)
            given["total"] = given["total"] + self.kernels["term"](given | own)[0]
        for other, synapse in group:
            own = self._own(neuron, other, synapse, weights)
            new = self.kernels["apply"](given | own)[0]
            weights[synapse] = moved(weights[synapse], new, rate)

    def move(self, step: int, neuron: int, values: Array, learning: bool, rate: Any) -> None:
        """Move the state of one neuron that the rule acts on, in place."""
        given = self._read(step, neuron) | own_of(self.compiled, self.real, 0, 0, neuron)
        if learning:
            old = self.real(values[neuron])
            new = self.kernels["apply"](given | {self.rule.state: old})[0]
            values[neuron] = moved(old, new, self.real(rate))

    def _read(self, step: int, neuron: int) -> dict[str, Any]:
        """Return what a neuron's action reads besides weights; the next one counts from here."""
        elapsed = self.real((step - self.acted[neuron]) * self.dt)
        traces = {name: each[neuron].now(step) for name, each in self.traces.items()}
        spikes = self.real(self.spikes[neuron])
        self.acted[neuron], self.spikes[neuron] = step, 0
        return {**self.constants, **traces, "elapsed": elapsed, "spikes": spikes}

    def _own(self, neuron: int, other: int, synapse: int, weights: Array) -> dict[str, Any]:
        """Return the weight of a synapse and the parameters of its own."""
        ends = (other, neuron) if self.rule.over == "post" else (neuron, other)
        return {"w": weights[synapse], **own_of(self.compiled, self.real, synapse, *ends)}
