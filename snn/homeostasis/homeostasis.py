"""What every homeostatic mechanism declares."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from snn.errors import Problem
from snn.fields import model, readable
from snn.plasticity.rule import Rule, bound_problems, trace_problems, traces_of


@model
class Reduction(Rule):
    """A rule over the rows or columns of a matrix of weights, with a trigger.

    A subclass is decorated with `snn.model` and declares, in the kernel grammar:

    term(w, ...)
        What one synapse contributes to the sum; not needed where no sum is.
    apply(w, total, ...)
        New weight, given the sum of its row (pre) or column (post).

    Both find parameters, derived constants, `dt` and `Trace`s of the neuron that the row
    or column belongs to; `apply` also `elapsed`, the ms since the rule last acted on it,
    and `spikes`, how often it fired since then. Traces and `spikes` contain all spikes up
    to and including the present step.

    Parameters
    ----------
    trigger : "trial", "spike" or float, ms
        When it acts: at the end of each trial of a schedule, at each spike of the neuron
        that the row or column belongs to (on that one alone), or every so many ms.

    Class attributes
    ----------------
    over : {"pre", "post"}
        "post": one sum for each postsynaptic neuron over its incoming synapses.
    state : str
        A state of the postsynaptic neurons that `apply` takes and returns in the place of
        the weight, once for each neuron: intrinsic plasticity. There is then no `term`.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("term", "apply")
    over: ClassVar[str] = "post"
    state: ClassVar[str] = ""
    trigger: Any = "trial"

    def largest(self, members: int, bound: float) -> float:
        """Return the largest `target` that so many weights up to `bound` can reach."""
        return math.inf

    def smallest(self, members: int, bound: float) -> float:
        """Return the smallest `target` that so many weights from `bound` up can reach."""
        return -math.inf

    def steps_between(self, dt: float) -> int:
        """Return the steps between two actions; 0 for a trial's end, 1 where spikes decide."""
        named = {"trial": 0, "spike": 1}
        return named[self.trigger] if self.trigger in named else round(float(self.trigger) / dt)

    def problems(self, component: str) -> list[Problem]:
        found = [*bound_problems(component, self), *trace_problems(component, self)]
        for name, trace in traces_of(type(self)).items():
            if trace.side != self.over:
                message = f"must follow the spikes of its {self.over} neuron; got {trace.side!r}"
                found.append(Problem(component, name, message, f'write snn.Trace("{self.over}")'))
        return found

    def trigger_problems(self, component: str, dt: float) -> list[Problem]:
        """Return what is wrong with the trigger at a step of `dt` ms."""
        if self.trigger in ("trial", "spike"):
            return []
        every = readable(self.trigger)
        if every is not None and not every.ndim and dt * (1 - 1e-6) <= every < math.inf:
            steps = float(every) / dt
            if abs(steps - round(steps)) <= 1e-6 * steps:
                return []
        message = f'must be "trial", "spike" or a multiple of {dt:g} ms; got {self.trigger!r}'
        return [Problem(component, "trigger", message)]
