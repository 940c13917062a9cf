"""What every learning rule declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, ClassVar, Literal

import numpy as np

from snn.errors import Problem
from snn.fields import (
    Model,
    _declared,
    derived_of,
    params_of,
    range_problems,
    values_of,
)
from snn.kernels import Kernel, kernels_of
from snn.kernels.source import located


@dataclass(frozen=True)
class Trace:
    """A variable of one side of a synapse that jumps at its spikes and decays.

    Parameters
    ----------
    side : {"pre", "post", "reward"}
        Whose spikes it follows; "reward" are those of the neuromodulator, all together.
    tau : str
        Parameter with its time constant in ms; an array has one for each neuron of the side
        (of an event rule; one number for a neuromodulator and in reductions).
    increment : float or str
        Added at each spike (number, or name of a parameter).
    nearest : bool
        Set to `increment` instead of adding: only the last spike counts.
    initial : float or str
        Value at the start of the run.
    """

    side: Literal["pre", "post", "reward"]
    tau: str
    increment: float | str = 1.0
    nearest: bool = False
    initial: float | str = 0.0


@dataclass(frozen=True)
class SynapseVariable:
    """A variable that each synapse has of its own, beside its weight.

    It changes only where a function of the rule returns it; a function that needs to know
    how long that was ago takes the argument `elapsed`.

    Parameters
    ----------
    initial : float or str
        Value at the start of the run (number, or name of a parameter).
    """

    initial: float | str = 0.0
    unit: str = ""
    doc: str = ""


@dataclass(frozen=True)
class PostState:
    """A state of the postsynaptic neuron that is read when a presynaptic spike arrives.

    It has its value at the end of that step, whatever the synapse's delay.

    Parameters
    ----------
    name : str
        Of the state; that of a receptor is ``receptor.name``. By default the name under
        which it is declared.
    """

    name: str = ""


class Rule(Model):
    """Common parent of the kinds of learning rule."""

    def problems(self, component: str) -> list[Problem]:
        """Return what is wrong with the parameters taken together."""
        return []

    def kernels(self) -> Mapping[str, Kernel]:
        """Return the functions of the rule by name."""
        return kernels_of(type(self))

    def numbers(self) -> dict[str, float]:
        """Return the numbers that the functions read: parameters that are one, derived ones."""
        own = {name: float(value) for name, value in values_of(self).items()
               if not np.ndim(value)}  # fmt: skip
        made = {name: made(*(own[a] for a in signature(made).parameters))
                for name, made in derived_of(type(self)).items()}  # fmt: skip
        return own | made


class EventRule(Rule):
    """A rule that acts when a spike reaches the synapse.

    A subclass is decorated with `snn.model` and declares parameters, `Trace`s,
    `SynapseVariable`s, `PostState`s and, in the kernel grammar, with arguments looked up
    by name among these, `w`, `dt` and `elapsed` (ms since the rule's functions were last
    called for this synapse, or since 0 ms):

    on_pre(...)
        New weight when a presynaptic spike arrives. It may take `uniform`, too: a random
        number in [0, 1), another one for each spike at each synapse.
    on_post(...)
        New weight when a postsynaptic spike (plus its dendritic delay) arrives.
    on_reward(...)
        New weight when a neuron of the population `modulator` fires.

    Each returns the weight, then every synapse variable in order of declaration; `on_pre`
    of a rule with ``delivers = True`` returns one more, the share of the weight that this
    spike delivers. Post states can be read by `on_pre` only.

    A trace that is read at a spike contains no spike of that step, on any side. Within a
    step `on_post` acts first, then `on_reward`, then `on_pre`.

    Class attributes
    ----------------
    delivers : bool
        Whether `on_pre` returns the share that a spike delivers.
    short_term : bool
        Whether the rule acts while learning is switched off, too; it then has `on_pre`
        only.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("on_pre", "on_post", "on_reward")
    delivers: ClassVar[bool] = False
    short_term: ClassVar[bool] = False
    modulator: Any = None

    def problems(self, component: str) -> list[Problem]:
        return [*bound_problems(component, self), *trace_problems(component, self),
                *event_problems(component, self)]  # fmt: skip


def event_problems(component: str, rule: EventRule) -> list[Problem]:
    """Compare what the functions read with when they act."""
    found, kernels = [], rule.kernels()
    for name, state in post_states_of(type(rule)).items():
        late = [k for k, f in kernels.items() if k != "on_pre" and name in f.arguments]
        if late:
            message = f"reads the post state {state!r}, which only on_pre can"
            found.append(Problem(component, late[0], message, "use a post trace instead"))
    sides = {trace.side for trace in traces_of(type(rule)).values()}
    if rule.modulator is None and ("on_reward" in kernels or "reward" in sides):
        message = "is missing: the rule reacts to the spikes of a neuromodulator"
        found.append(Problem(component, "modulator", message, "pass modulator=a population"))
    if rule.short_term and set(kernels) - {"on_pre"}:
        message = "a short-term rule can have on_pre only"
        found.append(Problem(component, "short_term", message, "drop the other functions"))
    return found


def modulator_label(rule: Rule) -> str | None:
    """Return the label of a rule's neuromodulator: rules may be shared by networks."""
    modulator = getattr(rule, "modulator", None)
    return getattr(modulator, "label", modulator)


def variables_of(cls: type) -> Mapping[str, SynapseVariable]:
    """Return the synapse variables of a rule class, in order of declaration."""
    return _declared(cls, SynapseVariable)


def post_states_of(cls: type) -> Mapping[str, str]:
    """Return the post states that a rule class reads: argument -> name of the state."""
    declared = _declared(cls, PostState)
    return {name: (read.name or name).replace(".", "_") for name, read in declared.items()}


def traces_of(cls: type) -> Mapping[str, Trace]:
    """Return the traces of a rule class, in order of declaration."""
    return _declared(cls, Trace)


def trace_problems(component: str, rule: Rule) -> list[Problem]:
    """Require that traces name known parameters and that some function reads them."""
    found, known = [], [*params_of(type(rule)), *derived_of(type(rule))]
    read = {a for kernel in rule.kernels().values() for a in kernel.arguments}
    for name, trace in traces_of(type(rule)).items():
        for field in (trace.tau, trace.increment, trace.initial):
            together = trace.side == "reward" or not isinstance(rule, EventRule)
            one = together and (field is not trace.initial or trace.side == "reward")
            if one and isinstance(field, str) and np.ndim(getattr(rule, field, 0.0)):
                message = f"must be one number for all, because the trace {name!r} uses it"
                found.append(Problem(component, field, message, "pass a scalar"))
            if isinstance(field, str) and field not in known:
                message = f"names an unknown parameter {field!r}; known are {', '.join(known)}"
                found.append(Problem(component, name, message))
        if trace.side not in ("pre", "post", "reward"):
            message = f"must follow 'pre', 'post' or 'reward' spikes; got {trace.side!r}"
            found.append(Problem(component, name, message))
        if name not in read:
            message = "is a trace that no function of the rule reads"
            found.append(Problem(component, name, message, "read it, or leave it out"))
    return found


def bound_problems(component: str, rule: Any) -> list[Problem]:
    """Require w_min <= w_max where a rule has both."""
    low, high = getattr(rule, "w_min", None), getattr(rule, "w_max", None)
    if low is None or high is None or np.all(np.less_equal(low, high)):
        return []
    message = f"must not exceed w_max; got {np.max(low):g} above {np.min(high):g}"
    return [Problem(component, "w_min", message)]


def rule_problems(component: str, rule: Any) -> list[Problem]:
    """Check a rule: ranges first, then its parameters taken together."""
    if not isinstance(rule, Rule):
        return [Problem(component, "plasticity", f"must be a learning rule; got {rule!r}")]
    name = f"{component}.{type(rule).__name__}"
    return range_problems(name, rule) or located(rule.problems(name), type(rule))
