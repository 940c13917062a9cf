"""The translation table of cells: which PyNN class is a cell with its receptors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import (
    LIF,
    AdEx,
    Cell,
    ConductanceAdaptiveLIF,
    HodgkinHuxley,
    Izhikevich,
)
from snn.compiler import CompiledPopulation
from snn.distributions import Distribution
from snn.receptors import (
    ConductanceAlpha,
    ConductanceExp,
    CurrentAlpha,
    CurrentDelta,
    CurrentExp,
    CurrentPulse,
    Receptor,
)
from snn_on_pynn.targets import BRIAN2, NEST, NEURON, SPINNAKER, Target

Array = NDArray[Any]

CONDUCTANCES = (ConductanceExp, ConductanceAlpha)
TYPES = {"E": "excitatory", "E2": "excitatory2", "I": "inhibitory"}
"""PyNN's receptor type of each slot."""
SIDES = {"E": "exc", "I": "inh"}

LEAKY = ("tau_m", "cm", "v_rest", "v_reset", "v_thresh", "tau_refrac", "i_offset")
ADAPTIVE = (*LEAKY, "v_spike", "delta_T", "a", "b", "tau_w")
RELATIVE = (*LEAKY, "tau_sfa", "e_rev_sfa", "q_sfa", "tau_rr", "e_rev_rr", "q_rr")
SQUID = ("gbar_Na", "gbar_K", "g_leak", "cm", "v_offset", "e_rev_Na", "e_rev_K", "e_rev_leak",
         "i_offset")  # fmt: skip
QUADRATIC = ("a", "b", "c", "d", "i_offset")
OTHERS = (NEURON, NEST, BRIAN2)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A PyNN class as a cell and receptors of ours.

    Parameters
    ----------
    name : str
        Of the class; ``extra_models.X`` for one of sPyNNaker's own.
    cell, receptor : type
    own : tuple of str
        Parameters of the cell, which have PyNN's names.
    states : dict
        PyNN's name of each state that can be set and recorded.
    slots : tuple of str
        Suffixes of PyNN's receptor parameters.
    on : tuple of Target
    finest : dict
        Largest safe step in ms, by name of the target.
    """

    name: str
    cell: type[Cell]
    receptor: type[Receptor]
    own: tuple[str, ...]
    states: Mapping[str, str] = field(default_factory=lambda: {"v": "v"})
    slots: tuple[str, ...] = ("E", "I")
    on: tuple[Target, ...] = OTHERS
    finest: Mapping[str, float] = field(default_factory=dict)


ALL = (SPINNAKER, *OTHERS)
_VU, _VW = {"v": "v", "u": "u"}, {"v": "v", "w": "w"}

FORMS = (
    Form(name="IF_curr_exp", cell=LIF, receptor=CurrentExp, own=LEAKY, on=ALL),
    Form(name="IF_curr_alpha", cell=LIF, receptor=CurrentAlpha, own=LEAKY, on=ALL),
    Form(name="IF_curr_delta", cell=LIF, receptor=CurrentDelta, own=LEAKY),
    Form(name="IF_curr_delta", cell=LIF, receptor=CurrentPulse, own=LEAKY, on=(SPINNAKER,)),
    Form(name="IF_cond_exp", cell=LIF, receptor=ConductanceExp, own=LEAKY, on=ALL),
    Form(name="IF_cond_alpha", cell=LIF, receptor=ConductanceAlpha, own=LEAKY),
    Form(name="extra_models.IF_curr_dual_exp", cell=LIF, receptor=CurrentExp, own=LEAKY,
         slots=("E", "E2", "I"), on=(SPINNAKER,)),
    Form(name="EIF_cond_exp_isfa_ista", cell=AdEx, receptor=ConductanceExp, own=ADAPTIVE,
         states=_VW, finest={"neuron": 0.01}),
    Form(name="EIF_cond_alpha_isfa_ista", cell=AdEx, receptor=ConductanceAlpha, own=ADAPTIVE,
         states=_VW, finest={"neuron": 0.01}),
    Form(name="IF_cond_exp_gsfa_grr", cell=ConductanceAdaptiveLIF, receptor=ConductanceExp,
         own=RELATIVE, on=(NEURON, NEST)),
    Form(name="HH_cond_exp", cell=HodgkinHuxley, receptor=ConductanceExp, own=SQUID,
         finest={"pynn_brian2": 0.01}),
    Form(name="Izhikevich", cell=Izhikevich, receptor=CurrentDelta, own=QUADRATIC, states=_VU),
    Form(name="Izhikevich", cell=Izhikevich, receptor=CurrentExp, own=QUADRATIC, states=_VU,
         on=(SPINNAKER,)),
    Form(name="extra_models.Izhikevich_cond", cell=Izhikevich, receptor=ConductanceExp,
         own=QUADRATIC, states=_VU, on=(SPINNAKER,)),
)  # fmt: skip


def forms_on(target: Target) -> tuple[Form, ...]:
    """Return what a target has."""
    return tuple(form for form in FORMS if target in form.on)


def form_of(cell: Cell, target: Target) -> Form | None:
    """Return the first form that has a cell and room for its receptors, None without one."""
    found = (f for f in forms_on(target) if type(cell) is f.cell and _fits(cell, f))
    return next(found, None)


def _fits(cell: Cell, form: Form) -> bool:
    alike = all(type(r) is form.receptor for r in cell.receptors.values())
    return alike and slots_of(cell, form) is not None


def slots_of(cell: Cell, form: Form) -> dict[str, str] | None:
    """Return the slot of each receptor; None where there are too many.

    A receptor whose weights have both signs takes a slot of each kind, of which the
    excitatory one is returned.
    """
    free = {"E": [s for s in form.slots if s[0] == "E"], "I": ["I"]}
    found = {}
    for name, receptor in cell.receptors.items():
        kinds = "EI" if receptor.signed else kind_of(cell, receptor)
        if not all(free[kind] for kind in kinds):
            return None
        taken = [free[kind].pop(0) for kind in kinds]
        found[name] = taken[0]
    return found


def kind_of(cell: Cell, receptor: Receptor) -> str:
    """Return "E" or "I": by sign, or where a conductance pulls below the resting potential."""
    if receptor.sign < 0:
        return "I"
    if isinstance(receptor, CONDUCTANCES) and _mean(receptor.e_rev) < _rest(cell):
        return "I"
    return "E"


def _rest(cell: Cell) -> float:
    # Izhikevich's and Hodgkin and Huxley's neurons rest near -65 mV and name no potential.
    return _mean(getattr(cell, "v_rest", -60.0))


def _mean(values: Any) -> float:
    found = values.support() if isinstance(values, Distribution) else values
    return float(np.mean(np.asarray(found, float)))


def haste(p: CompiledPopulation, target: Target) -> int:
    """Return the steps by which a population's spikes are stamped and leave too early.

    Where input is late, a spike counts from the begin of its step instead of its end; but one
    that a delta synapse evokes waits for the threshold test of the next step.
    """
    if not isinstance(p.model, Cell):
        return 0
    delta = any(isinstance(r, CurrentDelta) for r in p.model.receptors.values())
    return 0 if delta else target.late


def parameters_of(p: CompiledPopulation, form: Form, longer: float = 0.0) -> dict[str, Any]:
    """Return the arguments of the PyNN class: numbers, or one per cell.

    Parameters
    ----------
    longer : float, ms
        What is added to the refractory time.
    """
    cell = p.model
    assert isinstance(cell, Cell)
    found = {name: plain(p.parameters[name]) for name in form.own}
    if "tau_refrac" in found:
        found["tau_refrac"] = found["tau_refrac"] + longer
    for name, slot in (slots_of(cell, form) or {}).items():
        suffixes = ("E", "I") if cell.receptors[name].signed else (slot,)
        for suffix in suffixes:
            found |= _receptor(p.parameters, name, suffix)
    return found


def _receptor(parameters: Mapping[str, Array], name: str, suffix: str) -> dict[str, Any]:
    return {f"{key}_{suffix}": plain(parameters[f"{name}.{key}"])
            for key in ("tau_syn", "e_rev") if f"{name}.{key}" in parameters}  # fmt: skip


def plain(values: Array) -> Any:
    """Return a number, or a list where values differ."""
    same = values.ndim == 0 or (values.size and bool((values == values.flat[0]).all()))
    return float(values.flat[0]) if same else values.tolist()


def variable_of(cell: Cell, form: Form, variable: str, target: Target) -> str | None:
    """Return PyNN's name of a recorded variable (``"v"``, ``"excitatory_i"``); None without one.

    sPyNNaker calls every synaptic input a conductance and sums those of one kind.
    """
    if variable in ("spikes", *form.states):
        return form.states.get(variable, variable)
    for name, slot in (slots_of(cell, form) or {}).items():
        if variable == f"{name}_{_main_state(cell.receptors[name])}":
            return _input_name(cell, form, name, slot, target)
    return None


def initial_inputs(p: CompiledPopulation, form: Form, target: Target) -> dict[str, str]:
    """Return PyNN's names of the synaptic inputs that can start from other than 0, by state."""
    prefix, cell = target.initial_input.get(form.name), p.model
    assert isinstance(cell, Cell)
    if prefix is None:
        return {}
    return {f"{name}_{_main_state(cell.receptors[name])}": f"{prefix}_{SIDES[slot[0]]}"
            for name, slot in (slots_of(cell, form) or {}).items()
            if not cell.receptors[name].signed}  # fmt: skip


def _main_state(receptor: Receptor) -> str:
    return "g" if isinstance(receptor, CONDUCTANCES) else "i"


def _input_name(cell: Cell, form: Form, name: str, slot: str, target: Target) -> str | None:
    side = SIDES[slot[0]]
    alone = [s[0] for s in (slots_of(cell, form) or {}).values()].count(slot[0]) == 1
    if target is SPINNAKER:
        return f"gsyn_{side}" if alone and not cell.receptors[name].signed else None
    if isinstance(cell.receptors[name], CONDUCTANCES):
        return f"gsyn_{side}"
    shaped = form.receptor is not CurrentDelta and not cell.receptors[name].signed
    return f"isyn_{side}" if shaped else None


def refusal(cell: Cell, target: Target) -> str:
    """Say why a target has no form of a cell, and which it has."""
    own = ", ".join(type(r).__name__ for r in cell.receptors.values()) or "no receptor"
    known = "; ".join(_listed(f) for f in forms_on(target))
    return f"{type(cell).__name__} with {own} has no form on {target.title}; there are {known}"


def _listed(form: Form) -> str:
    return f"{form.cell.__name__} with {len(form.slots)} {form.receptor.__name__}"


def names(values: Sequence[type]) -> str:
    """Return the names of classes, in a sentence."""
    return ", ".join(cls.__name__ for cls in values)
