"""What NEST still owes to the weights of learning synapses.

NEST's synapses change their weight when a presynaptic spike is delivered. Potentiation by the post
spikes since then, and all that pre spikes of the present slice do, come later. A weight that a user
reads contains every event up to the current step, so these events are replayed here, on the rule's
own functions, from the spikes of both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.kernels import vectorised
from snn.plasticity.rule import EventRule, Trace, traces_of

Array = NDArray[Any]
FAR = np.int64(1) << 40


@dataclass
class History:
    """Spikes of one side, sorted by neuron, then step, and its traces after each of them.

    Every neuron begins with an entry at step 0, where its traces have their initial values.
    """

    neurons: Array
    steps: Array
    traces: dict[str, Array]

    @property
    def keys(self) -> Array:
        """Numbers that sort as the spikes do."""
        return self.neurons * FAR + self.steps

    def before(self, neurons: Array, steps: Array) -> Array:
        """Return how many entries there are up to those of a neuron before a step."""
        return np.searchsorted(self.keys, neurons * FAR + steps, side="left")

    def upto(self, neurons: Array, steps: Array) -> Array:
        """Return how many entries there are up to those of a neuron at a step."""
        return np.searchsorted(self.keys, neurons * FAR + steps, side="right")


class Side:
    """The spikes of one side of a projection and the traces that its rule declares on them."""

    def __init__(self, size: int, traces: Mapping[str, Trace], rule: Any, dt: float) -> None:
        numbers = rule.numbers()
        self.tau = {n: numbers[t.tau] / dt for n, t in traces.items()}
        self.traces = traces
        self.plus = {n: _number(t.increment, numbers) for n, t in traces.items()}
        start = {n: np.full(size, _number(t.initial, numbers)) for n, t in traces.items()}
        neurons = np.arange(size, dtype=np.int64)
        self.history = History(neurons, np.zeros(size, np.int64), start)

    def add(self, steps: Array, neurons: Array) -> None:
        """Append spikes, all later than those that are there."""
        order = np.lexsort((steps, neurons))
        at, now = neurons[order].astype(np.int64), steps[order].astype(np.int64)
        last = self.history.upto(at, np.full(len(at), FAR - 1)) - 1
        traces = {n: self._grown(n, at, now, last) for n in self.traces}
        self.history = _merged(self.history, History(at, now, traces))

    def _grown(self, name: str, at: Array, now: Array, last: Array) -> Array:
        """Return a trace after each of the spikes, which are sorted by neuron, then step."""
        if self.traces[name].nearest:
            return np.full(len(now), self.plus[name])
        h, made, rank = self.history, np.empty(len(now)), _rank(at)
        for k in range(int(rank.max(initial=-1)) + 1):
            own = np.flatnonzero(rank == k)
            before = (made[own - 1], now[own - 1]) if k else (h.traces[name][last[own]],
                                                             h.steps[last[own]])  # fmt: skip
            decay = np.exp(-(now[own] - before[1]) / self.tau[name])
            made[own] = before[0] * decay + self.plus[name]
        return made

    def read(self, name: str, neurons: Array, steps: Array) -> Array:
        """Return a trace as it is read at a step: without spikes stamped then or later."""
        steps = np.maximum(steps, 0)
        h, last = self.history, self.history.before(neurons, np.maximum(steps, 1)) - 1
        return np.asarray(h.traces[name][last] * np.exp(-(steps - h.steps[last]) / self.tau[name]))

    def forget(self, before: int) -> None:
        """Drop what is older than a step, but for the last entry of each neuron."""
        h = self.history
        last = h.before(h.neurons, np.full(len(h.neurons), before)) - 1
        keep = np.arange(len(h.neurons)) >= last
        self.history = History(h.neurons[keep], h.steps[keep],
                               {n: v[keep] for n, v in h.traces.items()})  # fmt: skip


class Pending:
    """The events of a projection that NEST has not applied yet.

    Parameters
    ----------
    q : CompiledProjection
    sizes : (int, int)
        Number of neurons of the source and of the target population.
    pre, post : (synapses,) int64
    delay : (synapses,) int64, steps
    dt : float, ms
    """

    def __init__(
        self, q: CompiledProjection, sizes: tuple[int, int], pre: Array, post: Array,
        delay: Array, dt: float,
    ) -> None:  # fmt: skip
        self.rule: Any = next(r.rule for r in q.rules if isinstance(r.rule, EventRule))
        self.pre, self.post, self.delay = pre, post, delay
        self.kernels = {n: (k.arguments, vectorised(k)) for n, k in self.rule.kernels().items()}
        traces = traces_of(type(self.rule))
        sides = [{n: t for n, t in traces.items() if t.side == side} for side in ("pre", "post")]
        self.sides = [Side(n, own, self.rule, dt) for n, own in zip(sizes, sides, strict=True)]
        self.numbers = self.rule.numbers()
        self.still = False

    def see(self, pre: tuple[Array, Array], post: tuple[Array, Array], delivered: int) -> None:
        """Take note of spikes, (steps, neurons) sorted by step; forget what NEST has applied.

        Parameters
        ----------
        pre, post
        delivered : int
            Last step whose pre spikes NEST has delivered.
        """
        for side, spikes in zip(self.sides, (pre, post), strict=True):
            side.add(*spikes)
        self.sides[0].forget(delivered + 1)
        # A source that never fired has no trace, so what came meanwhile changes nothing.
        fired = self.sides[0].history.steps
        oldest = fired[fired > 0].min(initial=delivered)
        self.sides[1].forget(int(oldest - self.delay.max(initial=0)))

    def applied(self, weights: Array, now: int, delivered: int) -> Array:
        """Return weights with every event up to `now`, given those with what was delivered.

        Parameters
        ----------
        weights : (synapses,) float64
            In our unit.
        now, delivered : int, steps
        """
        if self.still or "on_post" not in self.kernels:
            return weights
        made, h = weights.copy(), self.sides[0].history
        first = h.upto(self.pre, np.full(len(self.pre), delivered))
        last = h.upto(self.pre, np.full(len(self.pre), now))
        begin = h.steps[first - 1]
        with np.errstate(all="ignore"):
            for k in range(int((last - first).max(initial=0)) + 1):
                spike = first + k
                fires = spike < last
                end = np.where(fires, h.steps[np.minimum(spike, len(h.steps) - 1)], now)
                made = self._post(made, begin, end)
                made = self._pre(made, np.flatnonzero(fires), end)
                begin = end
        return made

    def any(self, now: int, delivered: int) -> Array:
        """Say for each synapse whether something is pending."""
        marks = np.ones(len(self.pre))
        h = self.sides[0].history
        first = h.upto(self.pre, np.full(len(self.pre), delivered))
        fires = h.upto(self.pre, np.full(len(self.pre), now)) > first
        posts = self._window(h.steps[first - 1], np.full(len(marks), now))
        return np.asarray(fires | (posts[1] > posts[0]))

    def _window(self, begin: Array, end: Array) -> tuple[Array, Array]:
        """Return the entries of the post spikes that a synapse sees in (begin, end]."""
        h = self.sides[1].history
        # The entry at step 0 is no spike.
        low = h.upto(self.post, np.maximum(begin - self.delay, 0))
        return low, h.upto(self.post, np.maximum(end - self.delay, 0))

    def _post(self, weights: Array, begin: Array, end: Array) -> Array:
        low, high = self._window(begin, end)
        for k in range(int((high - low).max(initial=0))):
            chosen = np.flatnonzero(low + k < high)
            stamped = self.sides[1].history.steps[low[chosen] + k]
            weights = self._change("on_post", weights, chosen, stamped + self.delay[chosen])
        return weights

    def _pre(self, weights: Array, chosen: Array, end: Array) -> Array:
        return self._change("on_pre", weights, chosen, end[chosen])

    def _change(self, event: str, weights: Array, chosen: Array, steps: Array) -> Array:
        """Let the rule act on some synapses at their steps."""
        if not len(chosen):
            return weights
        arguments, kernel = self.kernels[event]
        pre, post = self.sides
        late = steps - self.delay[chosen]
        given = {**self.numbers, "w": weights[chosen]}
        given |= {n: pre.read(n, self.pre[chosen], steps) for n in pre.traces if n in arguments}
        given |= {n: post.read(n, self.post[chosen], late) for n in post.traces if n in arguments}
        changed = weights.copy()
        changed[chosen] = kernel(*(given[a] for a in arguments))[0]
        return changed

    def inverse(self, wanted: Array, now: int, delivered: int) -> Array:
        """Return the weights from which the pending events lead to `wanted`.

        Raises
        ------
        ValueError
            Some can not be reached; says how many.
        """
        owing = self.any(now, delivered) & ~np.full(len(wanted), self.still)
        if not owing.any():
            return wanted
        low, high = np.zeros_like(wanted), np.full_like(wanted, self.numbers["w_max"])
        for _ in range(100):
            middle = 0.5 * (low + high)
            below = self.applied(middle, now, delivered) < wanted
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        made = np.where(owing, high, wanted)
        missed = np.abs(self.applied(made, now, delivered) - wanted) > 1e-9 * self.numbers["w_max"]
        if missed.any():
            raise ValueError(f"{int(missed.sum())} synapses")
        return np.asarray(made)


def _number(value: float | str, numbers: Mapping[str, float]) -> float:
    return numbers[value] if isinstance(value, str) else value


def _rank(neurons: Array) -> Array:
    """Return how many earlier entries of a sorted array have the same number."""
    return np.arange(len(neurons)) - np.searchsorted(neurons, neurons, side="left")


def _merged(a: History, b: History) -> History:
    """Return both histories as one."""
    neurons, steps = np.concatenate([a.neurons, b.neurons]), np.concatenate([a.steps, b.steps])
    order = np.lexsort((steps, neurons))
    traces = {n: np.concatenate([a.traces[n], b.traces[n]])[order] for n in a.traces}
    return History(neurons[order], steps[order], traces)
