"""Standard cells as SpiNNaker has them, where they differ from PyNN's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import snn
from snn.cells import Cell
from snn.pynn import cells
from snn.pynn.cells import CURRENTS, LEAKY, SIDES, Parameters, currents, picked
from snn.pynn.translation import unchanged


class IF_curr_delta(cells.IF_curr_delta):
    """A `LIF` with two `CurrentPulse`: a weight is a current that lasts one step."""

    variables: ClassVar[Mapping[str, str]] = CURRENTS

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = {n: snn.CurrentPulse(sign=s, signed=n in signed) for n, _, s in SIDES}
        return snn.LIF(**picked(values, LEAKY), receptors=receptors)


class Izhikevich(cells.Izhikevich):
    """An `Izhikevich` with two `CurrentExp`; v and u can be given like parameters.

    On the board 1 nA moves it by 1 mV/ms.
    """

    current_scale = 1.0
    default_parameters: ClassVar[dict[str, float]] = {
        **cells.Izhikevich.default_parameters, "tau_syn_E": 5.0, "tau_syn_I": 5.0,
    }  # fmt: skip
    units: ClassVar[dict[str, str]] = {
        **cells.Izhikevich.units, "tau_syn_E": "ms", "tau_syn_I": "ms",
    }  # fmt: skip
    voltage_based_synapses = False
    variables: ClassVar[Mapping[str, str]] = {**CURRENTS, "u": "u"}

    def __init__(self, v: Any = None, u: Any = None, **parameters: Any) -> None:
        super().__init__(**parameters)
        given = {name: value for name, value in (("v", v), ("u", u)) if value is not None}
        self.default_initial_values = {**cells.Izhikevich.default_initial_values, **given}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        names = ("a", "b", "c", "d", "i_offset")
        receptors = currents(snn.CurrentExp, values, signed)
        return snn.Izhikevich(**picked(values, names), receptors=receptors)


Izhikevich.translations = unchanged(Izhikevich)
