"""Which model of NEST a cell and its receptors are, and its parameters in NEST's units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn import cells, receptors
from snn.cells import Cell
from snn.compiler import CompiledPopulation

Array = NDArray[np.float64]
Values = Mapping[str, Array]

LINEAR = "tolerance: the same spikes; v within 1e-9 mV (sums in another order)"
ADAPTIVE = (
    "tolerance: 98 % of the spikes of a feed-forward network within one step of 0.1 ms "
    "(NEST's adaptive Runge-Kutta, ours of order 2)"
)
EXPLOSIVE = (
    "tolerance: 95 % of the spikes of a feed-forward network within 0.5 ms at steps of 0.1 ms, "
    "counts within 1 % (NEST's adaptive Runge-Kutta, ours of order 2)"
)
EULER = (
    "tolerance: 90 % of the spikes of a feed-forward network within 2 ms at steps of 0.1 ms, "
    "counts within 2 % (NEST's forward Euler, ours of order 2); delta receptors only"
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A cell with receptors of one kind as a model of NEST.

    Parameters
    ----------
    cell, receptor : type
    model : str
        NEST's name of it.
    several : str
        NEST's name of the variant with any number of receptors; empty where there is none.
    parameters : function
        From parameters of ours to those of NEST.
    states : mapping
        State of ours -> (NEST's name, value of NEST's unit in ours, whether NEST sets it).
    support : str
    """

    cell: type[Cell]
    receptor: type[receptors.Receptor]
    model: str
    parameters: Callable[[Values], dict[str, Array]]
    several: str = ""
    states: Mapping[str, tuple[str, float, bool]] = field(default_factory=dict)
    support: str = LINEAR


def _leaky(p: Values) -> dict[str, Array]:
    return {"C_m": 1e3 * p["cm"], "E_L": p["v_rest"], "V_reset": p["v_reset"],
            "V_th": p["v_thresh"], "I_e": 1e3 * p["i_offset"]}  # fmt: skip


def _current(p: Values) -> dict[str, Array]:
    return {**_leaky(p), "tau_m": p["tau_m"]}


def _frozen(p: Values) -> dict[str, Array]:
    """Return the parameters of an adaptive cell whose threshold stands still."""
    return {**_current(p), "V_th": p["v_thresh"] + p["theta_init"]}


def _conductance(p: Values) -> dict[str, Array]:
    return {**_leaky(p), "g_L": 1e3 * p["cm"] / p["tau_m"]}


def _frozen_conductance(p: Values) -> dict[str, Array]:
    return {**_conductance(p), "V_th": p["v_thresh"] + p["theta_init"]}


def _exponential(p: Values) -> dict[str, Array]:
    return {**_conductance(p), "V_peak": p["v_spike"], "Delta_T": p["delta_T"], "a": p["a"],
            "b": 1e3 * p["b"], "tau_w": p["tau_w"]}  # fmt: skip


def _relative(p: Values) -> dict[str, Array]:
    own = {name: p[source] for name, source in (
        ("tau_sfa", "tau_sfa"), ("tau_rr", "tau_rr"), ("q_sfa", "q_sfa"), ("q_rr", "q_rr"),
        ("E_sfa", "e_rev_sfa"), ("E_rr", "e_rev_rr"),
    )}  # fmt: skip
    return {**_conductance(p), **own}


def _quadratic(p: Values) -> dict[str, Array]:
    return {"a": p["a"], "b": p["b"], "c": p["c"], "d": p["d"], "I_e": p["i_offset"]}


_V = {"v": ("V_m", 1.0, True)}
_LIFS: tuple[tuple[type[Cell], Any, Any], ...] = (
    (cells.LIF, _current, _conductance),
    (cells.AdaptiveLIF, _frozen, _frozen_conductance),
)


def _forms() -> list[Form]:
    made = []
    for cell, current, conductance in _LIFS:
        made += [
            Form(cell=cell, receptor=receptors.CurrentExp, model="iaf_psc_exp",
                 several="iaf_psc_exp_multisynapse", parameters=current, states=_V),
            Form(cell=cell, receptor=receptors.CurrentAlpha, model="iaf_psc_alpha",
                 several="iaf_psc_alpha_multisynapse", parameters=current, states=_V),
            Form(cell=cell, receptor=receptors.CurrentDelta, model="iaf_psc_delta",
                 several="iaf_psc_delta", parameters=current, states=_V),
            *(Form(cell=cell, receptor=r, model=m, parameters=conductance, states=_V,
                   support=ADAPTIVE) for r, m in (
                (receptors.ConductanceExp, "iaf_cond_exp"),
                (receptors.ConductanceAlpha, "iaf_cond_alpha"),
                (receptors.ConductanceBeta, "iaf_cond_beta"),
            )),
        ]  # fmt: skip
    w = {**_V, "w": ("w", 1e-3, True)}
    made += [Form(cell=cells.AdEx, receptor=r, model=m, parameters=_exponential, states=w,
                  support=EXPLOSIVE) for r, m in (
        (receptors.ConductanceExp, "aeif_cond_exp"),
        (receptors.ConductanceAlpha, "aeif_cond_alpha"),
        (receptors.CurrentExp, "aeif_psc_exp"), (receptors.CurrentAlpha, "aeif_psc_alpha"),
        (receptors.CurrentDelta, "aeif_psc_delta"),
    )]  # fmt: skip
    made.append(Form(
        cell=cells.ConductanceAdaptiveLIF, receptor=receptors.ConductanceExp,
        model="iaf_cond_exp_sfa_rr", parameters=_relative, support=ADAPTIVE,
        states={**_V, "g_s": ("g_sfa", 1.0, True), "g_r": ("g_rr", 1.0, True)},
    ))  # fmt: skip
    made.append(Form(
        cell=cells.Izhikevich, receptor=receptors.CurrentDelta, model="izhikevich",
        several="izhikevich", parameters=_quadratic, support=EULER,
        states={**_V, "u": ("U_m", 1.0, True)},
    ))  # fmt: skip
    return made


FORMS = tuple(_forms())

SIDES = ("ex", "in")
"""NEST's two receptors: positive weights go to the first, negative ones to the second."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a receptor is in NEST.

    Parameters
    ----------
    parameters : mapping
        Parameter of ours -> NEST's, without its side.
    states : mapping
        State of ours -> (NEST's name without side, NEST's unit in ours, whether it is set).
    factor : float
        Value of a weight of 1 in NEST's unit.
    """

    parameters: Mapping[str, str]
    states: Mapping[str, tuple[str, float, bool]]
    factor: float


_G = {"g": ("g_{}", 1e-3, True)}
KINDS: dict[type[receptors.Receptor], Kind] = {
    receptors.CurrentExp: Kind(
        parameters={"tau_syn": "tau_syn_{}"}, states={"i": ("I_syn_{}", 1e-3, False)}, factor=1e3,
    ),
    receptors.CurrentAlpha: Kind(
        parameters={"tau_syn": "tau_syn_{}"}, states={"i": ("I_syn_{}", 1e-3, False)}, factor=1e3,
    ),
    receptors.CurrentDelta: Kind(parameters={}, states={}, factor=1.0),
    receptors.ConductanceExp: Kind(
        parameters={"tau_syn": "tau_syn_{}", "e_rev": "E_{}"}, states=_G, factor=1e3,
    ),
    receptors.ConductanceAlpha: Kind(
        parameters={"tau_syn": "tau_syn_{}", "e_rev": "E_{}"}, factor=1e3,
        states={**_G, "y": ("dg_{}", 1e-3, True)},
    ),
    receptors.ConductanceBeta: Kind(
        parameters={"tau_rise": "tau_rise_{}", "tau_decay": "tau_decay_{}", "e_rev": "E_{}"},
        factor=1e3, states={**_G, "y": ("dg_{}", 1e-3, True)},
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Port:
    """Where the synapses of a receptor go.

    Parameters
    ----------
    receptor_type : int
    factor : float
        NEST's weight for a weight of 1, with its sign.
    suffix : str
        Side or number in the names of its parameters and states.
    """

    receptor_type: int
    factor: float
    suffix: str


@dataclass(frozen=True, kw_only=True)
class Match:
    """The form of a cell, or why there is none."""

    form: Form | None = None
    model: str = ""
    ports: Mapping[str, Port] = field(default_factory=dict)
    reason: str = ""
    remedy: str = ""


def match(cell: Cell) -> Match:
    """Return the model of NEST that a cell with its receptors is."""
    kinds = {type(r) for r in cell.receptors.values()}
    own = [f for f in FORMS if f.cell is type(cell)]
    if not own:
        known = ", ".join(sorted({f.cell.__name__ for f in FORMS}))
        return Match(reason=f"{type(cell).__name__} has no model in NEST",
                     remedy=f"use {known}, or backend='cpu'")  # fmt: skip
    possible = ", ".join(sorted({f.receptor.__name__ for f in own}))
    if len(kinds) > 1:
        came = ", ".join(sorted(k.__name__ for k in kinds))
        return Match(reason=f"a neuron of NEST has receptors of one kind; got {came}",
                     remedy=f"give it one of {possible} for all receptors")  # fmt: skip
    kind = next(iter(kinds), own[0].receptor)
    form = next((f for f in own if f.receptor is kind), None)
    if form is None:
        return Match(reason=f"NEST has no {type(cell).__name__} with {kind.__name__}",
                     remedy=f"use {possible}")  # fmt: skip
    return _ported(form, cell.receptors)


def _ported(form: Form, named: Mapping[str, Any]) -> Match:
    """Give every receptor its port: NEST's two sides if they fit, else numbered ones."""
    sides = _sides(form, named)
    if sides is not None:
        return Match(form=form, model=form.model, ports=sides)
    if not form.several:
        return Match(reason=f"{form.model} has one excitatory and one inhibitory receptor; got "
                     f"{len(named)}", remedy="join receptors, or use backend='cpu'")  # fmt: skip
    factor = KINDS[form.receptor].factor
    ports = {name: Port(receptor_type=k + 1, factor=r.sign * factor, suffix=str(k + 1))
             for k, (name, r) in enumerate(named.items())}  # fmt: skip
    return Match(form=form, model=form.several, ports=ports)


def _sides(form: Form, named: Mapping[str, Any]) -> dict[str, Port] | None:
    """Return the receptors as NEST's two sides, None where they are too many or signed."""
    factor = KINDS[form.receptor].factor
    if form.receptor is receptors.CurrentDelta:
        return {name: Port(receptor_type=0, factor=r.sign * factor, suffix="")
                for name, r in named.items()}  # fmt: skip
    if len(named) > 2 or any(r.signed for r in named.values()):
        return None
    if form.receptor.drive == "conductance":
        # The sign of a weight only chooses the side; the reversal potential does the rest.
        signs = [1.0, -1.0][: len(named)]
    else:
        signs = [float(r.sign) for r in named.values()]
        if len(set(signs)) < len(signs):
            return None
    return {name: Port(receptor_type=0, factor=sign * factor, suffix=SIDES[sign < 0])
            for name, sign in zip(named, signs, strict=True)}  # fmt: skip


def parameters_of(p: CompiledPopulation, dt: float) -> dict[str, Array]:
    """Return NEST's parameters of a population, shape () or (size,) each.

    Of a model with numbered receptors, ``tau_syn`` has the receptors in its last axis.
    """
    assert isinstance(p.model, Cell)
    found = match(p.model)
    assert found.form is not None
    made = dict(found.form.parameters(p.parameters))
    if found.form.cell is not cells.Izhikevich:
        assert p.refractory_steps is not None
        made["t_ref"] = p.refractory_steps * dt
    if found.model != found.form.model:
        return made | _numbered(p)
    for name, port in found.ports.items():
        for key, target in KINDS[found.form.receptor].parameters.items():
            made[target.format(port.suffix)] = p.parameters[f"{name}.{key}"]
    return made


def _numbered(p: CompiledPopulation) -> dict[str, Array]:
    assert isinstance(p.model, Cell)
    taus = [p.parameters[f"{name}.tau_syn"] for name in p.model.receptors]
    return {"tau_syn": np.stack(np.broadcast_arrays(*taus), axis=-1)}


def states_of(cell: Cell) -> dict[str, tuple[str, float, bool]]:
    """Return how NEST calls the states of a cell and its receptors."""
    found = match(cell)
    assert found.form is not None
    made = dict(found.form.states)
    # NEST's adaptive exponential cells keep both currents positive and let them be set.
    adaptive = found.form.cell is cells.AdEx
    for name, port in found.ports.items():
        for state, (target, unit, sets) in KINDS[found.form.receptor].states.items():
            numbered = found.model != found.form.model
            negative = target.startswith("I_syn") and port.factor < 0 and not adaptive
            called = f"I_syn_{port.suffix}" if numbered else target.format(port.suffix)
            made[f"{name}_{state}"] = (called, -unit if negative else unit, sets or adaptive)
    return made
