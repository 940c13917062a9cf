"""Projections on Brian2: connected from arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.compiler.endpoints import endpoints, taps
from snn.plasticity import EventRule
from snn_brian2.rules import RuleCode
from snn_brian2.text import PREFIX, WEIGHT

Array = NDArray[Any]


def weights_of(q: CompiledProjection) -> Array:
    """Return one weight per synapse, float64."""
    weight = q.weight[taps(q)[2]] if q.form == "convolution" else q.weight
    return np.array(np.broadcast_to(weight, q.synapses), dtype=float)


def delays_of(q: CompiledProjection) -> Array:
    """Return one delay per synapse, in steps."""
    delay = q.delay[taps(q)[2]] if q.form == "convolution" and q.delay.ndim else q.delay
    return np.array(np.broadcast_to(delay, q.synapses), dtype=np.int64)


class Static:
    """A projection whose weights no event changes."""

    def __init__(
        self, b2: Any, q: CompiledProjection, source: Any, target: Any, receptor: str, clock: Any
    ) -> None:
        self.places = [np.arange(q.synapses)]
        self.learning = True
        made = b2.Synapses(source, target, f"{WEIGHT} : 1", clock=clock, name=f"snn_syn_{q.index}",
                           on_pre=f"{PREFIX}in_{receptor}_post += {WEIGHT}")  # fmt: skip
        pre, post = endpoints(q)
        made.connect(i=pre, j=post)
        made.variables[WEIGHT].set_value(weights_of(q))
        made.pre.delay = (delays_of(q) - 1) * float(clock.dt) * b2.second
        self.groups = [made]
        self.others: list[Any] = []

    def read(self) -> Array:
        """Return one weight per synapse in compiled order."""
        made = np.empty(sum(map(len, self.places)))
        for group, places in zip(self.groups, self.places, strict=True):
            made[places] = group.variables[WEIGHT].get_value()
        return made

    def write(self, weights: Array) -> None:
        """Set one weight per synapse in compiled order."""
        full = np.broadcast_to(weights, sum(map(len, self.places)))
        for group, places in zip(self.groups, self.places, strict=True):
            group.variables[WEIGHT].set_value(np.array(full[places]))

    def learn(self, on: bool) -> None:
        """Switch learning; there is none."""
        self.learning = on


class Learning(Static):
    """A projection with event rules: one group of synapses for each delay.

    Brian2's events read the weight when they arrive; ours when they leave. So pre spikes act at
    once, and what they deliver waits in the target neurons.
    """

    def __init__(
        self, b2: Any, q: CompiledProjection, source: Any, target: Any, receptor: str,
        clock: Any, dt: float, most: int, modulator: Any,
    ) -> None:  # fmt: skip
        self.learning, self.groups, self.places, self.others = True, [], [], []
        delays, (pre, post), weights = delays_of(q), endpoints(q), weights_of(q)
        self.rules = [made for made in q.rules if isinstance(made.rule, EventRule)]
        for d in np.unique(delays).tolist():
            places = np.flatnonzero(delays == d)
            code = RuleCode(self.rules, d, dt, most)
            made = self._group(b2, q, code, source, target, receptor, clock)
            made.connect(i=pre[places], j=post[places])
            made.variables[WEIGHT].set_value(weights[places])
            for name, value in code.variables().items():
                made.variables[name].set_value(np.full(len(places), float(value)))
            made.variables[f"{PREFIX}learning"].set_value(1.0)
            self.groups.append(made)
            self.places.append(places)
            if modulator is not None:
                self._reward(made, code, clock)
        if modulator is not None:
            self._modulated(b2, q, modulator, target, clock)

    def _group(
        self, b2: Any, q: CompiledProjection, code: RuleCode, source: Any, target: Any,
        receptor: str, clock: Any,
    ) -> Any:  # fmt: skip
        d = code.delay
        slot = f"in_{receptor}" if d == 1 else f"line_{receptor}_{d - 1}"
        pre = {"act": code.pre(f"{PREFIX}{slot}_post"), "grow_pre": code.grown("pre")}
        post = {"strengthen": code.post(), "grow_post": code.grown("post")}
        pre, post = ({n: text for n, text in x.items() if text} for x in (pre, post))
        model = "\n".join([f"{WEIGHT} : 1", f"{PREFIX}learning : 1 (shared)",
                           *(f"{name} : 1" for name in code.variables())])  # fmt: skip
        made = b2.Synapses(
            source, target, model, on_pre=pre, on_post=post or None, clock=clock,
            delay=dict.fromkeys(post, d * clock.dt), name=f"snn_syn_{q.index}_{d}",
        )  # fmt: skip
        for name, order in (("strengthen", -3), ("act", -1), ("grow_post", 1), ("grow_pre", 2)):
            if name in pre or name in post:
                getattr(made, name).order = order
        return made

    def _reward(self, made: Any, code: RuleCode, clock: Any) -> None:
        """Let every synapse act in steps in which the neuromodulator fires."""
        parts = [(code.reward(), -2, "reward"), (code.grown("reward"), 3, "grow_reward")]
        for text, order, name in parts:
            if text:
                made.run_regularly(text, when="synapses", order=order, clock=clock,
                                   name=f"{made.name}_{name}")  # fmt: skip

    def _modulated(self, b2: Any, q: CompiledProjection, modulator: Any, target: Any,
                   clock: Any) -> None:  # fmt: skip
        """Count the neuromodulator's spikes of a step in the target neurons."""
        way = b2.Synapses(modulator[0], target, on_pre=f"{PREFIX}reward_post += 1.0", clock=clock,
                          name=f"snn_reward_{q.index}")  # fmt: skip
        pre, post = np.meshgrid(np.arange(modulator[1]), np.arange(len(target)), indexing="ij")
        way.connect(i=pre.ravel(), j=post.ravel())
        way.pre.order = -9
        self.others.append(way)

    def learn(self, on: bool) -> None:
        """Switch learning from the next step on."""
        self.learning = on
        for group in self.groups:
            group.variables[f"{PREFIX}learning"].set_value(float(on))
