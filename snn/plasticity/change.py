"""Rules that say how much a weight changes, and leave to a part what that does to it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import numpy as np

from snn.errors import Problem
from snn.fields import model
from snn.kernels import Kernel, kernels_of
from snn.plasticity.dependence import Additive, Dependence
from snn.plasticity.rule import EventRule, variables_of


@model
class ChangeRule(EventRule):
    """An event rule made of two parts: a change, and its dependence on the weight.

    A subclass declares `w_min`, `w_max` and, instead of `on_pre` and `on_post`:

    pre_change(...)
        Change when a presynaptic spike arrives; negative for depression.
    post_change(...)
        Change when a postsynaptic spike arrives.

    Parameters
    ----------
    dependence : Dependence
        What a change does to a weight: `Additive`, `Multiplicative`, `PowerLaw` or your
        own.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("pre_change", "post_change")
    dependence: Dependence = Additive()

    def kernels(self) -> Mapping[str, Kernel]:
        rule, part = map(type, (self, self.dependence))
        return _composed(rule, part)

    def numbers(self) -> dict[str, float]:
        own = {f"dependence_{k}": float(v) for k, v in vars(self.dependence).items()}
        return super().numbers() | own

    def problems(self, component: str) -> list[Problem]:
        part: Any = self.dependence
        if not isinstance(part, Dependence):
            message = f"must be a Dependence; got {part!r}"
            return [Problem(component, "dependence", message, "write snn.Additive()")]
        name = f"{component}.{type(self.dependence).__name__}"
        found = [*self.dependence.problems(name), *super().problems(component)]
        span = np.subtract(getattr(self, "w_max", 1.0), getattr(self, "w_min", 0.0))
        if variables_of(type(self)):
            message = "a ChangeRule has no synapse variables, because it returns a change only"
            found.append(Problem(component, "on_pre", message, "derive from snn.EventRule"))
        bounded = bool(np.all(np.isfinite(span) & np.greater(span, 0)))
        if not found and self.dependence.needs_bound and not bounded:
            message = f"{type(self.dependence).__name__} needs finite w_min below w_max"
            found = [Problem(component, "w_max", message, "set both bounds")]
        return found


@cache
def _composed(rule: Any, dependence: Any) -> Mapping[str, Kernel]:
    """Return on_pre and on_post: the dependence called with what the change returns."""
    outer = kernels_of(dependence)["changed"]
    names = {"pre_change": "on_pre", "post_change": "on_post"}
    return {names[name]: _joined(names[name], inner, outer)
            for name, inner in kernels_of(rule).items()}  # fmt: skip


def _joined(name: str, inner: Kernel, outer: Kernel) -> Kernel:
    given = {"w": "w", "w_min": "w_min", "w_max": "w_max",
             "change": f"{inner.name}({', '.join(inner.arguments)})"}  # fmt: skip
    passed = [given.get(a, f"dependence_{a}") for a in outer.arguments]
    others = [a for a in passed if a.isidentifier()]
    arguments = tuple(dict.fromkeys([*others, *inner.arguments]))
    text = f"def {name}({', '.join(arguments)}):\n    return {outer.name}({', '.join(passed)})"
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)

    def function(*values: float) -> float:
        bound = dict(zip(arguments, values, strict=True))
        bound["change"] = inner(*(bound[a] for a in inner.arguments))
        known = [bound[a if a in given else f"dependence_{a}"] for a in outer.arguments]
        return float(outer(*known))

    return Kernel(name, arguments, tree, (), (outer, inner), 1, function)
