"""What can be wrong between the functions of a model and what it declares."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from snn.cells import Cell
from snn.errors import Problem
from snn.fields import derived_of, params_of, states_of, undecorated
from snn.homeostasis import Reduction
from snn.kernels import kernels_of
from snn.plasticity import EventRule
from snn.plasticity.rule import traces_of


def cell_kernel_problems(component: str, cell: Cell) -> list[Problem]:
    """Require known arguments and one returned value per state."""
    cls = type(cell)
    states, own = list(states_of(cls)), list(params_of(cls))
    names = {*states, *own, *derived_of(cls), "dt"}
    needed = ["fires", "reset", *([] if cls.linear else ["step"])]
    found = _undecorated(component, cell) + _missing(component, cell, needed)
    for name, kernel in kernels_of(cls).items():
        extra = {"i_syn", "g_syn"} if name == "step" else set()
        found += _unknown(f"{component}.{cls.__name__}", name, kernel.arguments, names | extra)
        wanted = {"step": len(states), "reset": len(states), "fires": 1}.get(name, kernel.outputs)
        if kernel.outputs != wanted:
            message = f"must return {wanted} values, one per state; returns {kernel.outputs}"
            found.append(Problem(f"{component}.{cls.__name__}", name, message))
    return found


def rule_kernel_problems(component: str, rule: Any) -> list[Problem]:
    """Require known arguments and one returned value."""
    cls = type(rule)
    names = {"w", "dt", *rule.numbers(), *traces_of(cls)}
    found = _undecorated(component, rule)
    if isinstance(rule, Reduction):
        found += _missing(component, rule, ["term", "apply"])
    if isinstance(rule, EventRule) and not rule.kernels():
        found.append(Problem(component, "on_pre", "is missing, and so is on_post"))
    for name, kernel in rule.kernels().items():
        known = names | ({"total"} if name == "apply" else set())
        found += _unknown(component, name, kernel.arguments, known)
        if kernel.outputs != 1:
            found.append(Problem(component, name, f"must return 1 value; returns {kernel.outputs}"))
    return found


def _undecorated(component: str, model: Any) -> list[Problem]:
    if not undecorated(type(model)):
        return []
    message = f"{type(model).__name__} declares parameters but is not a model"
    return [Problem(component, "", message, "decorate the class with @snn.model")]


def _missing(component: str, model: Any, needed: list[str]) -> list[Problem]:
    return [
        Problem(f"{component}.{type(model).__name__}", name, "is missing",
                "declare it as a static function")
        for name in needed if name not in kernels_of(type(model))
    ]  # fmt: skip


def _unknown(
    component: str, name: str, arguments: Collection[str], known: Collection[str]
) -> list[Problem]:
    return [
        Problem(component, name, f"has an unknown argument {argument!r}; known are "
                f"{', '.join(sorted(known))}")
        for argument in arguments if argument not in known
    ]  # fmt: skip
