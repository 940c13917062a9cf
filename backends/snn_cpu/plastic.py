"""Generate the parts of a plastic projection: event rules, deferred to the pre spike.

A weight matters only when a presynaptic spike reads it, so postsynaptic spikes are kept
in a short history per neuron and replayed then, synapse by synapse, in row order. A flush
replays what is pending for all synapses; it is done when a history is nearly full and
whenever weights are read, and changes nothing but the moment of the arithmetic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledRule
from snn.kernels import Kernel, numba_source
from snn.plasticity import Trace
from snn.plasticity.rule import traces_of

TABLE = 4096
"""Decay factors kept in a table; older spikes pay an exponential."""


@dataclass(frozen=True)
class Placed:
    """A trace of one rule of a projection, under its name in generated code."""

    name: str
    trace: Trace
    tau: float
    increment: float
    initial: float


def placed(rules: Sequence[CompiledRule]) -> list[Placed]:
    """Return all traces of a projection's event rules, with their numbers."""
    found = []
    for k, rule in enumerate(rules):
        for name, trace in traces_of(type(rule.rule)).items():
            numbers = [rule.values.get(v, v) if isinstance(v, str) else v
                       for v in (trace.increment, trace.initial)]  # fmt: skip
            tau = rule.values[trace.tau]
            found.append(Placed(f"r{k}_{name}", trace, tau, *map(float, numbers)))
    return found


def decay_table(tau: float, dt: float, dtype: str) -> NDArray[Any]:
    """Return exp(-k dt / tau) for k = 0, 1, ... as the traces read it."""
    return np.array([math.exp(-(k * dt) / tau) for k in range(TABLE)], dtype=dtype)


def source(rules: Sequence[CompiledRule], precision: str, form: str, own_delay: bool) -> str:
    """Return the text of ``deliver``, ``flush`` and ``append`` of a projection."""
    return _Text(rules, precision, form, own_delay).text()


class _Text:
    def __init__(
        self, rules: Sequence[CompiledRule], precision: str, form: str, own_delay: bool
    ) -> None:
        self.rules, self.form, self.own_delay = rules, form, own_delay
        self.cast = f"np.{precision}"
        self.traces = placed(rules)
        self.pre = [t for t in self.traces if t.trace.side == "pre"]
        self.post = [t for t in self.traces if t.trace.side == "post"]

    def text(self) -> str:
        kernels = [self.kernel(k, name) for k, r in enumerate(self.rules)
                   for name in r.rule.kernels()]  # fmt: skip
        return "\n\n".join([*kernels, _DECAY.format(cast=self.cast), self.deliver(),
                            self.flush(), self.append()])  # fmt: skip

    def kernel(self, k: int, name: str) -> str:
        kernel = self.rules[k].rule.kernels()[name]
        text = numba_source(kernel, self.cast, prefix=f"r{k}_")
        return re.sub(r"^def ", "@njit(nogil=True, error_model='numpy')\ndef ", text, flags=re.M)

    def names(self) -> str:
        per_trace = [f"{kind}_{t.name}" for t in self.traces for kind in ("D", "X")]
        per_rule = [f"P_{k}" for k in range(len(self.rules))]
        rows = ["begin", "end", "stride", "blocks", "width", "targets"]
        implicit = ["pre_start", "pre_size", "post_start", "lo", "hi"]
        return ", ".join([
            "last", "since", "on", "hist", "head", "mark", "weight", "delay", "scale", "gain",
            *(rows if self.form == "csr" else implicit), *per_trace, *per_rule,
        ])  # fmt: skip

    def parameters(self) -> list[str]:
        lines = []
        for k, rule in enumerate(self.rules):
            lines += [f"r{k}_p_{name} = P_{k}[{i}]" for i, name in enumerate(rule.values)]
        for t in self.traces:
            at = self.traces.index(t)
            lines += [f"tau_{t.name} = scale[{at}]", f"inc_{t.name} = gain[{at}, 0]",
                      f"ini_{t.name} = gain[{at}, 1]"]  # fmt: skip
        return lines

    def call(self, k: int, name: str, local: Mapping[str, str]) -> str | None:
        kernel: Kernel | None = self.rules[k].rule.kernels().get(name)
        if kernel is None:
            return None
        own = {t.name.removeprefix(f"r{k}_"): t for t in self.traces if t.name.startswith(f"r{k}_")}
        arguments = [
            "w" if a == "w" else local[own[a].name] if a in own else f"r{k}_p_{a}"
            for a in kernel.arguments
        ]
        return f"w = {self.cast}(r{k}_{name}({', '.join(arguments)}))"

    def calls(self, name: str, local: Mapping[str, str]) -> list[str]:
        found = [self.call(k, name, local) for k in range(len(self.rules))]
        return [line for line in found if line]

    def read(self, name: str, *traces: Placed) -> bool:
        """Say whether any rule's `name` reads one of these traces."""
        used = {f"r{k}_{a}" for k, r in enumerate(self.rules) if name in r.rule.kernels()
                for a in r.rule.kernels()[name].arguments}  # fmt: skip
        return any(t.name in used for t in traces)

    def replay(self) -> list[str]:
        """Lines that apply the pending post spikes of one synapse, oldest first."""
        body = ["p = hist[target, uint64(f) & top]"]
        for t in self.pre:
            if self.read("on_post", t):
                body.append(f"at_{t.name} = X_{t.name}[source] * "
                            f"decay(D_{t.name}, p + d - last_pre, tau_{t.name})")  # fmt: skip
        for t in self.post:
            if self.read("on_post", t):
                body += [f"at_{t.name} = ini_{t.name} * decay(D_{t.name}, p, tau_{t.name})",
                         "if f > 0:",
                         f"    at_{t.name} = X_{t.name}[target, uint64(f - 1) & top] * "
                         f"decay(D_{t.name}, p - hist[target, uint64(f - 1) & top], tau_{t.name})"]  # fmt: skip
        body += self.calls("on_post", {t.name: f"at_{t.name}" for t in self.traces})
        return [
            "from_ = max(last_pre, since[0]) - d",
            "f = e",
            "while f >= 0 and hist[target, uint64(f) & top] > from_:",
            "    f -= 1",
            "f += 1",
            "while f <= e:",
            *_indent([*body, "f += 1"], 1),
        ]

    def synapses(self, body: list[str]) -> list[str]:
        """Loop over the synapses of `source`, with `target`, `d` and `j` bound."""
        d = "d = np.int64(delay[j])" if self.own_delay else "d = np.int64(delay[0])"
        if self.form == "csr":
            return [
                "for b in range(blocks):",
                "    base = uint64(b * width)",
                "    for j in range(uint64(begin[b * stride + source]), uint64(end[b * stride + source])):",
                "        target = base + uint64(targets[j])",
                *_indent([d, *body], 2),
            ]
        return [
            "inside = pre_start <= source < pre_start + pre_size",
            "post_size = weight.size // max(pre_size, 1)",
            "base = (source - pre_start) * post_size - post_start",
            "for target in range(uint64(lo), uint64(hi if inside else lo)):",
            "    j = uint64(base + np.int64(target))",
            *_indent([d, *body], 1),
        ]

    def deliver(self) -> str:
        now = [f"now_{t.name} = X_{t.name}[source] * decay(D_{t.name}, step - last_pre, tau_{t.name})"
               for t in self.pre]  # fmt: skip
        late = []
        for t in self.post:
            late += [f"now_{t.name} = ini_{t.name} * decay(D_{t.name}, max(seen, 0), tau_{t.name})",
                     "if e >= 0:",
                     f"    now_{t.name} = X_{t.name}[target, uint64(e) & top] * "
                     f"decay(D_{t.name}, seen - hist[target, uint64(e) & top], tau_{t.name})"]  # fmt: skip
        acts = self.calls("on_pre", {t.name: f"now_{t.name}" for t in self.traces})
        body = [
            "w = weight[j]",
            "seen = step - d",
            "e = np.int64(head[target]) - 1",
            "while e >= 0 and hist[target, uint64(e) & top] > seen:",
            "    e -= 1",
            "if learning:",
            *_indent(self.replay(), 1),
            "    while e >= 0 and hist[target, uint64(e) & top] >= seen:",
            "        e -= 1",
            *_indent(late, 1),
            "row = ring[(step + d) & mask]",
            "for _ in range(times):",
            *_indent(["if learning:", *_indent(acts or ["pass"], 1), "row[target] += w"], 1),
            "weight[j] = w",
        ]
        grow = []
        for t in self.pre:
            step = f"inc_{t.name}" if t.trace.nearest else f"now_{t.name} + inc_{t.name}"
            grow += [f"now_{t.name} = {step}"]
        stores = [f"X_{t.name}[source] = now_{t.name}" for t in self.pre]
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def deliver(step, slot, spikes, ptr, ring, mask, {self.names()}):",
            *_indent(["top = uint64(hist.shape[1] - 1)", "learning = on[0] != 0",
                      *self.parameters()], 1),
            "    for t in range(spikes.shape[0]):",
            "        s = ptr[t, slot]",
            "        while s < ptr[t, slot + 1]:",
            "            source = np.int64(spikes[t, s])",
            "            times = 1",
            "            while s + times < ptr[t, slot + 1] and spikes[t, s + times] == source:",
            "                times += 1",
            "            s += times",
            "            last_pre = np.int64(last[source])",
            *_indent(now, 3),
            *_indent(self.synapses(body), 3),
            "            for _ in range(times):",
            *_indent(grow or ["pass"], 4),
            *_indent([*stores, "last[source] = step"], 3),
            "    return 0",
        ])  # fmt: skip

    def flush(self) -> str:
        body = [
            "w = weight[j]",
            "seen = step - d",
            "e = np.int64(head[target]) - 1",
            "while e >= 0 and hist[target, uint64(e) & top] > seen:",
            "    e -= 1",
            *self.replay(),
            "weight[j] = w",
        ]
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def flush(step, slot, due, {self.names()}):",
            *_indent(["top = uint64(hist.shape[1] - 1)", *self.parameters()], 1),
            "    if slot and not due[0]:",
            "        return 0",
            "    if on[0]:",
            "        for source in range(last.size):",
            "            last_pre = np.int64(last[source])",
            *_indent(self.synapses(body), 3),
            "    since[0] = step",
            "    mark[:] = head",
            "    due[0] = 0",
            "    return 0",
        ])  # fmt: skip

    def append(self) -> str:
        lines = []
        for t in self.post:
            before = f"X_{t.name}[i, (h - 1) & top] * decay(D_{t.name}, step - hist[i, (h - 1) & top], tau_{t.name})"
            lines += [f"y = ini_{t.name} * decay(D_{t.name}, step, tau_{t.name})",
                      "if h > 0:", f"    y = {before}",
                      f"X_{t.name}[i, h & top] = "
                      + (f"inc_{t.name}" if t.trace.nearest else f"y + inc_{t.name}")]  # fmt: skip
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def append(step, slot, thread, spikes, ptr, due, margin, {self.names()}):",
            *_indent(["top = uint64(hist.shape[1] - 1)", *self.parameters()], 1),
            "    for s in range(ptr[thread, slot], ptr[thread, slot + 1]):",
            "        i = uint64(spikes[thread, s])",
            "        h = uint64(head[i])",
            *_indent(lines, 2),
            "        hist[i, h & top] = step",
            "        head[i] = h + uint64(1)",
            "        if head[i] - mark[i] > hist.shape[1] - margin:",
            "            due[0] = 1",
            "    return 0",
        ])  # fmt: skip


_DECAY = """\
@njit(nogil=True, error_model='numpy')
def decay(table, steps, scale):
    k = np.int64(steps)
    if k < table.shape[0]:
        return table[uint64(k)]
    return {cast}(math.exp(-(k * scale[1]) / scale[0]))
"""


def _indent(lines: list[str], depth: int) -> list[str]:
    return ["    " * depth + line for line in lines]
