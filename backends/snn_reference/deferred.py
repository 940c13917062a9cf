"""Synapses whose rule acts at presynaptic spikes only (`snn.compiler.deferred`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.compiler.deferred import CompiledDeferred
from snn_reference.synapses import Delivery, Synapses

Array = NDArray[Any]

LARGEST_CELL = 0xFFFF


@dataclass
class Event:
    """A spike of one side, or of the modulator, and the traces after it."""

    tick: int
    traces: dict[str, int]
    reward: bool = False


class DeferredSynapses(Synapses):
    """Weights, delays and the deferred rule of one projection.

    Parameters
    ----------
    compiled : CompiledProjection
    dt : float, ms
    sizes : (int, int)
        Number of neurons of the source and of the target population.
    lag : int
        Step n has tick n - lag.
    """

    def __init__(
        self, compiled: CompiledProjection, dt: float, sizes: tuple[int, int], lag: int
    ) -> None:
        assert compiled.deferred is not None
        super().__init__(replace(compiled, rules=()), int, dt, sizes)
        self.rule, self.lag = compiled.deferred, lag
        self.last = [Event(0, dict.fromkeys(self.rule.pre, 0)) for _ in range(sizes[0])]
        self.history: list[list[Event]] = [[] for _ in range(sizes[1])]
        self.dropped, self.forgotten, self.wrapped = [0] * sizes[1], 0, 0
        self.own: list[int] = []

    def step(
        self, step: int, pre: Sequence[int], post: Sequence[int], reward: Sequence[int] = (),
        states: Mapping[str, Array] | None = None,
    ) -> Iterator[Delivery]:  # fmt: skip
        """Remember the post spikes of a step, then act on its pre spikes."""
        tick = step - self.lag
        for target in post:
            self._remember(target, tick)
        for source in pre:
            yield from self._pre_spike(source, step, tick)

    def _remember(self, target: int, tick: int, kernel: str = "post_trace") -> None:
        history = self.history[target]
        before = history[-1] if history else Event(0, dict.fromkeys(self.rule.post, 0))
        traces = self._traces(kernel, self.rule.post, before, tick)
        history.append(Event(tick, traces, kernel == "reward_trace"))
        if len(history) > self.rule.history:
            self.dropped[target] = history.pop(0).tick

    def _pre_spike(self, source: int, step: int, tick: int) -> Iterator[Delivery]:
        before = self.last[source]
        now = Event(tick, self._traces("pre_trace", self.rule.pre, before, tick))
        for target, synapse in self.rows[source]:
            if self.learning:
                self._update(synapse, target, before, now)
            address = (self.compiled.post, self.compiled.receptor, target)
            yield step + int(self.delays[synapse]), address, self.weights[synapse]
        self.last[source] = now

    def _traces(
        self, kernel: str, names: Sequence[str], before: Event, tick: int
    ) -> dict[str, int]:
        """Return the traces of a side after a spike."""
        if not names:
            return {}
        given = {**before.traces, "last": before.tick,
                 **self._looked_up(kernel, "since", tick - before.tick)}  # fmt: skip
        found = self._call(kernel, given)
        return dict(zip(names, found if isinstance(found, tuple) else (found,), strict=True))

    def _update(self, synapse: int, target: int, before: Event, now: Event) -> None:
        """Bring the stored weight up to all that happened since the last pre spike."""
        delay = int(self.delays[synapse])
        known = [p for p in self.history[target] if p.tick <= max(now.tick - delay, 0)]
        first = max(before.tick - delay, 0)
        self.forgotten += first < self.dropped[target] <= now.tick - delay
        w, last = int(self.weights[synapse]) << self.rule.shift, 0
        for p in known:
            if p.tick > first:
                w = self._on_post(w, p, delay, before, last)
            last = p.tick
        if known:
            w = self._on_pre(w, known[-1], delay, before, now)
        self._store(synapse, w)

    def _store(self, synapse: int, w: int) -> None:
        """Keep the 16 bits of a weight, and count those that had more."""
        raw = w >> self.rule.shift
        self.weights[synapse] = raw & LARGEST_CELL
        self.wrapped += raw != raw & LARGEST_CELL

    def _on_post(self, w: int, p: Event, delay: int, before: Event, last: int) -> int:
        since = p.tick + delay - before.tick
        given = {
            "w": w,
            **before.traces,
            **p.traces,
            "since_pre": since,
            "since_post": p.tick + delay - last,
            **self._looked_up("on_post", "pre", since),
        }
        return int(self._call("on_post", given))

    def _on_pre(self, w: int, p: Event, delay: int, before: Event, now: Event) -> int:
        news = {f"new_{name}": value for name, value in now.traces.items()}
        late = self._looked_up("on_pre", "post", now.tick - delay - p.tick)
        return int(self._call("on_pre", {"w": w, **before.traces, **news, **p.traces, **late}))

    def _looked_up(self, kernel: str, suffix: str, ticks: int) -> dict[str, int]:
        return {f"{name}_{suffix}": _entry(self.rule, name, ticks)
                for name in self.rule.lookups(kernel, suffix)}  # fmt: skip

    def _call(self, name: str, given: Mapping[str, int]) -> Any:
        kernel, values = self.rule.kernels[name], {**self.rule.numbers, **given}
        return kernel(*(values[a] for a in kernel.arguments))


def _entry(rule: CompiledDeferred, name: str, ticks: int) -> int:
    table = rule.tables[name]
    return int(table[ticks]) if 0 <= ticks < len(table) else 0


def events_of(synapses: DeferredSynapses) -> dict[str, Any]:
    """Return the spikes that are remembered, as lists for a snapshot."""
    pre = [[e.tick, *e.traces.values()] for e in synapses.last]
    post = [[i, int(e.reward), e.tick, *e.traces.values()]
            for i, h in enumerate(synapses.history) for e in h]  # fmt: skip
    return {"deferred_pre": pre, "deferred_post": post, "deferred_own": synapses.own}


def restore_events(synapses: DeferredSynapses, pre: Array, post: Array, own: Array) -> None:
    """Put back what `events_of` returned."""
    names, synapses.own = synapses.rule, own.tolist()
    synapses.last = [_event(row, names.pre) for row in pre]
    for history in synapses.history:
        history.clear()
    for row in post:
        synapses.history[int(row[0])].append(_event(row[2:], names.post, bool(row[1])))


def _event(row: Array, names: Sequence[str], reward: bool = False) -> Event:
    return Event(int(row[0]), dict(zip(names, map(int, row[1:]), strict=True)), reward)
