"""The synapses of one projection: delivery and learning, event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection
from snn.compiler.topology import topology_rules
from snn.homeostasis import Reduction
from snn.plasticity import EventRule
from snn.plasticity.rule import variables_of
from snn_reference.kernels import Real
from snn_reference.rules import EventLearning, Scaling, moved
from snn_reference.topology import Rewiring, columns_from, rows_from

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
        self.columns = columns_from(self.rows)
        self.weights = initial_weights(compiled, real)
        self.delays = delays_of(compiled)
        self.reach = compiled.longest
        self.learning, self.rate = True, real(1)
        self.axon: list[list[int]] = [[] for _ in range(compiled.axonal)]
        self.rules = [
            EventLearning(made, real, dt, sizes, compiled.synapses, self.reach)
            for made in compiled.rules
            if isinstance(made.rule, EventRule)
        ]
        reductions = [made for made in compiled.rules if isinstance(made.rule, Reduction)]
        self.scalings = [
            Scaling(made, real, dt, sizes[made.rule.over == "post"])
            for made in reductions
            if not made.rule.state
        ]
        # What moves a state works in float64, as the states do that need it.
        self.regulations = [
            Scaling(made, np.float64, dt, sizes[1]) for made in reductions if made.rule.state
        ]
        self.rewirings = [
            Rewiring(made, real, dt, compiled.synapses, compiled.longest + compiled.axonal)
            for _, made in topology_rules(compiled)
        ]
        self.last_pre: dict[int, int] = {}
        self.posts: dict[int, list[int]] = defaultdict(list)
        self.last_reward = 0
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
        self.axon.append(list(pre))
        pre = self.axon.pop(0)
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
                new, share = rule.on(event, w, synapse, traces, states, step, counter)
                self.weights[synapse] = moved(w, new, self.rate)
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
        self._note(step, pre, post, reward)
        for rule in self.rules:
            rule.add(step, {"pre": pre, "post": post, "reward": [0] * len(reward)})
        self.post_spikes[step] = list(post)
        self.post_spikes.pop(step - self.reach, None)

    def _note(
        self, step: int, pre: Sequence[int], post: Sequence[int], reward: Sequence[int]
    ) -> None:
        """Note when neurons last fired, for synapses that are new or have a new delay."""
        if not self.rewirings:
            return
        self.last_pre |= dict.fromkeys(pre, step)
        self.last_reward = step if reward and step > 0 else self.last_reward
        for target in post if step > 0 else ():
            log = self.posts[target]
            log.append(step)
            while len(log) > 1 and log[1] <= step - self.reach:
                del log[0]

    def end_step(self, step: int, pre: Sequence[int], post: Sequence[int]) -> None:
        """Let the reductions see the spikes of a step, and act where that is their trigger."""
        for scaling in self.scalings:
            fired = post if scaling.rule.over == "post" else pre
            scaling.add(step, fired)
            for neuron in scaling.due(step, fired) if step > 0 else ():
                self._scale(scaling, step, neuron)
        for rewiring in self.rewirings:
            ends = rewiring.made.ends
            assert ends is not None
            rewiring.see(step, "pre", pre, ends.pre_index)
            rewiring.see(step, "post", post, ends.post_index)

    def regulate(
        self, step: int, post: Sequence[int], states: Mapping[str, Array], ended: bool = False
    ) -> None:
        """Let the rules over states of neurons see a step's spikes, or act at a trial's end."""
        for rule in self.regulations:
            if not ended:
                rule.add(step, post)
            trial = range(len(rule.acted)) if rule.rule.trigger == "trial" else ()
            due = trial if ended else rule.due(step, post) if step > 0 else ()
            for neuron in due:
                rule.move(step, neuron, states[rule.rule.state], self.learning, self.rate)

    def rewire(self, step: int) -> None:
        """Let the topology rules act whose period ends with this step."""
        for rewiring in self.rewirings:
            if step > 0 and step % rewiring.made.every == 0 and self.learning:
                rewiring.act(self, step)

    def replace(
        self, pairs: Sequence[tuple[int, int]], was: Sequence[int], weights: Array,
        delays: Array, step: int,
    ) -> None:  # fmt: skip
        """Take another list of synapses; `was` names those of the old one, -1 what is new."""
        self.rows = rows_from(pairs, len(self.rows))
        self.columns = columns_from(self.rows)
        self.weights, self.delays = weights, delays
        for rule in self.rules:
            for name, variable in variables_of(type(rule.rule)).items():
                fresh = self.real(rule.compiled.number(variable.initial))
                old = rule.variables[name]
                moved_ = [fresh if k < 0 else old[k] for k in was]
                rule.variables[name] = np.array(moved_, self.real)
            latest = [self._latest(rule, source, target, int(delays[k]), step)
                      for k, (source, target) in enumerate(pairs)]  # fmt: skip
            rule.latest = np.array(latest, np.int64)

    def _latest(self, rule: EventLearning, source: int, target: int, delay: int, step: int) -> int:
        """Return when a spike last reached a synapse for which the rule has a function."""
        posts = [p + delay for p in self.posts[target] if p + delay <= step]
        found = {"on_pre": self.last_pre.get(source, 0), "on_post": max(posts, default=0),
                 "on_reward": self.last_reward}  # fmt: skip
        return max([0, *(at for event, at in found.items() if event in rule.kernels)])

    def end_trial(self, step: int) -> None:
        """Let the reductions with a trial trigger act."""
        for scaling in self.scalings:
            if scaling.rule.trigger == "trial":
                for neuron in range(len(scaling.acted)):
                    self._scale(scaling, step, neuron)

    def _scale(self, scaling: Scaling, step: int, neuron: int) -> None:
        """Let a reduction act on a row or column, in order of the source."""
        members = self.columns[neuron] if scaling.rule.over == "post" else self.rows[neuron]
        scaling.act(step, neuron, self.weights, members, self.learning, self.rate)


def initial_weights(compiled: CompiledProjection, real: Real) -> Array:
    """Return one weight per synapse."""
    weight = compiled.weight
    if compiled.form == "all_but_self" and weight.ndim:
        own = np.eye(compiled.pre_size, compiled.post_size, dtype=bool).ravel()
        weight = weight[~own]
    if compiled.form == "convolution":
        weight = weight[_entries(compiled)]
    own = weight[: compiled.synapses] if weight.ndim else weight
    return np.array(np.broadcast_to(own, compiled.synapses), dtype=real)


def delays_of(compiled: CompiledProjection) -> Array:
    """Return one delay in steps per synapse."""
    delay = compiled.delay
    if compiled.form == "convolution" and delay.ndim:
        delay = delay[_entries(compiled)]
    own = delay[: compiled.synapses] if delay.ndim else delay
    return np.broadcast_to(own, compiled.synapses).astype(np.int64)


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
