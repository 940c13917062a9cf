"""sPyNNaker's cells beyond PyNN's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import snn
from snn.cells import Cell
from snn.pynn import board_cells, cells
from snn.pynn.calcium_lif import CalciumLIF
from snn.pynn.cells import (
    CONDUCTANCES,
    CURRENTS,
    LEAKY,
    Parameters,
    collapsed,
    conductances,
    currents,
    picked,
)
from snn.pynn.translation import names_unchanged
from snn.receptors import Receptor

DUAL = ("excitatory", "excitatory2", "inhibitory")
SHAPES = ("a", "b", "c", "d", "i_offset")


class IF_curr_dual_exp(cells.IF_curr_exp):
    """A `LIF` with three `CurrentExp`, two of which excite."""

    default_parameters: ClassVar[dict[str, float]] = {
        **cells.IF_curr_exp.default_parameters, "tau_syn_E": 5.0, "tau_syn_E2": 5.0,
        "tau_syn_I": 5.0,
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {
        **cells.IF_curr_exp.units, "tau_syn_E2": "ms", "gsyn_exc2": "nA", "isyn_exc2": "nA",
    }  # fmt: skip
    receptor_types: ClassVar[tuple[str, ...]] = DUAL
    variables: ClassVar[Mapping[str, str]] = {
        **CURRENTS, "isyn_exc2": "excitatory2.i", "gsyn_exc2": "excitatory2.i",
    }  # fmt: skip
    translations = names_unchanged(*default_parameters)

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = currents(snn.CurrentExp, values, signed)
        second: Receptor = snn.CurrentExp(
            tau_syn=collapsed(values["tau_syn_E2"]), signed="excitatory2" in signed
        )
        return snn.LIF(**picked(values, LEAKY), receptors=_in_order(receptors, second))


class Izhikevich_cond(board_cells.Izhikevich):
    """An `Izhikevich` with two `ConductanceExp`."""

    default_parameters: ClassVar[dict[str, float]] = {
        **board_cells.Izhikevich.default_parameters, "e_rev_E": 0.0, "e_rev_I": -70.0,
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {
        **board_cells.Izhikevich.units, "e_rev_E": "mV", "e_rev_I": "mV", "gsyn_exc": "uS",
        "gsyn_inh": "uS",
    }  # fmt: skip
    conductance_based = True
    signs: ClassVar[Mapping[str, int]] = {}
    variables: ClassVar[Mapping[str, str]] = {**CONDUCTANCES, "u": "u"}
    translations = names_unchanged(*default_parameters)

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = conductances(snn.ConductanceExp, values)
        return snn.Izhikevich(**picked(values, SHAPES), receptors=receptors)


class Izhikevich_cond_dual(Izhikevich_cond):
    """An `Izhikevich` with three `ConductanceExp`, two of which excite."""

    default_parameters: ClassVar[dict[str, float]] = {
        **Izhikevich_cond.default_parameters, "tau_syn_E2": 5.0,
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {
        **Izhikevich_cond.units, "tau_syn_E2": "ms", "gsyn_exc2": "uS",
    }  # fmt: skip
    receptor_types: ClassVar[tuple[str, ...]] = DUAL
    variables: ClassVar[Mapping[str, str]] = {
        **Izhikevich_cond.variables, "gsyn_exc2": "excitatory2.g",
    }  # fmt: skip
    translations = names_unchanged(*default_parameters)

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = conductances(snn.ConductanceExp, values)
        second = snn.ConductanceExp(
            tau_syn=collapsed(values["tau_syn_E2"]), e_rev=collapsed(values["e_rev_E"])
        )
        return snn.Izhikevich(**picked(values, SHAPES), receptors=_in_order(receptors, second))


def _in_order(receptors: dict[str, Receptor], second: Receptor) -> dict[str, Receptor]:
    """Put the second excitatory receptor where sPyNNaker has it."""
    return {name: {**receptors, "excitatory2": second}[name] for name in DUAL}


class IFCurrExpCa2Adaptive(cells.IF_curr_exp):
    """A `CalciumLIF` with two `CurrentExp`: every spike adds to a current that inhibits."""

    default_parameters: ClassVar[dict[str, float]] = {
        **cells.IF_curr_exp.default_parameters, "tau_ca2": 50.0, "i_alpha": 0.1,
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {
        **cells.IF_curr_exp.units, "tau_ca2": "ms", "i_alpha": "nA", "i_ca2": "nA",
    }  # fmt: skip
    variables: ClassVar[Mapping[str, str]] = {**CURRENTS, "i_ca2": "i_ca2"}
    translations = names_unchanged(*default_parameters)

    def __init__(self, i_ca2: Any = 0.0, **parameters: Any) -> None:
        super().__init__(**parameters)
        self.default_initial_values = {**cells.IF_curr_exp.default_initial_values, "i_ca2": i_ca2}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = currents(snn.CurrentExp, values, signed)
        own = picked(values, (*LEAKY, "tau_ca2", "i_alpha"))
        return CalciumLIF(**own, receptors=receptors)


class IFCondExpStoc(cells.IF_cond_exp):
    """A `GIF` without adaptation: intensity ``exp((v - v_thresh) / du_th) / tau_th``.

    References
    ----------
    Habenschuss, Jonke and Maass, PLoS Comput. Biol. 9 (2013) e1003311.
    """

    default_parameters: ClassVar[dict[str, float]] = {
        **cells.IF_cond_exp.default_parameters, "du_th": 0.5, "tau_th": 20.0,
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {**cells.IF_cond_exp.units, "du_th": "mV", "tau_th": "ms"}
    translations = names_unchanged(*default_parameters)

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        own = picked(values, ("tau_m", "cm", "v_rest", "v_reset", "tau_refrac", "i_offset"))
        parts = {f"a_{p}{k}": 0.0 for p in ("eta", "gamma") for k in (1, 2, 3)}
        return snn.GIF(
            **own, **parts, delta_v=collapsed(values["du_th"]),
            v_t_star=collapsed(values["v_thresh"]), lambda0=collapsed(1000.0 / values["tau_th"]),
            receptors=conductances(snn.ConductanceExp, values),
        )  # fmt: skip
