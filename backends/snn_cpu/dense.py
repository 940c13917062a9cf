"""Delivery of a plastic projection without index: what its sources share is read once a step.

Where everything connects to everything and all delays are equal, the spikes of one step
meet the same targets with the same post spikes and traces. They are looked up once; a
source then replays the few targets with pending post spikes, and changes the others in
loops without branches. The arithmetic of a synapse, and its order, stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snn_cpu.learning_rules import indent

if TYPE_CHECKING:
    from snn_cpu.plastic import Text


def suits(text: Text) -> bool:
    """Say whether a projection's synapses of one step share what they read."""
    rules = text.rules
    special = (rules.modulated, rules.variables, rules.states, rules.timed, rules.delivers,
               rules.drawing)  # fmt: skip
    lasting = not any(rules.rule(k).short_term for k in range(len(rules.rules)))
    return text.form != "csr" and not text.own_delay and lasting and not any(special)


def shared(text: Text) -> list[str]:
    """Look up the last post spike that each target has shown by now, and its traces."""
    lines = [
        "spiked = False",
        "for t in range(spikes.shape[0]):",
        "    spiked = spiked or ptr[t, slot + 1] > ptr[t, slot]",
        "count = np.int64(hi) if learning and spiked else 0",
    ]
    if not text.rules.looks_back:
        return lines
    traces = [t for t in text.rules.read_by("on_pre") if t.trace.side == "post"]
    body = [
        *text.entry(), "shown[target] = p",
        "c = e", "if e >= 0 and p == seen and seen > 0:", "    c -= 1",
        *(f"C_{t.name}[target] = {text.trace(t, 'seen', 'c')}" for t in traces),
    ]  # fmt: skip
    return [
        *lines, "shown = np.empty(count, np.int64)",
        *(f"C_{t.name} = np.empty(count, {text.cast})" for t in traces),
        "for target in range(uint64(lo), uint64(max(count, lo))):",
        *indent(body, 1),
    ]  # fmt: skip


def passes(text: Text) -> list[str]:
    """Replay what is pending, then act and deliver; frozen synapses only deliver."""
    frozen = text.synapses(["row[target] += weight[j]"])
    learning = [
        *(text.synapses(_pending(text)) if text.replay() else []),
        *(f"at_{t.name} = {text.trace(t, 'step')}"
          for t in text.rules.read_by("on_pre") if t.trace.side == "pre"),
        "for _ in range(times):",
        *indent(text.synapses(_acting(text)), 1),
    ]  # fmt: skip
    return ["if learning:", *indent(learning, 1), "else:", "    for _ in range(times):",
            *indent(frozen, 2)]  # fmt: skip


def _pending(text: Text) -> list[str]:
    body = ["w = weight[j]", *text.entry(), *text.replay(), "weight[j] = w"]
    return ["if shown[target] > from_:", *indent(body, 1)]


def _acting(text: Text) -> list[str]:
    return [
        "w = weight[j]",
        *(f"at_{t.name} = C_{t.name}[target]"
          for t in text.rules.read_by("on_pre") if t.trace.side == "post"),
        *text.rules.calls("on_pre", text.cast),
        "row[target] += w",
        "weight[j] = w",
    ]  # fmt: skip
