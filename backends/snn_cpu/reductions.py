"""Rules over rows and columns of weights; splitting of rows among threads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection, CompiledRule
from snn.homeostasis import Reduction
from snn.kernels import numba_source
from snn.plasticity.rule import traces_of
from snn_cpu.fragments import MOVED
from snn_cpu.parts import Part, bind
from snn_cpu.plasticity_rates import speed

if TYPE_CHECKING:
    from snn_cpu.memory import SpikeMemory
    from snn_cpu.world import World

Array = NDArray[Any]


@dataclass(eq=False)
class ReductionMemory:
    """What a reduction keeps: traces of its neurons, and when it last acted on each.

    Parameters
    ----------
    traces : dict
        Per trace: its value after the neuron's last spike.
    at : (n,) int64
        Step of each neuron's last spike.
    acted, spikes : (n,) int64
        Step at which the rule last acted on the neuron, and the neuron's spikes since then.
    fired : (n,) uint8
        Neurons to act on, where spikes are the trigger.
    wanted : (1,) int64
        Whether there is any; always 1 with other triggers.
    """

    traces: dict[str, Array]
    at: Array
    acted: Array
    spikes: Array
    fired: Array
    wanted: Array

    def mutable(self) -> dict[str, Array]:
        """Return everything that changes during a run, by name."""
        return {**self.traces, "at": self.at, "acted": self.acted, "spikes": self.spikes}


def reductions(q: CompiledProjection) -> list[tuple[int, CompiledRule]]:
    """Return the reductions of a projection with their positions."""
    return [(k, r) for k, r in enumerate(q.rules) if isinstance(r.rule, Reduction)]


def side(q: CompiledProjection, made: CompiledRule) -> int:
    """Return the population whose rows or columns a reduction is over."""
    return q.post if type(made.rule).over == "post" else q.pre  # type: ignore[attr-defined]


def kind(made: CompiledRule, precision: str) -> str:
    """Return the type a reduction computes in: float64 for states, some of which need it."""
    return "float64" if made.rule.state else precision  # type: ignore[attr-defined]


def reduction_memory(made: CompiledRule, size: int, dtype: str) -> ReductionMemory:
    """Allocate what a reduction keeps of `size` neurons."""
    dtype = kind(made, dtype)
    traces = {f"X_{name}": made.initial(trace.initial, size).astype(dtype)
              for name, trace in traces_of(type(made.rule)).items()}  # fmt: skip
    on_spikes = made.rule.trigger == "spike"  # type: ignore[attr-defined]
    return ReductionMemory(
        traces, *np.zeros((3, size), np.int64),
        np.zeros(size if on_spikes else 0, np.uint8), np.array([int(not on_spikes)]),
    )  # fmt: skip


def listen(world: World, q: CompiledProjection, k: int, spikes: SpikeMemory) -> Part:
    """Bind what follows the spikes of a reduction's neurons."""
    made, memory = q.rules[k], world.reductions[q.index, k]
    traces = traces_of(type(made.rule))
    numbers = [x for t in traces.values() for x in (made.number(t.tau), made.number(t.increment))]
    lines = []
    for i, (name, t) in enumerate(traces.items()):
        kept = f"X_{name}[i] * cast({_decay('at[i]', f'numbers[{2 * i}]')})"
        grown = "" if t.nearest else f"{kept} + "
        lines.append(f"            X_{name}[i] = {grown}cast(numbers[{2 * i + 1}])")
    text = "\n".join([
        f"cast = np.{kind(made, world.compiled.precision)}",
        "@njit(nogil=True, error_model='numpy')",
        f"def listen({', '.join(['step', 'slot', 'spikes', 'ptr', *_LISTENS, *memory.traces])}):",
        "    for t in range(spikes.shape[0]):",
        "        for s in range(ptr[t, slot], ptr[t, slot + 1]):",
        "            i = uint64(spikes[t, s])",
        *lines,
        "            at[i] = step",
        "            counted[i] += 1",
        "            if fired.size and step > 0:",
        "                fired[i] = 1",
        "                wanted[0] = 1",
        "    return 0",
    ])  # fmt: skip
    values = {
        "spikes": spikes.index, "ptr": spikes.ptr, "at": memory.at, "fired": memory.fired,
        "counted": memory.spikes, "wanted": memory.wanted, "dt": np.array([world.compiled.dt]),
        "numbers": np.array([*numbers, 0.0]), **memory.traces,
    }  # fmt: skip
    return bind("listen", values, text, title=type(made.rule).__name__)


_LISTENS = ("at", "fired", "counted", "wanted", "dt", "numbers")


def _decay(since: str, tau: str) -> str:
    return f"math.exp(-((step - {since}) * dt[0]) / {tau})"


def part(world: World, q: CompiledProjection, k: int, on: Array) -> Part:
    """Bind the action of a reduction."""
    made, memory = q.rules[k], world.reductions[q.index, k]
    size = world.compiled.populations[side(q, made)].size
    precision = kind(made, world.compiled.precision)
    taus = [made.number(t.tau) for t in traces_of(type(made.rule)).values()]
    values: dict[str, Any] = {
        "on": on,
        "speed": speed(world, q),
        "numbers": np.array([*made.values.values()] or [0.0], precision),
        "dt": np.array([world.compiled.dt]), "taus": np.array([*taus, 0.0]),
        "at": memory.at, "acted": memory.acted, "counted": memory.spikes, "fired": memory.fired,
        "wanted": memory.wanted, **memory.traces,
        **{f"Q_{name}": values.astype(precision) for name, values in made.arrays.items()},
    }  # fmt: skip
    if moved := made.rule.state:  # type: ignore[attr-defined]
        values["state"] = world.cells[q.post].states[moved]
        text = _text_of_states(made, world.compiled.precision, list(values))
        return bind("reduce", values, text, title=type(made.rule).__name__)
    values |= {"weight": world.weights[q.index], "total": np.zeros(size, precision)}
    if q.form == "csr":
        blocks, stride = q.indptr.shape
        values |= {"indptr": q.indptr.reshape(-1), "stride": stride, "blocks": blocks,
                   "width": q.block, "targets": q.targets}  # fmt: skip
    else:
        values |= {"pre_start": q.pre_start, "pre_size": q.pre_size, "post_start": q.post_start,
                   "post_size": q.post_size}  # fmt: skip
    text = _text(made, precision, q.form == "csr", list(values))
    return bind("reduce", values, text, title=type(made.rule).__name__)


def _kernels(made: CompiledRule) -> list[str]:
    """Return the rule's own functions and what scales a change."""
    decorated = "@njit(nogil=True, error_model='numpy')\ndef "
    return [*(re.sub(r"^def ", decorated, numba_source(k, "cast", "k_"), flags=re.M)
              for k in made.rule.kernels().values()), MOVED]  # fmt: skip


def _text_of_states(made: CompiledRule, precision: str, names: list[str]) -> str:
    """Return the text of a rule that moves a state of each neuron instead of weights."""
    rule: Any = made.rule
    traces = list(traces_of(type(rule)))
    given = {rule.state: "old", "elapsed": "(step - acted[i]) * dt[0]", "dt": "dt[0]",
             "spikes": "cast(counted[i])",
             **{name: f"X_{name}[i] * {_decay('at[i]', f'taus[{k}]')}"
                for k, name in enumerate(traces)},
             **{name: f"numbers[{k}]" for k, name in enumerate(made.values)},
             **{name: f"Q_{name}[i]" for name in made.per}}  # fmt: skip
    call = f"k_apply({', '.join(given[a] for a in rule.kernels()['apply'].arguments)})"
    return "\n".join([
        "cast = np.float64",
        *_kernels(made),
        "@njit(nogil=True, error_model='numpy')",
        f"def reduce(step, slot, {', '.join(names)}):",
        f"    rate = cast(np.{precision}(speed[0]))",
        "    for i in range(acted.size):",
        "        if fired.size and not fired[i]:",
        "            continue",
        "        if on[0]:",
        "            old = cast(state[i])",
        f"            state[i] = moved(old, {call}, rate)",
        "        acted[i] = step",
        "        counted[i] = 0",
        "    fired[:] = 0",
        "    wanted[0] = fired.size == 0",
        "    return 0",
    ])  # fmt: skip


def _text(made: CompiledRule, precision: str, csr: bool, names: list[str]) -> str:
    rule: Any = made.rule
    kernels = rule.kernels()
    where = "target" if rule.over == "post" else "source"
    chosen = f"if fired[{where}]: " if rule.trigger == "spike" else ""
    traces = list(traces_of(type(rule)))
    given = {"w": "weight[j]", "total": f"total[{where}]", "elapsed": f"elapsed[{where}]",
             "spikes": f"spikes[{where}]",
             "dt": "cast(dt[0])", **{name: f"Y_{name}[{where}]" for name in traces}}  # fmt: skip
    given |= {name: f"numbers[{k}]" for k, name in enumerate(made.values)}
    at = {"pre": "source", "post": "target", "synapse": "j"}
    given |= {name: f"Q_{name}[{at[per]}]" for name, per in made.per.items()}
    call = {name: f"k_{name}({', '.join(given[a] for a in k.arguments)})"
            for name, k in kernels.items()}  # fmt: skip
    scaled = f"moved(weight[j], cast({call['apply']}), rate)"
    adding = f"{chosen}total[{where}] += {call.get('term')}"
    summing = ["    total[:] = 0", *_loop(adding, csr)] if "term" in kernels else []
    return "\n".join([
        f"cast = np.{precision}",
        *_kernels(made),
        "@njit(nogil=True, error_model='numpy')",
        f"def reduce(step, slot, {', '.join(names)}):",
        f"    elapsed, spikes = np.empty((2, acted.size), np.{precision})",
        *(f"    Y_{name} = np.empty(acted.size, np.{precision})" for name in traces),
        "    for i in range(acted.size):",
        *(["        if not fired[i]:", "            continue"] if chosen else []),
        "        elapsed[i] = cast((step - acted[i]) * dt[0])",
        *(f"        Y_{name}[i] = X_{name}[i] * cast({_decay('at[i]', f'taus[{k}]')})"
          for k, name in enumerate(traces)),
        "        spikes[i] = cast(counted[i])",
        "        counted[i] = 0",
        "        acted[i] = step",
        "    rate = cast(speed[0])",
        "    if on[0]:",
        *_indented(summing),
        *_indented(_loop(f"{chosen}weight[j] = {scaled}", csr)),
        *(["    fired[:] = 0", "    wanted[0] = 0"] if chosen else []),
        "    return 0",
    ])  # fmt: skip


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _loop(line: str, csr: bool) -> list[str]:
    """Visit every synapse in order of the source."""
    if csr:
        return [
            "    for source in range(stride - 1):",
            "        for b in range(blocks):",
            "            at = b * stride + source",
            "            for j in range(uint64(indptr[at]), uint64(indptr[at + 1])):",
            "                target = uint64(b * width) + uint64(targets[j])",
            f"                {line}",
        ]
    return [
        "    for source in range(pre_start, pre_start + pre_size):",
        "        for target in range(post_start, post_start + post_size):",
        "            j = uint64((source - pre_start) * post_size + target - post_start)",
        f"            {line}",
    ]


def split_rows(indptr: Array, targets: Array, width: int, first: int) -> Array:
    """Return, per row, where the targets from neuron `first` on begin (rows ascend)."""
    blocks, stride = indptr.shape
    edges = np.zeros(blocks * stride, indptr.dtype)
    _split(indptr, targets, width, first, edges)
    return edges


@numba.njit(cache=True, nogil=True)
def _split(indptr: Any, targets: Any, width: int, first: int, edges: Any) -> None:
    blocks, stride = indptr.shape
    for b in range(blocks):
        for row in range(stride - 1):
            lo, hi = np.int64(indptr[b, row]), np.int64(indptr[b, row + 1])
            while lo < hi:
                middle = (lo + hi) // 2
                if b * width + np.int64(targets[middle]) < first:
                    lo = middle + 1
                else:
                    hi = middle
            edges[b * stride + row] = lo
