"""Integer twins of learning rules: kernels, tables, numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledRule
from snn.compiler.deferred import CompiledDeferred, CompiledModulated
from snn.kernels.grammar import check
from snn.plasticity import (
    Additive,
    InhibitorySTDP,
    Multiplicative,
    NearestPairSTDP,
    PairSTDP,
    RewardSTDP,
    Rule,
    TripletSTDP,
)
from snn_spinnaker.numerics import neuromodulation, rules
from snn_spinnaker.numerics.arithmetic import accum
from snn_spinnaker.numerics.rules import UNIT_TRACE


@dataclass(frozen=True)
class Form:
    """How a rule is written on the board.

    Parameters
    ----------
    functions : dict
        Kernels by their role (see `CompiledDeferred`).
    tables : dict
        Time constant of each table of exponentials.
    weights, fractions : tuple of str
        Numbers in the weight's unit, and pure numbers; both s16.15.
    """

    functions: Mapping[str, Callable[..., Any]]
    tables: Mapping[str, str]
    weights: tuple[str, ...]
    fractions: tuple[str, ...] = ()
    pre: tuple[str, ...] = ()
    post: tuple[str, ...] = ()


_PAIR = {"plus": "tau_plus", "minus": "tau_minus"}
_BOUNDS = ("w_min", "w_max")
_STEPS = ("A_plus", "A_minus")
_TRACES = {"pre_trace": rules.pair_pre_trace, "post_trace": rules.pair_post_trace}

FORMS: dict[tuple[type[Rule], type], Form] = {
    (PairSTDP, Additive): Form(
        {**_TRACES, "on_post": rules.pair_on_post, "on_pre": rules.pair_on_pre},
        _PAIR, _BOUNDS + _STEPS, pre=("r",), post=("o",),
    ),
    (PairSTDP, Multiplicative): Form(
        {**_TRACES, "on_post": rules.pair_on_post_multiplicative,
         "on_pre": rules.pair_on_pre_multiplicative},
        _PAIR, _BOUNDS, _STEPS, pre=("r",), post=("o",),
    ),
    (NearestPairSTDP, Additive): Form(
        {"on_post": rules.nearest_on_post, "on_pre": rules.nearest_on_pre},
        _PAIR, _BOUNDS + _STEPS,
    ),
    (NearestPairSTDP, Multiplicative): Form(
        {"on_post": rules.nearest_on_post_multiplicative,
         "on_pre": rules.nearest_on_pre_multiplicative},
        _PAIR, _BOUNDS, _STEPS,
    ),
    (TripletSTDP, Additive): Form(
        {"pre_trace": rules.triplet_pre_trace, "post_trace": rules.triplet_post_trace,
         "on_post": rules.triplet_on_post, "on_pre": rules.triplet_on_pre},
        {**_PAIR, "x": "tau_x", "y": "tau_y"},
        (*_BOUNDS, "A2_plus", "A3_plus", "A2_minus", "A3_minus"),
        pre=("r1", "r2"), post=("o1", "o2"),
    ),
    (InhibitorySTDP, Additive): Form(
        {"pre_trace": rules.vogels_pre_trace, "post_trace": rules.vogels_post_trace,
         "on_post": rules.vogels_on_post, "on_pre": rules.vogels_on_pre},
        {"both": "tau"}, (*_BOUNDS, "eta"), pre=("r",), post=("o",),
    ),
    (RewardSTDP, Additive): Form(
        neuromodulation.KERNELS, {**_PAIR, "c": "tau_c", "m": "tau_d"}, _BOUNDS + _STEPS,
        pre=("r",), post=("o", "m"),
    ),
}  # fmt: skip


def form_of(rule: Rule) -> Form | None:
    """Return how the board writes a rule, None where it has no binary for it."""
    return FORMS.get((type(rule), type(getattr(rule, "dependence", Additive()))))


SHIFTS = {"x": 2, "y": 2, "c": 4, "m": 2}
"""Tables of which one entry serves several ticks, as powers of two."""


def table(tau: float, dt: float, shift: int = 0) -> NDArray[np.int32]:
    """Return floor(2048 exp(-k dt / tau)), k = 0, 1, ..., up to the end of the board's table.

    With a shift, 2^shift ticks share the entry of the first of them.

    Source: ``get_exp_lut_array`` of sPyNNaker 7.4.1.
    """
    rate = dt / tau
    size = math.ceil(math.log(UNIT_TRACE) / rate / (1 << shift) / 2) * 2
    entries = np.floor(np.exp((np.arange(size) << shift) * -rate) * UNIT_TRACE)
    return np.repeat(entries.astype(np.int32), 1 << shift)


def twin_of(made: CompiledRule, dt: float, shift: int, scale: float, pre: int) -> CompiledDeferred:
    """Return the twin of a rule on a receptor whose ring buffer has this shift.

    Parameters
    ----------
    scale : float
        Factor of the host on weights (1024 for conductances).
    pre : int
        Source population; a modulator that is declared before it comes before it in a tick.
    """
    form = form_of(made.rule)
    assert form is not None
    numbers = {name: int(accum(made.values[name] * scale)) for name in form.weights}
    numbers |= {name: int(accum(made.values[name])) for name in form.fractions}
    if isinstance(made.rule, InhibitorySTDP):
        alpha = 2e-3 * made.values["rate"] * made.values["tau"]
        numbers["alpha"] = round(alpha * UNIT_TRACE)
    given: dict[str, Any] = {
        "kernels": {name: check(f) for name, f in form.functions.items()},
        "pre": form.pre, "post": form.post, "numbers": numbers, "shift": shift,
        "tables": {name: table(made.values[tau], dt, SHIFTS.get(name, 0))
                   for name, tau in form.tables.items()},
    }  # fmt: skip
    if made.modulator is None:
        return CompiledDeferred(**given)
    numbers |= neuromodulation.numbers(made.values)
    return CompiledModulated(**given, reward_first=made.modulator < pre)
