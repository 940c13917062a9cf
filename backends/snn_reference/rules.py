"""Learning rules, spike by spike (docs/numerics.md, sections 5 and 8)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from snn.compiler import CompiledRule
from snn.plasticity.rule import Trace, traces_of
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
    """An event rule on one projection: its constants and the traces of both sides.

    Parameters
    ----------
    compiled : CompiledRule
    real : type
    dt : float, ms
    sizes : (int, int)
        Number of neurons of the source and of the target population.
    reach : int
        Longest delay of the projection, in steps.
    """

    def __init__(
        self, compiled: CompiledRule, real: Real, dt: float, sizes: tuple[int, int], reach: int
    ) -> None:
        self.compiled, self.real, self.dt, self.reach = compiled, real, dt, reach
        kind = type(compiled.rule)
        self.constants = constants_of(compiled, real, dt)
        self.kernels = {name: Function(k, real) for name, k in compiled.rule.kernels().items()}
        self.declared = traces_of(kind)
        sides = {"pre": sizes[0], "post": sizes[1]}
        self.traces = {
            name: [self._trace(trace) for _ in range(sides[trace.side])]
            for name, trace in self.declared.items()
        }

    def _trace(self, trace: Trace) -> TraceHistory:
        return TraceHistory(
            self.real(self._number(trace.initial)), self.real(self._number(trace.increment)),
            self._number(trace.tau), self.dt, trace.nearest, self.reach,
        )  # fmt: skip

    def _number(self, value: float | str) -> float:
        """Return a number that may be given as the name of a parameter."""
        return self.compiled.values[value] if isinstance(value, str) else value

    def read(self, step: int, source: int, target: int, delay: int) -> dict[str, Any]:
        """Return the traces that a synapse reads at a step, the post ones `delay` steps late."""
        return {
            name: self.traces[name][source].read(step) if trace.side == "pre"
            else self.traces[name][target].read(step - delay)
            for name, trace in self.declared.items()
        }  # fmt: skip

    def on(self, event: str, weight: Any, traces: Mapping[str, Any]) -> Any:
        """Return the weight after an event."""
        if event not in self.kernels:
            return weight
        return self.kernels[event]({**self.constants, **traces, "w": weight})[0]

    def add(self, step: int, pre: Sequence[int], post: Sequence[int]) -> None:
        """Add the spikes stamped `step` to the traces."""
        spikes = {"pre": pre, "post": post}
        for name, trace in self.declared.items():
            for neuron in spikes[trace.side]:
                self.traces[name][neuron].add(step)


def constants_of(compiled: CompiledRule, real: Real, dt: float) -> dict[str, Any]:
    """Return the constants that a rule's kernels read, in the state type."""
    return {name: real(value) for name, value in (compiled.values | {"dt": dt}).items()}


def scaled(
    compiled: CompiledRule, weights: Array, group: Sequence[int], real: Real, dt: float
) -> None:
    """Apply a reduction to the synapses of one row or column, in place."""
    constants = constants_of(compiled, real, dt)
    kernels = {k: Function(v, real) for k, v in compiled.rule.kernels().items()}
    total = real(0)
    for synapse in group:
        total = total + kernels["term"]({**constants, "w": weights[synapse]})[0]
    for synapse in group:
        given = {**constants, "w": weights[synapse], "total": total}
        weights[synapse] = kernels["apply"](given)[0]
