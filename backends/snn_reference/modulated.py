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
        delay, shift = int(self.delays[synapse]), self.rule.shift
        known, window, kinds = self._seen(target, delay, before, now)
        self.values = {"w": int(self.weights[synapse]) << shift, "c": self.own[synapse] << shift,
                       "m": self._level(known, before), **before.traces}  # fmt: skip
        at = before.tick
        for event, reward in zip(window, kinds, strict=True):
            self._elapse(event.tick + delay - at)
            at = event.tick + delay
            if not reward:
                self._pair("on_post", "pre", at - before.tick, since_pre=at - before.tick)
            self.values["m"] = event.traces["m"]
        if known or window:
            latest = (known + window)[-1]
            self._elapse(now.tick - at)
            ticks = now.tick - delay - latest.tick
            self._pair("on_pre", "post", ticks, o=latest.traces["o"])
        self._store(synapse, self._call("bounded", self.values))
        self.own[synapse] = self.values["c"] >> shift & LARGEST_CELL

    def _seen(
        self, target: int, delay: int, before: Event, now: Event
    ) -> tuple[list[Event], list[Event], list[bool]]:
        """Return entries seen at the last pre spike, those since, and the kinds read for these."""
        history = self.history[target]
        first, end = max(before.tick - delay, 0), max(now.tick - delay, 0)
        begin, stop = (sum(p.tick <= limit for p in history) for limit in (first, end))
        self.forgotten += first < self.dropped[target] <= end
        # The board looks for the kind of each as many places later as entries are not seen yet.
        later = len(history) - stop
        kinds = [p.reward for p in history[begin + later : stop + later]]
        return history[:begin], history[begin:stop], kinds

    def _level(self, known: Sequence[Event], before: Event) -> int:
        """Return the neuromodulator at the last pre spike."""
        if not known:
            return 0
        tables = self._looked_up("level", "since", before.tick - known[-1].tick)
        return int(self._call("level", {"m": known[-1].traces["m"], **tables}))

    def _elapse(self, ticks: int) -> None:
        """Move weight and eligibility on by so many ticks."""
        tables = self._looked_up("on_elapsed", "for", ticks)
        self.values["w"], self.values["c"] = self._call("on_elapsed", {**self.values, **tables})

    def _pair(self, kernel: str, suffix: str, ticks: int, **given: int) -> None:
        """Let a pair of spikes change the eligibility."""
        tables = self._looked_up(kernel, suffix, ticks)
        self.values["c"] = self._call(kernel, {**self.values, **tables, **given})
