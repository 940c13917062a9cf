"""Event rules as Brian2 code: what a synapse does at each of its events.

The steps are those of docs/numerics.md, section 5: post spikes strengthen, rewards act, pre spikes
act and are delivered, and then the traces grow. Traces are kept at each synapse with the step at
which they last changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from snn.compiler import CompiledRule
from snn.plasticity.rule import Trace, post_states_of, traces_of, variables_of
from snn_brian2.text import PREFIX, WEIGHT, kernel_code

NOW = "t_in_timesteps"


class RuleCode:
    """Code of the event rules of one projection, all with one delay.

    Parameters
    ----------
    rules : sequence of CompiledRule
    delay : int, steps
    dt : float, ms
    most : int
        Largest number of spikes of a source in one step; above 1 the source has a count.
    """

    def __init__(self, rules: Sequence[CompiledRule], delay: int, dt: float, most: int) -> None:
        self.rules, self.delay, self.dt, self.most = list(rules), delay, dt, most

    def variables(self) -> dict[str, float]:
        """Return the variables of a synapse and their initial values."""
        found: dict[str, float] = {}
        for r, made in enumerate(self.rules):
            for name, variable in variables_of(type(made.rule)).items():
                found[f"{PREFIX}{r}_{name}"] = number(made, variable.initial)
            for name, trace in traces_of(type(made.rule)).items():
                found[f"{PREFIX}{r}_{name}"] = number(made, trace.initial)
                # A post trace is read `delay` late; before that it has its initial value.
                found[f"{PREFIX}{r}_{name}_at"] = self.delay if trace.side == "post" else 0
            found[f"{PREFIX}{r}_latest"] = 0
        return found

    def post(self) -> str:
        """Return what a post spike does."""
        lines: list[str] = []
        for r, made in enumerate(self.rules):
            lines += self._change(r, made, "on_post", "", "p")[0]
        return "\n".join(lines)

    def reward(self) -> str:
        """Return what every step does with the neuromodulator's spikes of that step."""
        lines: list[str] = []
        for k in range(1, self.most + 1):
            came = f"{PREFIX}reward_post > {k - 0.5}"
            for r, made in enumerate(self.rules):
                lines += self._change(r, made, "on_reward", came, f"m{k}")[0]
        return "\n".join(lines)

    def pre(self, target: str) -> str:
        """Return what a pre spike does; what it delivers is added to `target`."""
        lines, sent = [], []
        for k in range(1, self.most + 1):
            came = f"{PREFIX}count_pre > {k - 0.5}" if self.most > 1 else ""
            shares = [WEIGHT]
            for r, made in enumerate(self.rules):
                new, share = self._change(r, made, "on_pre", came, f"s{k}")
                lines += new
                shares += [share] if share else []
            amount = " * ".join(shares)
            lines.append(f"snn_sent{k} = {f'select({came}, {amount}, 0.0)' if came else amount}")
            sent.append(f"snn_sent{k}")
        return "\n".join([*lines, f"{target} += {' + '.join(sent)}"])

    def grown(self, side: str) -> str:
        """Return how the traces of a side grow at its spikes."""
        count = {"pre": f"{PREFIX}count_pre" if self.most > 1 else "1.0", "post": "1.0",
                 "reward": f"{PREFIX}reward_post"}[side]  # fmt: skip
        lines = []
        for r, made, name, trace in self._traces(side):
            plus, own = number(made, trace.increment), f"{PREFIX}{r}_{name}"
            new = (
                repr(plus) if trace.nearest else f"{self._read(r, made, name)} + {count} * {plus!r}"
            )
            if side == "reward":
                new = f"select({count} > 0.5, {new}, {own})"
                moved = f"select({count} > 0.5, {NOW} * 1.0, {own}_at)"
            else:
                moved = f"{NOW} * 1.0"
            lines += [f"{own} = {new}", f"{own}_at = {moved}"]
        return "\n".join(lines)

    def _traces(self, side: str) -> Iterator[tuple[int, CompiledRule, str, Trace]]:
        for r, made in enumerate(self.rules):
            for name, trace in traces_of(type(made.rule)).items():
                if trace.side == side:
                    yield r, made, name, trace

    def _read(self, r: int, made: CompiledRule, name: str) -> str:
        """Return the present value of a trace."""
        own, tau = f"{PREFIX}{r}_{name}", made.values[traces_of(type(made.rule))[name].tau]
        since = f"({NOW} - {own}_at)"
        return f"{own} * exp(-(select({since} > 0.0, {since}, 0.0) * {self.dt!r}) / {tau!r})"

    def _given(self, r: int, made: CompiledRule) -> dict[str, str]:
        """Return what the arguments of kernels are in Brian2."""
        kind = type(made.rule)
        given = {name: repr(float(value)) for name, value in made.values.items()}
        given |= {name: f"({self._read(r, made, name)})" for name in traces_of(kind)}
        given |= {name: f"{PREFIX}{r}_{name}" for name in variables_of(kind)}
        given |= {name: f"{PREFIX}{state}_post" for name, state in post_states_of(kind).items()}
        elapsed = f"(({NOW} - {PREFIX}{r}_latest) * {self.dt!r})"
        return given | {"w": WEIGHT, "dt": repr(self.dt), "elapsed": elapsed}

    def _change(
        self, r: int, made: CompiledRule, event: str, came: str, tag: str
    ) -> tuple[list[str], str]:
        """Return the code of one rule at one event, and the share that it lets through."""
        kernel, rule = made.rule.kernels().get(event), made.rule
        if kernel is None:
            return [], ""
        kind: Any = type(rule)
        names = [WEIGHT, *(f"{PREFIX}{r}_{v}" for v in variables_of(kind))]
        delivers = event == "on_pre" and kind.delivers
        new = [f"snn_{tag}_{r}_{k}" for k in range(len(names) + delivers)]
        lines = kernel_code(kernel, new, self._given(r, made), f"{tag}_{r}_k")
        tests = [came, "" if kind.short_term else f"{PREFIX}learning > 0.5"]
        test = " and ".join(t for t in tests if t)
        for name, value in zip(names, new, strict=False):
            lines.append(f"{name} = {f'select({test}, {value}, {name})' if test else value}")
        latest = f"{PREFIX}{r}_latest"
        lines.append(
            f"{latest} = {f'select({came}, {NOW} * 1.0, {latest})' if came else f'{NOW} * 1.0'}"
        )
        allowed = f"select({test}, {new[-1]}, 1.0)" if test else new[-1]
        return lines, allowed if delivers else ""


def number(made: CompiledRule, value: float | str) -> float:
    """Return a number that may be given as the name of a parameter."""
    return float(made.values[value] if isinstance(value, str) else value)
