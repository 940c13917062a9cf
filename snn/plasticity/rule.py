"""What every learning rule declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from snn.errors import Problem
from snn.fields import Model, _declared, params_of, range_problems, values_of
from snn.kernels import Kernel, kernels_of


@dataclass(frozen=True)
class Trace:
    """A variable of one side of a synapse that jumps at its spikes and decays.

    Parameters
    ----------
    side : {"pre", "post"}
        Whose spikes it follows.
    tau : str
        Parameter with its time constant in ms.
    increment : float or str
        Added at each spike (number, or name of a parameter).
    nearest : bool
        Set to `increment` instead of adding: only the last spike counts.
    initial : float or str
        Value at the start of the run.
    """

    side: Literal["pre", "post"]
    tau: str
    increment: float | str = 1.0
    nearest: bool = False
    initial: float | str = 0.0


class Rule(Model):
    """Common parent of the kinds of learning rule."""

    def problems(self, component: str) -> list[Problem]:
        """Return what is wrong with the parameters taken together."""
        return []

    def kernels(self) -> Mapping[str, Kernel]:
        """Return the functions of the rule by name."""
        return kernels_of(type(self))

    def numbers(self) -> dict[str, float]:
        """Return the numbers that the functions read, by name."""
        return {name: float(value) for name, value in values_of(self).items()}


class EventRule(Rule):
    """A rule that acts when a spike of either side reaches the synapse.

    A subclass is decorated with `snn.model` and declares parameters, `Trace`s and, in
    the kernel grammar, with arguments looked up by name among `w`, traces, parameters
    and `dt`:

    on_pre(...)
        New weight when a presynaptic spike arrives.
    on_post(...)
        New weight when a postsynaptic spike (plus its dendritic delay) arrives.

    A trace that is read at a spike does not contain that spike, nor one of the other
    side arriving in the same step. When both arrive in one step `on_post` acts first.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("on_pre", "on_post")

    def problems(self, component: str) -> list[Problem]:
        return [*bound_problems(component, self), *trace_problems(component, self)]


def traces_of(cls: type) -> Mapping[str, Trace]:
    """Return the traces of a rule class, in order of declaration."""
    return _declared(cls, Trace)


def trace_problems(component: str, rule: EventRule) -> list[Problem]:
    """Require that traces name known parameters and that some function reads them."""
    found, known = [], params_of(type(rule))
    read = {a for kernel in rule.kernels().values() for a in kernel.arguments}
    for name, trace in traces_of(type(rule)).items():
        for field in (trace.tau, trace.increment, trace.initial):
            if isinstance(field, str) and field not in known:
                message = f"names an unknown parameter {field!r}; known are {', '.join(known)}"
                found.append(Problem(component, name, message))
        if trace.side not in ("pre", "post"):
            message = f"must follow the 'pre' or the 'post' side; got {trace.side!r}"
            found.append(Problem(component, name, message))
        if name not in read:
            message = "is a trace that no function of the rule reads"
            found.append(Problem(component, name, message, "read it, or leave it out"))
    return found


def bound_problems(component: str, rule: Any) -> list[Problem]:
    """Require w_min <= w_max where a rule has both."""
    low, high = getattr(rule, "w_min", None), getattr(rule, "w_max", None)
    if low is None or high is None or low <= high:
        return []
    message = f"must not exceed w_max; got {low:g} above {high:g}"
    return [Problem(component, "w_min", message)]


def rule_problems(component: str, rule: Any) -> list[Problem]:
    """Check a rule: ranges first, then its parameters taken together."""
    if not isinstance(rule, Rule):
        return [Problem(component, "plasticity", f"must be a learning rule; got {rule!r}")]
    name = f"{component}.{type(rule).__name__}"
    return range_problems(name, rule) or rule.problems(name)
