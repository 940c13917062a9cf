"""Topology rules: between two batches, whenever a rule's period ends.

The lists of a projection's synapses have spare room. A rule changes them in compiled code; then
they are sorted again and written back in place, so that every part stays bound to its arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledProjection, CompiledRule
from snn.compiler.endpoints import endpoints
from snn.compiler.topology import topology_rules
from snn.connectors.sorting import order_by, tally
from snn.errors import SnnError
from snn.plasticity import EventRule
from snn.plasticity.rule import variables_of
from snn.plasticity.topology_rule import require_room
from snn_cpu import modules, trial_rules
from snn_cpu.synapses import PlasticMemory

if TYPE_CHECKING:
    from snn_cpu.world import World

Array = NDArray[Any]
Log = tuple[Array, Array]


@dataclass(eq=False)
class TopologyMemory:
    """What a topology rule keeps: its variables, one for each place in the lists."""

    made: CompiledRule
    variables: dict[str, Array]
    memory: int

    def mutable(self) -> dict[str, Array]:
        """Return everything that changes during a run, by name."""
        return self.variables


def with_own_lists(compiled: Compiled) -> Compiled:
    """Return a network in which projections that change have lists of their own."""
    projections = tuple(
        replace(q, indptr=q.indptr.copy(), targets=q.targets.copy(), delay=q.delay.copy())
        if topology_rules(q) else q
        for q in compiled.projections
    )  # fmt: skip
    return replace(compiled, projections=projections)


def topology_memory(compiled: Compiled) -> dict[tuple[int, int], TopologyMemory]:
    """Allocate what topology rules keep, by projection and position of the rule."""
    found = {}
    for q in compiled.projections:
        for k, made in topology_rules(q):
            rule: Any = made.rule
            variables = {
                name: made.initial(v.initial, q.weight.size).astype(compiled.precision)
                for name, v in variables_of(type(rule)).items()
            }
            memory = rule.memory(compiled.dt, q.longest + q.axonal)
            found[q.index, k] = TopologyMemory(made, variables, memory)
    return found


def logged(compiled: Compiled) -> list[int]:
    """Return the populations whose spikes topology rules remember."""
    return sorted({p for q in compiled.projections for _, made in topology_rules(q)
                   for side, p in (("pre", q.pre), ("post", q.post))
                   if f"{side}_steps" in made.rule.arguments()})  # type: ignore[attr-defined]  # fmt: skip


def mutable_lists(world: World) -> dict[str, Array]:
    """Return the lists that rules change, by name, and the variables of these rules."""
    found: dict[str, Array] = {}
    for (index, k), memory in world.topology.items():
        q = world.compiled.projections[index]
        found |= {f"list {index} {name}": getattr(q, name)
                  for name in ("indptr", "targets", "delay")}  # fmt: skip
        found |= {f"list {index} {k} {name}": a for name, a in memory.mutable().items()}
    return found


def act(
    world: World, q: CompiledProjection, memory: TopologyMemory, step: int,
    spikes: Mapping[int, Log],
) -> None:  # fmt: skip
    """Let a rule change a projection's synapses.

    Parameters
    ----------
    spikes : population -> (steps, neurons)
        What is remembered of each.
    """
    lists, count, order = _lists(world, q, memory)
    n = int(count[0])
    rule: Any = memory.made.rule
    given = {**memory.made.values, **rule.arrays(memory.made.ends), **lists, "count": count,
             "step": step, "dt": world.compiled.dt,
             "key": np.array([memory.made.key % 2**32, memory.made.key >> 32], np.int64),
             "n_pre": len(memory.made.ends.pre_index), "n_post": len(memory.made.ends.post_index),
             **_remembered(q, memory, step, spikes)}  # type: ignore[union-attr]  # fmt: skip
    _compiled(rule)(*[given[name] for name in rule.arguments()])
    require_room(q.label, rule, int(count[0]), q.weight.size)
    if type(rule).rewires:
        _write_back(world, q, memory, lists, int(count[0]), order, n)
    else:
        _write_values(world, q, memory, lists, order)


def _lists(
    world: World, q: CompiledProjection, memory: TopologyMemory
) -> tuple[dict[str, Array], Array, Array]:
    """Return the synapses as a rule sees them, their number, and their place in our order."""
    ends, n, room = memory.made.ends, q.synapses, q.weight.size
    assert ends is not None
    pre, post = endpoints(q)
    # Where one block holds all targets this is the order of the lists.
    order = np.arange(n) if len(q.indptr) == 1 else np.lexsort((post, pre))
    own = {"sources": _places(ends.pre_index, pre[order]),
           "targets": _places(ends.post_index, post[order]),
           "delay": q.delay[order].astype(np.int64) + q.axonal,
           "w": world.weights[q.index][order],
           **{name: values[order] for name, values in memory.variables.items()}}  # fmt: skip
    lists = {name: np.concatenate([x, np.zeros(room - n, x.dtype)]) for name, x in own.items()}
    return lists | {"origin": np.arange(room)}, np.array([n]), order


def _places(index: Array, neurons: Array) -> Array:
    """Return where neurons are in a view."""
    place = np.zeros(int(index.max(initial=0)) + 1, np.int64)
    place[index] = np.arange(len(index))
    return place[neurons]


def _remembered(
    q: CompiledProjection, memory: TopologyMemory, step: int, spikes: Mapping[int, Log]
) -> dict[str, Array]:
    """Return the latest spikes of both sides, neurons counted in their views."""
    found = {}
    ends = memory.made.ends
    assert ends is not None
    for side, population in (("pre", q.pre), ("post", q.post)):
        index = ends.pre_index if side == "pre" else ends.post_index
        steps, neurons = spikes.get(population, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        chosen = (steps > step - memory.memory) & np.isin(neurons, index)
        found[f"{side}_steps"] = steps[chosen].astype(np.int64)
        found[f"{side}_neurons"] = _places(index, neurons[chosen])
    return found


def _write_back(
    world: World, q: CompiledProjection, memory: TopologyMemory, lists: dict[str, Array],
    m: int, order: Array, n: int,
) -> None:  # fmt: skip
    """Sort the synapses by block, source, target and write them where they were."""
    ends = memory.made.ends
    assert ends is not None
    pre, post = ends.pre_index[lists["sources"][:m]], ends.post_index[lists["targets"][:m]]
    blocks, n_pre = q.indptr.shape[0], q.indptr.shape[1] - 1
    rows = (post // q.block) * n_pre + pre
    by_target = order_by(post, tally(post, q.block * blocks), np.zeros(0, np.int64))
    edges = tally(rows, blocks * n_pre)
    place = order_by(rows, edges, by_target)
    origin = lists["origin"][:m][place]
    was = np.where(origin >= 0, order[np.minimum(origin, n - 1)] if n else 0, -1)
    for made, values in _variables(world, q):
        values[:m] = np.where(was >= 0, values[was], made)
    for name, values in memory.variables.items():
        fresh = memory.made.number(variables_of(type(memory.made.rule))[name].initial)
        values[:m] = np.where(was >= 0, lists[name][:m][place], fresh)
    others = [other for (index, _), other in world.topology.items()
              if index == q.index and other is not memory]  # fmt: skip
    for other in others:
        for name, values in other.variables.items():
            fresh = other.made.number(variables_of(type(other.made.rule))[name].initial)
            values[:m] = np.where(was >= 0, values[was], fresh)
    q.targets[:m] = post[place] % q.block
    q.delay[:m] = _delays(q, lists["delay"][:m][place])
    world.weights[q.index][:m] = lists["w"][:m][place]
    q.indptr[:] = edges[np.arange(blocks)[:, None] * n_pre + np.arange(n_pre + 1)]


def _write_values(
    world: World, q: CompiledProjection, memory: TopologyMemory, lists: dict[str, Array],
    order: Array,
) -> None:  # fmt: skip
    """Write back what a rule changed that connects the same neurons as before."""
    n = len(order)
    q.delay[order] = _delays(q, lists["delay"][:n])
    world.weights[q.index][order] = lists["w"][:n]
    for name, values in memory.variables.items():
        values[order] = lists[name][:n]


def _delays(q: CompiledProjection, whole: Array) -> Array:
    """Return the dendritic parts of delays; refuse what was not declared."""
    delays: Array = whole - q.axonal
    if delays.size and not (delays.min() >= 1 and delays.max() <= q.longest):
        raise SnnError(f"{q.label}: a topology rule made a delay that it does not declare")
    return delays


def _variables(world: World, q: CompiledProjection) -> list[tuple[float, Array]]:
    """Return initial value and values of every synapse variable of the event rules."""
    found = []
    memories: Sequence[PlasticMemory] = world.plastic.get(q.index, ())
    for name, values in memories[0].arrays.items() if memories else ():
        if name.startswith("V_"):
            k, variable = name[3:].split("_", 1)
            made = [r for r in q.rules if isinstance(r.rule, EventRule)][int(k)]
            declared = variables_of(type(made.rule))[variable]
            found.append((made.number(declared.initial), values))
    return found


def _compiled(rule: Any) -> Any:
    """Return the rule's function in compiled code."""
    functions = [*type(rule).uses, type(rule).function()]
    names = ", ".join(rule.arguments())
    text = "\n\n".join([
        "import math\nimport numpy as np\nfrom numba import njit",
        *(trial_rules.source_of(f) for f in functions),
        "@njit(nogil=True, cache=True, error_model='numpy')\n"
        f"def act({names}):\n    {functions[-1].__name__}({names})",
    ])  # fmt: skip
    return modules.load(text + "\n", type(rule).__name__).act
