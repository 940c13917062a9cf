"""What can be wrong between the functions of a model and what it declares."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from snn.cells import Cell
from snn.errors import Problem
from snn.fields import derived_of, params_of, states_of, undecorated
from snn.homeostasis import Reduction
from snn.kernels import kernels_of
from snn.kernels.source import located
from snn.plasticity import ChangeRule, EventRule
from snn.plasticity.rule import post_states_of, traces_of, variables_of
from snn.receptors import Receptor


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


def receptor_kernel_problems(component: str, receptor: Receptor) -> list[Problem]:
    """Require of `receive` known arguments and one returned value per state."""
    cls = type(receptor)
    states = list(states_of(cls))
    found = _undecorated(component, receptor)
    names = {*states, *params_of(cls), *derived_of(cls), "dt", "arriving"}
    for name, kernel in kernels_of(cls).items():
        found += _unknown(f"{component}.{cls.__name__}", name, kernel.arguments, names)
        if kernel.outputs != len(states):
            message = f"must return {len(states)} values, one per state; returns {kernel.outputs}"
            found.append(Problem(f"{component}.{cls.__name__}", name, message))
    return found


def rule_kernel_problems(component: str, rule: Any) -> list[Problem]:
    """Require known arguments, and the weight and every synapse variable as results."""
    cls = type(rule)
    names = {"w", "dt", *params_of(cls), *derived_of(cls), *traces_of(cls)}
    found = _undecorated(component, rule)
    if isinstance(rule, Reduction):
        found += _missing(component, rule, ["apply"])
        names = (names - {"w"}) | {rule.state} if rule.state else names
    if isinstance(rule, EventRule):
        names |= {"elapsed", *variables_of(cls), *post_states_of(cls)}
        if not kernels_of(cls):
            found.append(Problem(component, "on_pre", "is missing, and so is on_post"))
    for name, kernel in kernels_of(cls).items():
        sums = {"total"} if "term" in kernels_of(cls) else set()
        special = {"apply": {"elapsed", "spikes"} | sums, "on_pre": {"uniform"}}
        known = names | special.get(name, set())
        found += _unknown(component, name, kernel.arguments, known)
        wanted = _results(rule, name)
        if kernel.outputs != len(wanted):
            values = "value" if len(wanted) == 1 else "values"
            message = f"must return {len(wanted)} {values} ({', '.join(wanted)}); returns"
            found.append(Problem(component, name, f"{message} {kernel.outputs}"))
    return located(found, cls)


def _results(rule: Any, name: str) -> list[str]:
    """Return what a function of a rule must return."""
    if not isinstance(rule, EventRule):
        moved = rule.state or "weight"
        return ["sum" if name == "term" else moved]
    if isinstance(rule, ChangeRule):
        return ["change"]
    share = ["share delivered"] if rule.delivers and name == "on_pre" else []
    return ["weight", *variables_of(type(rule)), *share]


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
