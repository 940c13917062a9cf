"""Generate the parts of a plastic projection: event rules, deferred to the pre spike.

A weight matters only when a presynaptic spike reads it, so postsynaptic spikes are kept
in a short history per neuron and replayed then, synapse by synapse, in row order. A flush
replays what is pending for all synapses; it is done when a history is nearly full and
whenever weights are read, and changes nothing but the moment of the arithmetic.

The history of a neuron is a ring of records (step, post traces after the spike), so that
one cache line holds what a synapse needs. The record before the first spike is step 0
with the initial values: it ends every search and reads like any other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledRule
from snn.kernels import numba_source
from snn_cpu import dense
from snn_cpu.fragments import DECAY, DRAW, MOVED
from snn_cpu.learning_rules import Placed, Placement, indent

__all__ = ["TABLE", "Placed", "Placement", "decay_table", "source"]

TABLE = 4096
"""Decay factors kept in a table; older spikes pay an exponential."""


def decay_table(tau: float, dt: float, dtype: str) -> NDArray[Any]:
    """Return exp(-k dt / tau) for k = 0, 1, ... as the traces read it."""
    return np.array([math.exp(-(k * dt) / tau) for k in range(TABLE)], dtype=dtype)


def source(
    rules: Sequence[CompiledRule], precision: str, form: str, own_delay: bool, scaled: bool = False
) -> str:
    """Return the text of ``deliver``, ``flush``, ``append`` and ``modulate`` of a projection.

    With `scaled` changes of weights are scaled by a plasticity rate.
    """
    return Text(Placement(rules, scaled), precision, form, own_delay).text()


class Text:
    """The generated code of one projection's learning."""

    def __init__(self, rules: Placement, precision: str, form: str, own_delay: bool) -> None:
        self.rules, self.form, self.own_delay = rules, form, own_delay
        self.cast = f"np.{precision}"

    def text(self) -> str:
        kernels = [self.kernel(k, name) for k, name in self.rules.functions()]
        drawn = [DRAW.format(cast=self.cast)] if self.rules.drawing else []
        scaling = [MOVED] if self.rules.scaled else []
        parts = [*kernels, DECAY.format(cast=self.cast), *drawn, *scaling, self.deliver(), self.flush(),
                 self.append()]  # fmt: skip
        if self.rules.modulated:
            parts.append(self.modulate())
        return "\n\n".join(parts)

    def kernel(self, k: int, name: str) -> str:
        text = numba_source(self.rules.kernel(k, name), self.cast, prefix=f"r{k}_")
        return re.sub(r"^def ", "@njit(nogil=True, error_model='numpy')\ndef ", text, flags=re.M)

    def names(self) -> str:
        rows = ["begin", "end", "stride", "blocks", "width", "targets"]
        implicit = ["pre_start", "pre_size", "post_start", "lo", "hi"]
        return ", ".join([
            "last", "since", "on", "hist", "head", "mark", "weight", "delay", "scale", "gain",
            "clock", *(["speeds"] if self.rules.scaled else []),
            *(rows if self.form == "csr" else implicit), *self.rules.arrays(),
        ])  # fmt: skip

    def parameters(self) -> list[str]:
        lines = ["top = uint64(hist.shape[1] - 1)", f"values = hist.view({self.cast})",
                 f"dt = {self.cast}(clock[0])"]  # fmt: skip
        if self.rules.scaled:
            lines.append(f"speed = {self.cast}(speeds[0])")
        if self.rules.modulated:
            lines.append("rtop = uint64(MS.size - 1)")
        for k, rule in enumerate(self.rules.rules):
            lines += [f"r{k}_p_{name} = P_{k}[{i}]" for i, name in enumerate(rule.values)]
        for at, t in enumerate(self.rules.traces):
            lines += [f"tau_{t.name} = scale[{at}]", f"inc_{t.name} = gain[{at}]"]
        return [*lines, *([] if self.own_delay else ["d = np.int64(delay[0])", *self.timing()])]

    def timing(self) -> list[str]:
        """When a post spike is seen; on or before step 0 nothing was."""
        return ["seen = max(step - d, 0)"]

    def own(self, lines: list[str]) -> list[str]:
        """Lines that depend on a synapse's own delay; hoisted where there is one for all."""
        return ["d = np.int64(delay[j])", *self.timing(), *lines] if self.own_delay else []

    def trace(self, t: Placed, now: str, entry: str = "") -> str:
        """Return the value of a trace at a step; `entry` is the last spike that counts."""
        if t.trace.side == "pre":
            return f"X_{t.name}[source] * {self.decayed(t, 'source', f'{now} - last_pre')}"
        if t.trace.side == "post":
            at = f"target, uint64({entry}) & top"
            since = f"{now} - np.int64(hist[{at}, 0])"
            return f"values[{at}, {self.rules.column(t)}] * {self.decayed(t, 'target', since)}"
        at = f"uint64({entry}) & rtop"
        return f"X_{t.name}[{at}] * {self.decayed(t, '', f'{now} - MS[{at}]')}"

    def decayed(self, t: Placed, neuron: str, steps: str) -> str:
        """Return what is left of a trace after so many steps."""
        if t.own_tau:
            return f"own_decay({steps}, T_{t.name}[{neuron}], clock[0])"
        return f"decay(D_{t.name}, {steps}, tau_{t.name})"

    def increment(self, t: Placed, neuron: str) -> str:
        """Return what a spike of a neuron adds to a trace."""
        return f"G_{t.name}[{neuron}]" if t.own_increment else f"inc_{t.name}"

    def reads(self, event: str, now: str, post_now: str, entry: str, modulator: str) -> list[str]:
        """Lines that read the traces that an event's functions use."""
        lines = []
        for t in self.rules.read_by(event):
            side = t.trace.side
            when, which = (post_now, entry) if side == "post" else (now, modulator)
            lines.append(f"at_{t.name} = {self.trace(t, when, which)}")
        return lines

    def simple_replay(self) -> list[str]:
        """Apply pending post spikes, oldest first; one or none is the common case.

        That case has no branch: its outcome could not be predicted.
        """
        body = self.reads("on_post", "max(p + d, last_pre)", "p", "f - 1", "")
        acts = self.rules.calls("on_post", self.cast)
        return [
            "f = e",
            "if np.int64(hist[target, uint64(e - 1) & top, 0]) > from_:",
            "    f = e - 1",
            "    while np.int64(hist[target, uint64(f - 1) & top, 0]) > from_:",
            "        f -= 1",
            "    while f <= e:",
            "        p = np.int64(hist[target, uint64(f) & top, 0])",
            *indent([*body, *acts, "f += 1"], 2),
            "else:",
            *indent([*body, "before = w", *acts, "w = w if p > from_ else before"], 1),
        ]

    def full_replay(self) -> list[str]:
        """Apply pending post spikes and modulator spikes in order of time."""
        lines = [
            "f = e",
            "while np.int64(hist[target, uint64(f) & top, 0]) > from_:",
            "    f -= 1",
        ]
        for k in self.rules.timed:
            lines += self.rules.timed_from(k)
            if self.rules.has(k, "on_post"):
                lines += ["if f >= 0:",
                          f"    prev_{k} = max(prev_{k}, np.int64(hist[target, uint64(f) & top, 0]) + d)"]  # fmt: skip
            if self.rules.has(k, "on_reward"):
                lines += ["if first > 0:",
                          f"    prev_{k} = max(prev_{k}, MS[uint64(first - 1) & rtop])"]  # fmt: skip
        post = [
            "now = p + d",
            *self.reads("on_post", "now", "p", "f - 1", "g - 1"),
            *self.rules.calls("on_post", self.cast),
        ]
        if not self.rules.modulated:
            return [*lines, "f += 1", "while f <= e:",
                    "    p = np.int64(hist[target, uint64(f) & top, 0])",
                    *indent([*post, "f += 1"], 1)]  # fmt: skip
        reward = [
            "now = MS[uint64(g) & rtop]",
            "c = f - 1",
            "if c >= 0 and np.int64(hist[target, uint64(c) & top, 0]) + d == now:",
            "    c -= 1",
            *self.reads("on_reward", "now", "max(now - d, 0)", "c", "g - 1"),
            "for _ in range(MC[uint64(g) & rtop]):",
            *indent(self.rules.calls("on_reward", self.cast) or ["pass"], 1),
        ]
        return [
            *lines, "f += 1", "g = first", "while f <= e or g <= newest:",
            "    p = np.int64(hist[target, uint64(f) & top, 0])",
            "    if f <= e and (g > newest or p + d <= MS[uint64(g) & rtop]):",
            *indent([*post, "f += 1"], 2),
            "    else:",
            *indent([*reward, "g += 1"], 2),
        ]  # fmt: skip

    def replay(self) -> list[str]:
        simple = not (self.rules.modulated or self.rules.variables or self.rules.timed)
        if simple and not self.rules.calls("on_post", self.cast):
            return []
        return self.simple_replay() if simple else self.full_replay()

    def pending(self) -> list[str]:
        """Which modulator spikes a source's synapses have not seen."""
        if not self.rules.modulated:
            return []
        return ["first = newest + 1", "begun = max(last_pre, since[0])",
                "while first > 0 and MS[uint64(first - 1) & rtop] > begun:", "    first -= 1"]  # fmt: skip

    def newest(self) -> list[str]:
        if not self.rules.modulated:
            return []
        return ["newest = MH[0] - 1", "while newest >= 0 and MS[uint64(newest) & rtop] > step:",
                "    newest -= 1"]  # fmt: skip

    def entry(self) -> list[str]:
        """Find the last post spike that a synapse has seen."""
        return [
            "e = np.int64(head[target]) - 1",
            "p = np.int64(hist[target, uint64(e) & top, 0])",
            "while p > seen:",
            "    e -= 1",
            "    p = np.int64(hist[target, uint64(e) & top, 0])",
        ]

    def synapses(self, body: list[str]) -> list[str]:
        """Loop over the synapses of `source`, with `target` and `j` bound."""
        if self.form == "csr":
            return [
                "for b in range(blocks):",
                "    base = uint64(b * width)",
                "    at = b * stride + source",
                "    for j in range(uint64(begin[at]), uint64(end[at])):",
                "        target = base + uint64(targets[j])",
                *indent(body, 2),
            ]
        return [
            "inside = pre_start <= source < pre_start + pre_size",
            "post_size = weight.size // max(pre_size, 1)",
            "base = (source - pre_start) * post_size - post_start",
            "for target in range(uint64(lo), uint64(hi if inside else lo)):",
            "    j = uint64(base + np.int64(target))",
            *indent(body, 1),
        ]

    def at_pre(self) -> list[str]:
        """Lines that act on one presynaptic spike, after what was pending."""
        lines = []
        if self.rules.read_by("on_pre"):
            lines = [
                "c = e", "if e >= 0 and p == seen and seen > 0:", "    c -= 1",
                *(["m = newest", "if m >= 0 and MS[uint64(m) & rtop] == step:", "    m -= 1"]
                  if self.rules.modulated else []),
                *self.reads("on_pre", "step", "seen", "c", "m"),
            ]  # fmt: skip
        return lines

    def deliver(self) -> str:
        now = [f"now_{t.name} = {self.trace(t, 'step')}" for t in self.rules.on("pre")]
        acts = self.rules.calls("on_pre", self.cast, gated=True)
        sent = "w * factor" if self.rules.delivers else "w"
        body = [
            "w = weight[j]",
            *self.rules.loads(),
            *self.own(["row = ring[(step + d) & mask]", "from_ = max(begun - d, 0)"]),
            *(self.entry() if self.rules.looks_back else []),
            *(line for k in self.rules.timed for line in self.rules.timed_from(k)),
            "if learning:",
            *indent([*self.replay(), "p = np.int64(hist[target, uint64(e) & top, 0])"]
                    if self.rules.looks_back else ["pass"], 1),
            *self.rules.post_states(self.cast),
            "now = step",
            *self.at_pre(),
            *(["turn = turn if np.int64(target) == latest else 0", "latest = np.int64(target)"]
              if self.rules.drawing else []),
            "for _ in range(times):",
            *indent([*self.rules.factor(self.cast), *(acts or ["pass"]),
                     f"row[target] += {sent}",
                     *(["turn += 1"] if self.rules.drawing else [])], 1),
            "weight[j] = w",
            *self.rules.stores(),
        ]  # fmt: skip
        grow = []
        for t in self.rules.on("pre"):
            step = self.increment(t, "source")
            grow += [f"now_{t.name} = {step if t.trace.nearest else f'now_{t.name} + {step}'}"]
        stores = [f"X_{t.name}[source] = now_{t.name}" for t in self.rules.on("pre")]
        hoisted = [] if self.own_delay else [
            "from_ = max(begun - d, 0)", "row = ring[(step + d) & mask]",
        ]  # fmt: skip
        if self.rules.drawing:
            hoisted += ["latest = -1", "turn = 0"]
        is_dense = dense.suits(self)
        shared = dense.shared(self) if is_dense else []
        sent_to_all = dense.passes(self) if is_dense else self.synapses(body)
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def deliver(step, slot, spikes, ptr, ring, mask, {self.names()}):",
            *indent(["learning = on[0] != 0", *self.parameters(), *self.newest(), *shared], 1),
            "    for t in range(spikes.shape[0]):",
            "        s = ptr[t, slot]",
            "        while s < ptr[t, slot + 1]:",
            "            source = np.int64(spikes[t, s])",
            "            times = 1",
            "            while s + times < ptr[t, slot + 1] and spikes[t, s + times] == source:",
            "                times += 1",
            "            s += times",
            "            last_pre = np.int64(last[source])",
            "            begun = max(last_pre, since[0])",
            *indent([*now, *hoisted, *self.pending(), *sent_to_all], 3),
            "            for _ in range(times):",
            *indent(grow or ["pass"], 4),
            *indent([*stores, "last[source] = step"], 3),
            "    return 0",
        ])  # fmt: skip

    def flush(self) -> str:
        body = [
            "w = weight[j]", *self.rules.loads(), *self.own(["from_ = max(begun - d, 0)"]),
            *self.entry(), *self.replay(), "weight[j] = w", *self.rules.stores(),
        ]  # fmt: skip
        hoisted = [] if self.own_delay else ["from_ = max(begun - d, 0)"]
        marks = ["MM[0] = MH[0]"] if self.rules.modulated else []
        replays = [
            "for source in range(last.size):",
            "    last_pre = np.int64(last[source])",
            "    begun = max(last_pre, since[0])",
            *indent([*hoisted, *self.pending(), *self.synapses(body)], 1),
        ]
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def flush(step, slot, due, {self.names()}):",
            "    if slot and not due[0]:",
            "        return 0",
            *indent([*self.parameters(), *self.newest()], 1),
            "    if on[0]:",
            *indent(replays if self.replay() else ["pass"], 2),
            *indent(["since[0] = step", "mark[:] = head", *marks, "due[0] = 0", "return 0"], 1),
        ])  # fmt: skip

    def append(self) -> str:
        lines = []
        for t in self.rules.on("post"):
            before = re.sub(r"\btarget\b", "i", self.trace(t, "step", "h - 1"))
            step = self.increment(t, "i")
            value = step if t.trace.nearest else f"{before} + {step}"
            lines.append(f"values[i, uint64(h) & top, {self.rules.column(t)}] = {value}")
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def append(step, slot, thread, spikes, ptr, due, margin, {self.names()}):",
            *indent(self.parameters(), 1),
            "    for s in range(ptr[thread, slot], ptr[thread, slot + 1]):",
            "        i = uint64(spikes[thread, s])",
            "        h = np.int64(head[i])",
            *indent(lines, 2),
            "        hist[i, uint64(h) & top, 0] = step",
            "        head[i] = h + 1",
            "        if head[i] - mark[i] > hist.shape[1] - margin:",
            "            due[0] = 1",
            "    return 0",
        ])  # fmt: skip

    def modulate(self) -> str:
        """Remember the spikes of the neuromodulator: one entry for each step with any."""
        lines = []
        for t in self.rules.on("reward"):
            grown = f"inc_{t.name}" if t.trace.nearest else f"y + inc_{t.name}"
            lines += [f"y = {self.trace(t, 'step', 'h - 1')}", "for _ in range(count):",
                      f"    y = {grown}", f"X_{t.name}[uint64(h) & rtop] = y"]  # fmt: skip
        return "\n".join([
            "@njit(nogil=True, error_model='numpy')",
            f"def modulate(step, slot, spikes, ptr, due, margin, {self.names()}):",
            *indent(self.parameters(), 1),
            "    count = 0",
            "    for t in range(spikes.shape[0]):",
            "        count += ptr[t, slot + 1] - ptr[t, slot]",
            "    if count == 0:",
            "        return 0",
            "    h = MH[0]",
            *indent(lines, 1),
            "    MS[uint64(h) & rtop] = step",
            "    MC[uint64(h) & rtop] = count",
            "    MH[0] = h + 1",
            "    if MH[0] - MM[0] > MS.size - margin:",
            "        due[0] = 1",
            "    return 0",
        ])  # fmt: skip
