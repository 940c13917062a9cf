"""PyNN's standard cells beyond the plain integrate-and-fire ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pyNN.standardmodels import cells

import snn
from snn.cells import Cell
from snn.errors import Problem, ValidationError
from snn.pynn.cells import (
    ADAPTIVE,
    CONDUCTANCES,
    LEAKY,
    SIDES,
    CellType,
    Parameters,
    collapsed,
    conductances,
    picked,
)
from snn.pynn.translation import unchanged

GATES = {"m": "gate_m", "h": "gate_h", "n": "gate_n"}
PARTS = ("eta", "gamma")


class EIF_cond_exp_isfa_ista(CellType, cells.EIF_cond_exp_isfa_ista):
    """`EIF_cond_exp_isfa_ista` of PyNN: an `AdEx` with two `ConductanceExp`."""

    translations = unchanged(cells.EIF_cond_exp_isfa_ista)
    variables: ClassVar[Mapping[str, str]] = {**CONDUCTANCES, "w": "w"}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = conductances(snn.ConductanceExp, values)
        return snn.AdEx(**picked(values, ADAPTIVE), receptors=receptors)


class EIF_cond_alpha_isfa_ista(CellType, cells.EIF_cond_alpha_isfa_ista):
    """`EIF_cond_alpha_isfa_ista` of PyNN: an `AdEx` with two `ConductanceAlpha`."""

    translations = unchanged(cells.EIF_cond_alpha_isfa_ista)
    variables: ClassVar[Mapping[str, str]] = {**CONDUCTANCES, "w": "w"}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = conductances(snn.ConductanceAlpha, values)
        return snn.AdEx(**picked(values, ADAPTIVE), receptors=receptors)


class IF_cond_exp_gsfa_grr(CellType, cells.IF_cond_exp_gsfa_grr):
    """`IF_cond_exp_gsfa_grr` of PyNN: a `ConductanceAdaptiveLIF`."""

    translations = unchanged(cells.IF_cond_exp_gsfa_grr)
    variables: ClassVar[Mapping[str, str]] = {**CONDUCTANCES, "g_s": "g_s", "g_r": "g_r"}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        own = ("tau_sfa", "e_rev_sfa", "q_sfa", "tau_rr", "e_rev_rr", "q_rr")
        receptors = conductances(snn.ConductanceExp, values)
        return snn.ConductanceAdaptiveLIF(**picked(values, (*LEAKY, *own)), receptors=receptors)


class HH_cond_exp(CellType, cells.HH_cond_exp):
    """`HH_cond_exp` of PyNN: a `HodgkinHuxley` with two `ConductanceExp`."""

    translations = unchanged(cells.HH_cond_exp)
    receptor_types: ClassVar[tuple[str, ...]] = ("excitatory", "inhibitory")
    recordable: ClassVar[list[str]] = ["spikes", *CONDUCTANCES, *GATES]
    variables: ClassVar[Mapping[str, str]] = {**CONDUCTANCES, **GATES}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        names = ("gbar_Na", "gbar_K", "g_leak", "cm", "v_offset", "e_rev_Na", "e_rev_K",
                 "e_rev_leak", "i_offset")  # fmt: skip
        receptors = conductances(snn.ConductanceExp, values)
        return snn.HodgkinHuxley(**picked(values, names), receptors=receptors)


class IF_facets_hardware1(CellType, cells.IF_facets_hardware1):
    """`IF_facets_hardware1` of PyNN: a `LIF` with the constants of that hardware."""

    translations = unchanged(cells.IF_facets_hardware1)
    variables = CONDUCTANCES

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        cm = 0.2
        tau_m = collapsed(1000.0 * cm / values["g_leak"])
        own = picked(values, ("v_rest", "v_reset", "v_thresh"))
        reversal = {"excitatory": 0.0, "inhibitory": collapsed(values["e_rev_I"])}
        decay = {name: collapsed(values[f"tau_syn_{e}"]) for name, e, _ in SIDES}
        receptors = {
            name: snn.ConductanceExp(tau_syn=decay[name], e_rev=reversal[name]) for name in decay
        }
        return snn.LIF(tau_m=tau_m, cm=cm, tau_refrac=1.0, **own, receptors=receptors)


class GIF_cond_exp(CellType, cells.GIF_cond_exp):
    """`GIF_cond_exp` of PyNN: a `GIF`, which has three currents and three threshold parts."""

    translations = unchanged(cells.GIF_cond_exp)
    variables: ClassVar[Mapping[str, str]] = {**CONDUCTANCES, "i_eta": "i_eta", "v_t": "v_t"}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        names = ("tau_m", "cm", "v_rest", "v_reset", "tau_refrac", "i_offset", "delta_v",
                 "v_t_star", "lambda0")  # fmt: skip
        own = picked(values, names)
        for part in PARTS:
            own |= _three(f"a_{part}", values[f"a_{part}"], 0.0)
            own |= _three(f"tau_{part}", values[f"tau_{part}"], 1.0)
        return snn.GIF(**own, receptors=conductances(snn.ConductanceExp, values))


def _three(name: str, values: NDArray[Any], missing: float) -> dict[str, Any]:
    """Return the three components of an array parameter, by name."""
    rows = np.full((len(values), 3), missing)
    for row, listed in zip(rows, values, strict=True):
        given = np.atleast_1d(listed.value)
        if len(given) > 3:
            message = f"has 3 components at most; got {len(given)}"
            raise ValidationError([Problem("GIF_cond_exp", name, message)])
        row[: len(given)] = given
    return {f"{name}{k + 1}": collapsed(rows[:, k]) for k in range(3)}
