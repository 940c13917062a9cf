"""Rules that act at the end of a trial, on its spike trains as a whole."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from snn.errors import Problem
from snn.fields import params_of, values_of
from snn.plasticity.rule import Rule, bound_problems

Array = NDArray[Any]

GIVEN = ("trial", "w", "pre_steps", "pre_neurons", "post_steps", "post_neurons", "peak",
         "peak_step", "delay", "dt")  # fmt: skip
"""Arguments that every trial rule's function may take."""


class TrialRule(Rule):
    """A rule that acts at the end of each trial of a schedule.

    A subclass is decorated with `snn.model` and declares parameters and one static
    function in numba's subset of Python, with arguments looked up by name:

    at_trial_end(...)
        Changes arrays in place. It may take parameters (numbers), `dt`, the arrays that
        `arrays` returns, and

        - ``trial``: index of the trial in its schedule;
        - ``w``: weights, (n_pre, n_post), all-to-all;
        - ``delay``: of all synapses, in steps;
        - ``pre_steps``, ``pre_neurons``, ``post_steps``, ``post_neurons``: the spikes of the
          presentation in order of time, steps counted from its first step, 1;
        - ``peak``, ``peak_step``: largest membrane variable of each post neuron at the end
          of a step, and the first step in which it was that;
        - ``above_NAME``: array NAME of the same rule on the projection `above`, which is
          declared before, begins where this one ends and has acted already.

    Class attributes
    ----------------
    uses : tuple of functions
        What `at_trial_end` calls, callees first.
    restart : bool
        Whether neurons on both sides go back to their initial states, and what is on its
        way to them is dropped, when the rule has acted.
    """

    uses: ClassVar[tuple[Callable[..., Any], ...]] = ()
    restart: ClassVar[bool] = True
    above: Any = None

    def arrays(self, dt: float, weights: Array) -> dict[str, Array]:
        """Return the arrays of the rule's own: targets, and what it keeps between trials.

        Parameters
        ----------
        dt : float, ms
        weights : (n_pre, n_post)
            As they are before the first trial.
        """
        return {}

    def misfits(self, component: str, shape: tuple[int, int]) -> list[Problem]:
        """Return what does not fit the numbers of sources and targets."""
        return []

    def numbers(self) -> dict[str, float]:
        return {name: float(value) for name, value in values_of(self).items()}

    @classmethod
    def function(cls) -> Callable[..., Any]:
        """Return the function of the rule."""
        return cls.at_trial_end  # type: ignore[attr-defined,no-any-return]

    @classmethod
    def arguments(cls) -> list[str]:
        """Return the names of what the function takes."""
        return list(inspect.signature(cls.function()).parameters)

    def problems(self, component: str) -> list[Problem]:
        if not callable(getattr(type(self), "at_trial_end", None)):
            return [Problem(component, "at_trial_end", "is missing", "declare a static function")]
        return bound_problems(component, self)


def call_arguments(
    rule: TrialRule, given: Mapping[str, Any], arrays: Mapping[str, Array]
) -> list[Any]:
    """Return what a trial rule's function is called with.

    Raises
    ------
    KeyError
        It takes an argument that nothing has.
    """
    numbers = {name: np.float64(value) for name, value in rule.numbers().items()}
    known = {**numbers, **given, **arrays}
    return [known[name] for name in rule.arguments()]


def arrays_of(rule: TrialRule, dt: float, weights: Array) -> dict[str, Array]:
    """Return the arrays that a rule begins with, contiguous."""
    return {name: np.ascontiguousarray(v) for name, v in rule.arrays(dt, weights).items()}


def seen_above(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays of the rule above under the names by which the rule below reads them."""
    return {f"above_{name}": array for name, array in arrays.items()}


def outside_a_schedule(label: str) -> str:
    """Say that a trial rule was run without trials."""
    return (
        f"{label}: its trial rule needs trials; run a Schedule with Simulation.present, or "
        "switch learning off"
    )


def unknown_arguments(rule: TrialRule, shape: tuple[int, int]) -> list[str]:
    """Return arguments that are neither given to all rules nor declared."""
    declared = {*GIVEN, *params_of(type(rule)), *rule.arrays(1.0, np.zeros(shape))}
    return [name for name in rule.arguments() if name not in declared]
