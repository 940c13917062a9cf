"""The rules of a plastic projection under the names they have in generated code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledRule
from snn.kernels import Kernel
from snn.plasticity import EventRule, Trace
from snn.plasticity.rule import SynapseVariable, post_states_of, traces_of, variables_of


@dataclass(frozen=True)
class Placed:
    """A trace of one rule of a projection, under its name in generated code."""

    name: str
    trace: Trace
    tau: Any
    increment: Any
    rule: CompiledRule

    @property
    def own_tau(self) -> bool:
        """Whether each neuron has a time constant of its own."""
        return np.ndim(self.tau) > 0

    @property
    def own_increment(self) -> bool:
        """Whether each neuron has an increment of its own."""
        return np.ndim(self.increment) > 0

    def initial(self, size: int) -> NDArray[Any]:
        """Return the initial value of each of so many neurons."""
        return self.rule.initial(self.trace.initial, size)


class Placement:
    """The event rules of a projection, with their traces and synapse variables.

    Parameters
    ----------
    rules : sequence of CompiledRule
    scaled : bool
        Whether changes of weights are scaled by a plasticity rate, ``speed``.
    """

    def __init__(self, rules: Sequence[CompiledRule], scaled: bool = False) -> None:
        self.rules, self.scaled = rules, scaled
        self.traces = [self._placed(k, name, trace) for k, rule in enumerate(rules)
                       for name, trace in traces_of(type(rule.rule)).items()]  # fmt: skip

    def _placed(self, k: int, name: str, trace: Trace) -> Placed:
        rule = self.rules[k]
        tau, increment = (
            rule.arrays[x] if x in rule.arrays else rule.number(x)
            for x in (trace.tau, trace.increment)
        )
        return Placed(f"r{k}_{name}", trace, tau, increment, rule)

    def on(self, side: str) -> list[Placed]:
        """Return the traces of one side."""
        return [t for t in self.traces if t.trace.side == side]

    def column(self, trace: Placed) -> int:
        """Return where a post trace is in a record of the history."""
        return 1 + self.on("post").index(trace)

    def rule(self, k: int) -> EventRule:
        """Return a rule as it was declared."""
        declared = self.rules[k].rule
        assert isinstance(declared, EventRule)
        return declared

    def kernel(self, k: int, name: str) -> Kernel:
        """Return a function of a rule."""
        return self.rule(k).kernels()[name]

    def has(self, k: int, name: str) -> bool:
        """Say whether a rule has a function."""
        return name in self.rule(k).kernels()

    def functions(self) -> Iterator[tuple[int, str]]:
        """Yield every function of every rule."""
        for k in range(len(self.rules)):
            for name in self.rule(k).kernels():
                yield k, name

    @property
    def variables(self) -> dict[str, SynapseVariable]:
        """Synapse variables by their name in generated code."""
        return {f"r{k}_{name}": variable for k in range(len(self.rules))
                for name, variable in variables_of(type(self.rule(k))).items()}  # fmt: skip

    @property
    def states(self) -> dict[str, str]:
        """Postsynaptic states that are read, by their name in generated code."""
        return {f"r{k}_{name}": state for k in range(len(self.rules))
                for name, state in post_states_of(type(self.rule(k))).items()}  # fmt: skip

    @property
    def modulated(self) -> bool:
        """Whether spikes of a neuromodulator act."""
        return any(rule.modulator is not None for rule in self.rules)

    @property
    def delivers(self) -> bool:
        """Whether some rule changes what a spike delivers."""
        return any(self.rule(k).delivers for k in range(len(self.rules)))

    @property
    def looks_back(self) -> bool:
        """Whether post or modulator spikes matter at all."""
        later = any(name != "on_pre" for _, name in self.functions())
        return later or any(t.trace.side != "pre" for t in self.traces)

    @property
    def timed(self) -> list[int]:
        """Rules whose functions read the time since their last event."""
        return [k for k in range(len(self.rules))
                if any("elapsed" in f.arguments
                       for f in self.rule(k).kernels().values())]  # fmt: skip

    @property
    def drawing(self) -> list[int]:
        """Rules that draw a random number at each presynaptic spike."""
        return [
            k
            for k in range(len(self.rules))
            if self.has(k, "on_pre") and "uniform" in self.kernel(k, "on_pre").arguments
        ]

    def arrays(self) -> list[str]:
        """Names of the arrays that come with the rules."""
        own = [f"{'T' if t.own_tau else 'D'}_{t.name}" for t in self.traces]
        own += [f"G_{t.name}" for t in self.traces if t.own_increment]
        own += [f"X_{t.name}" for t in self.traces if t.trace.side != "post"]
        made = [*own, *(f"P_{k}" for k in range(len(self.rules)))]
        made += [f"K_{k}" for k in self.drawing] + list(self.own)
        made += [f"V_{name}" for name in self.variables] + [f"S_{name}" for name in self.states]
        return made + (["MS", "MC", "MH", "MM"] if self.modulated else [])

    @property
    def own(self) -> dict[str, tuple[str, NDArray[Any]]]:
        """Parameters with a value for each neuron or synapse: (of what, values) by name."""
        return {f"Q_{k}_{name}": (rule.per[name], values)
                for k, rule in enumerate(self.rules)
                for name, values in rule.arrays.items()}  # fmt: skip

    def read_by(self, event: str) -> list[Placed]:
        """Return the traces that the functions of an event read."""
        used = {f"r{k}_{a}" for k, name in self.functions() if name == event
                for a in self.kernel(k, name).arguments}  # fmt: skip
        return [t for t in self.traces if t.name in used]

    def loads(self) -> list[str]:
        """Lines that load the synapse variables."""
        return [f"v_{name} = V_{name}[j]" for name in self.variables]

    def stores(self) -> list[str]:
        """Lines that store the synapse variables."""
        return [f"V_{name}[j] = v_{name}" for name in self.variables]

    def post_states(self, cast: str) -> list[str]:
        """Lines that load the post states that are read."""
        return [f"s_{name} = {cast}(S_{name}[target])" for name in self.states]

    def timed_from(self, k: int) -> list[str]:
        """Lines that begin the clock of a rule that reads the time since its last event."""
        return [f"prev_{k} = {'last_pre' if self.has(k, 'on_pre') else '0'}"]

    def factor(self, cast: str) -> list[str]:
        """Lines that begin the product of what changes the delivery."""
        return [f"factor = {cast}(1)"] if self.delivers else []

    def calls(self, event: str, cast: str, gated: bool = False) -> list[str]:
        """Lines that call the functions of an event, rule by rule.

        With `gated` only short-term rules act while learning is off.
        """
        lines: list[str] = []
        for k in range(len(self.rules)):
            if not self.has(k, event):
                continue
            own = self._call(k, event, cast)
            if gated and not self.rule(k).short_term:
                own = ["if learning:", *indent(own, 1)]
            lines += own
        return lines

    def _call(self, k: int, event: str, cast: str) -> list[str]:
        kernel = self.kernel(k, event)
        names = ["w", *(f"v_r{k}_{v}" for v in variables_of(type(self.rule(k))))]
        if event == "on_pre" and self.rule(k).delivers:
            names.append("share")
        call = f"r{k}_{event}({', '.join(self._argument(k, a) for a in kernel.arguments)})"
        lines = []
        if k in self.timed:
            lines = [f"elapsed = {cast}((now - prev_{k}) * clock[0])", f"prev_{k} = now"]
        if "uniform" in kernel.arguments:
            lines.append(f"uniform = draw(K_{k}, source, target, step, turn)")
        if len(names) == 1:
            return [*lines, f"w = {self.moved(f'{cast}({call})')}"]
        made = [f"n{i}" for i in range(len(names))]
        lines.append(f"{', '.join(made)} = {call}")
        lines += [f"w = {self.moved(f'{cast}(n0)')}"]
        lines += [f"{name} = {cast}({m})" for name, m in zip(names[1:], made[1:], strict=True)]
        return [*lines, *(["factor = factor * share"] if "share" in names else [])]

    def moved(self, new: str) -> str:
        """Return what becomes of a weight that a rule wants to be `new`."""
        return f"moved(w, {new}, speed)" if self.scaled else new

    def _argument(self, k: int, name: str) -> str:
        if name in self.rules[k].per:
            at = {"pre": "source", "post": "target", "synapse": "j"}[self.rules[k].per[name]]
            return f"Q_{k}_{name}[{at}]"
        if name in ("w", "dt", "elapsed", "uniform"):
            return name
        if name in variables_of(type(self.rule(k))):
            return f"v_r{k}_{name}"
        if name in post_states_of(type(self.rule(k))):
            return f"s_r{k}_{name}"
        return f"at_r{k}_{name}" if f"r{k}_{name}" in [t.name for t in self.traces] \
            else f"r{k}_p_{name}"  # fmt: skip


def indent(lines: Sequence[str], depth: int) -> list[str]:
    """Return lines moved in by so many levels."""
    return ["    " * depth + line for line in lines]
