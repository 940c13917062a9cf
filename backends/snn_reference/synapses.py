"""The synapses of one projection: delivery and learning, event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.homeostasis import Reduction
from snn.plasticity import EventRule
from snn_reference.kernels import Real
from snn_reference.rules import EventLearning, Scaling

Array = NDArray[Any]
Delivery = tuple[int, tuple[int, int, int], Any]
"""Step of arrival, (population, receptor, neuron), weight."""


class Synapses:
    """Weights, delays and rules of one projection.

    Parameters
    ----------
    compiled : CompiledProjection
    real : type
        Type of weights and traces.
    dt : float, ms
    sizes : (int, int)
        Number of neurons of the source and of the target population.
    """

    def __init__(
        self, compiled: CompiledProjection, real: Real, dt: float, sizes: tuple[int, int]
    ) -> None:
        self.compiled, self.real, self.dt = compiled, real, dt
        self.rows = [list(row) for row in rows_of(compiled, sizes[0])]
        self.columns: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for source, row in enumerate(self.rows):
            for target, synapse in row:
                self.columns[target].append((source, synapse))
        self.weights = initial_weights(compiled, real)
        self.delays = delays_of(compiled)
        self.reach = int(self.delays.max(initial=1))
        self.learning = True
        self.rules = [
            EventLearning(made, real, dt, sizes, compiled.synapses, self.reach)
            for made in compiled.rules
            if isinstance(made.rule, EventRule)
        ]
        self.scalings = [
            Scaling(made, real, dt, sizes[made.rule.over == "post"])
            for made in compiled.rules
            if isinstance(made.rule, Reduction)
        ]
        self.post_spikes: dict[int, list[int]] = {}

    def step(
        self, step: int, pre: Sequence[int], post: Sequence[int], reward: Sequence[int] = (),
        states: Mapping[str, Array] | None = None,
    ) -> Iterator[Delivery]:  # fmt: skip
        """Act on the spikes stamped `step`; yield what they deliver, in canonical order.

        Parameters
        ----------
        step : int
        pre, post, reward : sequence of int
            Neurons that fired, ascending, one entry per spike; `reward` of the modulator.
        states : mapping
            States of the post population at the end of the step.
        """
        self.states = states or {}
        self._see_post_spikes(step)
        for _ in reward if step > 0 else ():
            self._see_reward(step)
        for source, spikes in groupby(pre):
            row, count = self.rows[source], len(list(spikes))
            # Event rules take all spikes of a step synapse by synapse.
            each = [s for s in row for _ in range(count)] if self.rules else row * count
            turns: dict[int, int] = defaultdict(int)
            for target, synapse in each:
                share = self._change("on_pre", step, synapse, source, target, turns[target])
                turns[target] += 1
                address = (self.compiled.post, self.compiled.receptor, target)
                sent = self.weights[synapse]
                yield (
                    step + int(self.delays[synapse]),
                    address,
                    sent if share is None else sent * share,
                )
        self._remember(step, pre, post, reward)

    def _see_post_spikes(self, step: int) -> None:
        """Let every synapse act on the post spike that its delay brings to it now."""
        for stamped, neurons in self.post_spikes.items():
            for target in neurons:
                for source, synapse in self.columns[target]:
                    if stamped + self.delays[synapse] == step:
                        self._change("on_post", step, synapse, source, target)

    def _see_reward(self, step: int) -> None:
        """Let every synapse act on a spike of the neuromodulator."""
        for source, row in enumerate(self.rows):
            for target, synapse in row:
                self._change("on_reward", step, synapse, source, target)

    def _change(
        self, event: str, step: int, synapse: int, source: int, target: int, turn: int = 0
    ) -> Any:
        """Let the rules act; return what the spike delivers of the weight, None for all."""
        delay, product = int(self.delays[synapse]), None
        for rule in self.rules:
            if event not in rule.kernels:
                continue
            if self.learning or rule.rule.short_term:
                traces = rule.read(step, source, target, delay)
                states = {name: self.real(x[target]) for name, x in self.states.items()}
                w = self.weights[synapse]
                counter = source, target, turn
                self.weights[synapse], share = rule.on(
                    event, w, synapse, traces, states, step, counter
                )
                if rule.rule.delivers and event == "on_pre":
                    product = share if product is None else product * share
            rule.latest[synapse] = step
        return product

    def _remember(
        self, step: int, pre: Sequence[int], post: Sequence[int], reward: Sequence[int]
    ) -> None:
        """Add the spikes of this step to the traces, when every synapse has read them."""
        if not self.rules:
            return
        for rule in self.rules:
            rule.add(step, {"pre": pre, "post": post, "reward": [0] * len(reward)})
        self.post_spikes[step] = list(post)
        self.post_spikes.pop(step - self.reach, None)

    def end_step(self, step: int, pre: Sequence[int], post: Sequence[int]) -> None:
        """Let the reductions see the spikes of a step, and act where that is their trigger."""
        for scaling in self.scalings:
            fired = post if scaling.rule.over == "post" else pre
            scaling.add(step, fired)
            for neuron in scaling.due(step, fired) if step > 0 else ():
                self._scale(scaling, step, neuron)

    def end_trial(self, step: int) -> None:
        """Let the reductions with a trial trigger act."""
        for scaling in self.scalings:
            if scaling.rule.trigger == "trial":
                for neuron in range(len(scaling.acted)):
                    self._scale(scaling, step, neuron)

    def _scale(self, scaling: Scaling, step: int, neuron: int) -> None:
        """Let a reduction act on a row or column, in order of the source."""
        members = self.columns[neuron] if scaling.rule.over == "post" else self.rows[neuron]
        group = [synapse for _, synapse in members]
        scaling.act(step, neuron, self.weights, group, self.learning)


def initial_weights(compiled: CompiledProjection, real: Real) -> Array:
    """Return one weight per synapse."""
    weight = compiled.weight
    if compiled.form == "all_but_self" and weight.ndim:
        own = np.eye(compiled.pre_size, compiled.post_size, dtype=bool).ravel()
        weight = weight[~own]
    if compiled.form == "convolution":
        weight = weight[_entries(compiled)]
    return np.array(np.broadcast_to(weight, compiled.synapses), dtype=real)


def delays_of(compiled: CompiledProjection) -> Array:
    """Return one delay in steps per synapse."""
    delay = compiled.delay
    if compiled.form == "convolution" and delay.ndim:
        delay = delay[_entries(compiled)]
    return np.broadcast_to(delay, compiled.synapses).astype(np.int64)


def rows_of(compiled: CompiledProjection, n_pre: int) -> list[list[tuple[int, int]]]:
    """Return the (target, synapse) of every source neuron, in row order."""
    if compiled.form == "csr":
        return [list(_csr_row(compiled, source)) for source in range(n_pre)]
    rows: list[list[tuple[int, int]]] = [[] for _ in range(n_pre)]
    synapse = 0
    for i in range(compiled.pre_size):
        for j in range(compiled.post_size):
            if _joined(compiled, i, j):
                rows[compiled.pre_start + i].append((compiled.post_start + j, synapse))
                synapse += 1
    return rows


def _joined(compiled: CompiledProjection, i: int, j: int) -> bool:
    """Say whether an implicit form joins source i to target j (of the views)."""
    if compiled.form == "convolution":
        return _entry(compiled, i, j) is not None
    return {"all_to_all": True, "all_but_self": i != j, "one_to_one": i == j}[compiled.form]


def _entry(compiled: CompiledProjection, i: int, j: int) -> int | None:
    """Return the entry of a convolution's kernel that joins source i to target j."""
    _, width, _, columns, height, across, down, right, py, px = map(int, compiled.geometry[:10])
    u = i // width + py - j // columns * down
    v = i % width + px - j % columns * right
    inside = 0 <= u < height and 0 <= v < across
    return u * across + v if inside and compiled.weight[u * across + v] != 0 else None


def _entries(compiled: CompiledProjection) -> list[int]:
    """Return the entry of the kernel of every synapse, in row order."""
    pairs = ((i, j) for i in range(compiled.pre_size) for j in range(compiled.post_size))
    found = (_entry(compiled, i, j) for i, j in pairs)
    return [entry for entry in found if entry is not None]


def _csr_row(compiled: CompiledProjection, source: int) -> Iterator[tuple[int, int]]:
    for block, pointers in enumerate(compiled.indptr):
        for synapse in range(int(pointers[source]), int(pointers[source + 1])):
            yield block * compiled.block + int(compiled.targets[synapse]), synapse
