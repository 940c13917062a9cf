"""What every cell declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from snn.distributions import Distribution
from snn.errors import Problem
from snn.fields import Model, range_problems, readable, values_of
from snn.receptors import CurrentExp, Receptor


class Cell(Model):
    """Membrane dynamics; receptors are composed with it.

    A subclass is decorated with `snn.model` and declares parameters (`snn.param`),
    states (`snn.State`), constants (`snn.derived`) and, as static functions in the
    kernel grammar whose arguments are looked up by name among states, parameters,
    derived constants, `dt`, `i_syn` (nA) and `g_syn` (uS):

    step(...)
        New value of every state, in order of declaration. `i_syn` is the synaptic
        current at mid-step (conductances contribute ``g * e_rev``), `g_syn` the sum
        of conductances, so that the total current is ``i_syn - g_syn * v``.
    fires(...)
        Whether the neuron spikes.
    reset(...)
        New value of every state after a spike.
    linear(...)
        Optional: ``(matrix, constant, input)`` of the linear system
        ``ds/dt = matrix s + constant + input * i_syn`` over the leading states. Without
        conductances these are then advanced by their exact propagator and the other
        states, if any, by `adapt`.
    adapt(...)
        New value of the states that `linear` does not cover.

    Class attributes
    ----------------
    membrane : str
        State that delta receptors move and refractoriness holds.
    refractory : str
        Parameter with the refractory time in ms; empty for none.
    scheme : str
        How `step` integrates and its order, for the documentation.
    sleeps : bool
        True when `linear` covers every state and `fires` is ``v >= v_thresh``, so that
        a quiet neuron can be advanced many steps at once.
    receptors : mapping of str to Receptor
        A field of the subclass (`snn.declare_receptors`); without it the cell has none.
    """

    kernel_names: ClassVar[tuple[str, ...]] = ("step", "adapt", "fires", "reset")
    membrane: ClassVar[str] = "v"
    refractory: ClassVar[str] = ""
    scheme: ClassVar[str] = "exact"
    sleeps: ClassVar[bool] = False
    receptors: Mapping[str, Receptor] = MappingProxyType({})
    linear: ClassVar[Callable[..., Any] | None] = None

    def problems(self, component: str) -> list[Problem]:
        """Return what is wrong with the parameters taken together."""
        return []


def default_receptors() -> dict[str, Receptor]:
    """Return the two receptors of PyNN's current-based cells."""
    return {"excitatory": CurrentExp(), "inhibitory": CurrentExp(sign=-1)}


def cell_problems(component: str, cell: Cell, size: int | None = None) -> list[Problem]:
    """Check a cell with its receptors, in a population of `size` neurons if given."""
    found = range_problems(component, cell, size) + _infinite(component, cell)
    if not found:
        found += cell.problems(component)
    for name, receptor in cell.receptors.items():
        found += receptor_problems(f"{component}.{name}", name, receptor, size)
    return found


def receptor_problems(
    component: str, name: str, receptor: Any, size: int | None = None
) -> list[Problem]:
    """Check one named receptor of a cell."""
    if not isinstance(receptor, Receptor):
        return [Problem(component, "", f"must be a receptor; got {receptor!r}",
                        "write for example snn.CurrentExp(tau_syn=5.0)")]  # fmt: skip
    found = range_problems(component, receptor, size) + _infinite(component, receptor)
    if not (isinstance(name, str) and name.isidentifier()):
        found.append(Problem(component, "", f"name {name!r} must be a Python identifier"))
    if receptor.sign not in (-1, 1):
        found.append(Problem(component, "sign", f"must be 1 or -1; got {receptor.sign!r}"))
    return found


def _infinite(component: str, instance: Any) -> list[Problem]:
    """Refuse infinite parameters: their propagators are not numbers."""
    found = []
    for name, value in values_of(instance).items():
        numbers = None if isinstance(value, Distribution) else readable(value)
        if numbers is not None and np.isinf(numbers).any():
            message = "must be finite; got inf"
            found.append(Problem(component, name, message, "use a large number"))
    return found


def declare_receptors(**named: Receptor) -> Any:
    """Declare the default receptors of a cell (use as the value of its field)."""
    return field(default_factory=lambda: dict(named))
