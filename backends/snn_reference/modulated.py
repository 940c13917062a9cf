"""Deferred synapses with an eligibility and a neuromodulator (`snn.compiler.deferred`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.compiler.deferred import CompiledModulated
from snn_reference.deferred import LARGEST_CELL, DeferredSynapses, Event
from snn_reference.synapses import Delivery

Array = NDArray[Any]


class ModulatedSynapses(DeferredSynapses):
    """Weights, eligibilities and the modulated rule of one projection; see `DeferredSynapses`."""

    def __init__(
        self, compiled: CompiledProjection, dt: float, sizes: tuple[int, int], lag: int
    ) -> None:
        super().__init__(compiled, dt, sizes, lag)
        self.own = [0] * len(self.weights)

    def step(
        self, step: int, pre: Sequence[int], post: Sequence[int], reward: Sequence[int] = (),
        states: Mapping[str, Array] | None = None,
    ) -> Iterator[Delivery]:  # fmt: skip
        """Remember post spikes, then rewards before or after acting on the pre spikes."""
        assert isinstance(self.rule, CompiledModulated)
        if self.rule.reward_first:
            yield from super().step(step, (), post)
            self._reward(step - self.lag, reward)
            yield from super().step(step, pre, ())
        else:
            yield from super().step(step, pre, post)
            self._reward(step - self.lag, reward)

    def _reward(self, tick: int, reward: Sequence[int]) -> None:
        for _ in reward:
            for target in range(len(self.history)):
                self._remember(target, tick, "reward_trace")

    def _update(self, synapse: int, target: int, before: Event, now: Event) -> None:
        delay, history, shift = int(self.delays[synapse]), self.history[target], self.rule.shift
        first, end = max(before.tick - delay, 0), max(now.tick - delay, 0)
        begin = sum(p.tick <= first for p in history)
        stop = sum(p.tick <= end for p in history)
        later = len(history) - stop
        self.forgotten += first < self.dropped[target] <= end
        self.values = {"w": int(self.weights[synapse]) << shift, "c": self.own[synapse] << shift,
                       "m": 0, **before.traces}  # fmt: skip
        if begin:
            latest = history[begin - 1]
            self.values["m"] = self._call("level", {
                "m": latest.traces["m"],
                **self._looked_up("level", "since", before.tick - latest.tick),
            })  # fmt: skip
        at = before.tick
        for k in range(begin, stop):
            seen = history[k].tick + delay
            self._elapse(seen - at)
            if not history[k + later].reward:
                self._pair("on_post", "pre", seen - before.tick, since_pre=seen - before.tick)
            self.values["m"], at = history[k].traces["m"], seen
        if stop:
            self._elapse(now.tick - at)
            ticks = now.tick - delay - history[stop - 1].tick
            self._pair("on_pre", "post", ticks, o=history[stop - 1].traces["o"])
        self._store(synapse, self._call("bounded", self.values))
        self.own[synapse] = self.values["c"] >> shift & LARGEST_CELL

    def _elapse(self, ticks: int) -> None:
        """Move weight and eligibility on by so many ticks."""
        tables = self._looked_up("on_elapsed", "for", ticks)
        self.values["w"], self.values["c"] = self._call("on_elapsed", {**self.values, **tables})

    def _pair(self, kernel: str, suffix: str, ticks: int, **given: int) -> None:
        """Let a pair of spikes change the eligibility."""
        tables = self._looked_up(kernel, suffix, ticks)
        self.values["c"] = self._call(kernel, {**self.values, **tables, **given})
