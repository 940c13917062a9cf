"""Topology rules: delays and connections that change, synapse by synapse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledRule
from snn.plasticity.rule import variables_of
from snn.plasticity.topology_rule import TopologyRule, require_room

if TYPE_CHECKING:
    from snn_reference.synapses import Synapses

Array = NDArray[Any]


class Rewiring:
    """A topology rule on one projection: its variables, and the spikes it remembers.

    Parameters
    ----------
    synapses : int
        At the beginning.
    longest : int
        Longest delay of the projection with its axonal part, in steps.
    """

    def __init__(
        self, made: CompiledRule, real: Any, dt: float, synapses: int, longest: int
    ) -> None:
        assert isinstance(made.rule, TopologyRule)
        self.made, self.rule, self.real, self.dt = made, made.rule, real, dt
        self.memory = made.rule.memory(dt, longest)
        self.variables = {
            name: made.initial(variable.initial, synapses).astype(real)
            for name, variable in variables_of(type(self.rule)).items()
        }
        self.spikes: dict[str, list[tuple[int, int]]] = {"pre": [], "post": []}

    def see(self, step: int, side: str, fired: Sequence[int], index: Array) -> None:
        """Remember the spikes of a step, neurons counted in their view."""
        places = {int(neuron): k for k, neuron in enumerate(index)}
        now = [(step, places[i]) for i in fired if i in places]
        self.spikes[side] = [s for s in self.spikes[side] if s[0] > step - self.memory] + now

    def act(self, synapses: Synapses, step: int) -> None:
        """Let the rule change the list of synapses, then put it back in order."""
        compiled, ends = synapses.compiled, self.made.ends
        assert ends is not None
        entries = [(i, t, k) for i, row in enumerate(synapses.rows) for t, k in row]
        n, room = len(entries), len(compiled.weight)
        lists = {name: np.zeros(room, np.int64) for name in ("sources", "targets", "delay")}
        lists["origin"] = np.arange(room)
        lists["w"] = np.zeros(room, self.real)
        lists |= {name: np.zeros(room, self.real) for name in self.variables}
        for at, (source, target, synapse) in enumerate(entries):
            lists["sources"][at] = list(ends.pre_index).index(source)
            lists["targets"][at] = list(ends.post_index).index(target)
            lists["w"][at] = synapses.weights[synapse]
            lists["delay"][at] = synapses.delays[synapse] + compiled.axonal
            for name, values in self.variables.items():
                lists[name][at] = values[synapse]
        count = np.array([n])
        self._call(lists, count, step)
        require_room(compiled.label, self.rule, int(count[0]), room)
        found = [(int(ends.pre_index[lists["sources"][at]]),
                  int(ends.post_index[lists["targets"][at]]), at)
                 for at in range(int(count[0]))]  # fmt: skip
        found.sort(key=lambda s: (s[1] // compiled.block, s[0], s[1]))
        was = [entries[o][2] if (o := int(lists["origin"][at])) >= 0 else -1
               for _, _, at in found]  # fmt: skip
        self._keep_variables(lists, [at for _, _, at in found])
        for other in synapses.rewirings:
            if other is not self:
                other.carry(was)
        synapses.replace(
            [(source, target) for source, target, _ in found], was,
            np.array([lists["w"][at] for _, _, at in found], self.real),
            np.array([lists["delay"][at] - compiled.axonal for _, _, at in found], np.int64), step,
        )  # fmt: skip

    def carry(self, was: Sequence[int]) -> None:
        """Let the rule's variables follow synapses that another rule moved; -1 is new."""
        for name, variable in variables_of(type(self.rule)).items():
            old, fresh = self.variables[name], self.made.number(variable.initial)
            self.variables[name] = np.array([fresh if k < 0 else old[k] for k in was], self.real)

    def _call(self, lists: dict[str, Array], count: Array, step: int) -> None:
        """Call the rule's function as the plain Python it is."""
        rule: Any = self.rule
        assert self.made.ends is not None
        given: dict[str, Any] = {
            **{name: np.float64(value) for name, value in self.made.values.items()},
            **rule.arrays(self.made.ends), **lists, "count": count, "step": step, "dt": self.dt,
            "key": [self.made.key % 2**32, self.made.key >> 32],
            "n_pre": len(self.made.ends.pre_index), "n_post": len(self.made.ends.post_index),
        }  # fmt: skip
        for side, spikes in self.spikes.items():
            given |= {f"{side}_steps": np.array([s for s, _ in spikes], np.int64),
                      f"{side}_neurons": np.array([k for _, k in spikes], np.int64)}  # fmt: skip
        rule.function()(*[given[name] for name in rule.arguments()])

    def _keep_variables(self, lists: dict[str, Array], order: Sequence[int]) -> None:
        """Put the rule's own variables in the new order; new synapses begin anew."""
        declared = variables_of(type(self.rule))
        new = [at for at, k in enumerate(order) if lists["origin"][k] < 0]
        for name in self.variables:
            values = np.array([lists[name][k] for k in order], self.real)
            values[new] = self.real(self.made.number(declared[name].initial))
            self.variables[name] = values


def rows_from(pairs: Sequence[tuple[int, int]], sources: int) -> list[list[tuple[int, int]]]:
    """Return the (target, synapse) of every source."""
    rows: list[list[tuple[int, int]]] = [[] for _ in range(sources)]
    for synapse, (source, target) in enumerate(pairs):
        rows[source].append((target, synapse))
    return rows


def columns_from(rows: Sequence[Sequence[tuple[int, int]]]) -> dict[int, list[tuple[int, int]]]:
    """Return the (source, synapse) of every target, in order of the source."""
    columns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for source, row in enumerate(rows):
        for target, synapse in row:
            columns[target].append((source, synapse))
    return columns
