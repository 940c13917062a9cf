"""Leaky integrate-and-fire neuron that adapts by conductances."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from snn.cells.cell import Cell
from snn.cells.membrane import below
from snn.errors import Problem
from snn.fields import State, Values, derived, model, param
from snn.receptors import ConductanceExp, Receptor


def _conductances() -> dict[str, Receptor]:
    return {
        "excitatory": ConductanceExp(e_rev=0.0),
        "inhibitory": ConductanceExp(e_rev=-70.0),
    }


@model
class ConductanceAdaptiveLIF(Cell):
    """LIF with spike-frequency adaptation and relative refractoriness as conductances.

    Each spike adds `q_sfa` to g_s and `q_rr` to g_r, which decay with `tau_sfa` and
    `tau_rr` and pull v to `e_rev_sfa` and `e_rev_rr` (`IF_cond_exp_gsfa_grr` of PyNN).

    Notes
    -----
    Exponential step with all conductances at mid-step, second order.

    References
    ----------
    Muller, Buesing, Schemmel and Meier, Neural Comput. 19 (2007) 2958, eqs. 2.1-2.3.
    """

    tau_m: Values = param(default=20.0, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=1.0, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-65.0, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-65.0, unit="mV", doc="potential after a spike")
    v_thresh: Values = param(default=-50.0, unit="mV", doc="spike threshold")
    tau_refrac: Values = param(default=0.1, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    tau_sfa: Values = param(default=100.0, unit="ms", above=0, doc="decay of adaptation")
    e_rev_sfa: Values = param(default=-75.0, unit="mV", doc="reversal potential of adaptation")
    q_sfa: Values = param(default=15.0, unit="nS", low=0, doc="adaptation at a spike")
    tau_rr: Values = param(default=2.0, unit="ms", above=0, doc="decay of refractoriness")
    e_rev_rr: Values = param(default=-75.0, unit="mV", doc="its reversal potential")
    q_rr: Values = param(default=3000.0, unit="nS", low=0, doc="refractoriness at a spike")
    receptors: Mapping[str, Receptor] = field(default_factory=_conductances)

    v = State("v_rest", unit="mV", doc="membrane potential")
    g_s = State(0.0, unit="nS", doc="conductance of adaptation")
    g_r = State(0.0, unit="nS", doc="conductance of refractoriness")
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "exponential mid-step, order 2"

    @derived
    def g_leak(tau_m: float, cm: float) -> float:
        return cm / tau_m

    @derived
    def half_sfa(tau_sfa: float, dt: float) -> float:
        return math.exp(-0.5 * dt / tau_sfa)

    @derived
    def half_rr(tau_rr: float, dt: float) -> float:
        return math.exp(-0.5 * dt / tau_rr)

    @staticmethod
    def step(
        v: float, g_s: float, g_r: float, v_rest: float, g_leak: float, cm: float,
        i_offset: float, e_rev_sfa: float, e_rev_rr: float, half_sfa: float, half_rr: float,
        i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float, float]:  # fmt: skip
        s = g_s * half_sfa
        r = g_r * half_rr
        g = g_leak + g_syn + 0.001 * (s + r)
        pulled = 0.001 * (s * e_rev_sfa + r * e_rev_rr)
        v_inf = (g_leak * v_rest + i_offset + i_syn + pulled) / g
        return v_inf + (v - v_inf) * math.exp(-dt * g / cm), s * half_sfa, r * half_rr

    @staticmethod
    def fires(v: float, v_thresh: float) -> bool:
        return v >= v_thresh

    @staticmethod
    def reset(
        v_reset: float, g_s: float, g_r: float, q_sfa: float, q_rr: float
    ) -> tuple[float, float, float]:
        return v_reset, g_s + q_sfa, g_r + q_rr

    def problems(self, component: str) -> list[Problem]:
        return below(component, self, "v_reset", "v_thresh", "the neuron would fire for ever")
