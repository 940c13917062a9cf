"""The cell behind sPyNNaker's `IFCurrExpCa2Adaptive`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar

from snn.cells import Cell
from snn.cells.cell import default_receptors
from snn.fields import State, Values, model, param
from snn.receptors import Receptor


@model
class CalciumLIF(Cell):
    """LIF with a current that every spike strengthens: spike-frequency adaptation.

    ``cm dv/dt = -cm (v - v_rest) / tau_m + i_offset + i_syn - i_ca2``,
    ``d i_ca2/dt = -i_ca2 / tau_ca2``; a spike adds `i_alpha` to i_ca2. Current receptors
    only; integrated exactly.

    References
    ----------
    Liu and Wang, J. Comput. Neurosci. 10 (2001) 25, eqs. 1-3 without the calcium's slope.
    """

    tau_m: Values = param(default=20.0, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=1.0, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-65.0, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-65.0, unit="mV", doc="potential after a spike")
    v_thresh: Values = param(default=-50.0, unit="mV", doc="spike threshold")
    tau_refrac: Values = param(default=0.1, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    tau_ca2: Values = param(default=50.0, unit="ms", above=0, doc="decay of the adaptation")
    i_alpha: Values = param(default=0.1, unit="nA", doc="adaptation at a spike")
    receptors: Mapping[str, Receptor] = field(default_factory=default_receptors)

    v = State("v_rest", unit="mV", doc="membrane potential")
    i_ca2 = State(0.0, unit="nA", doc="adaptation current")
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "exact"

    @staticmethod
    def linear(tau_m: float, cm: float, v_rest: float, i_offset: float, tau_ca2: float) -> Any:
        matrix = [[-1.0 / tau_m, -1.0 / cm], [0.0, -1.0 / tau_ca2]]
        return matrix, [v_rest / tau_m + i_offset / cm, 0.0], [1.0 / cm, 0.0]

    @staticmethod
    def fires(v: float, v_thresh: float) -> bool:
        return v >= v_thresh

    @staticmethod
    def reset(i_ca2: float, v_reset: float, i_alpha: float) -> tuple[float, float]:
        return v_reset, i_ca2 + i_alpha
