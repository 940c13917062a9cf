"""Adaptive exponential integrate-and-fire neuron."""

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
        "inhibitory": ConductanceExp(e_rev=-80.0),
    }


def _slope(
    v: float, w: float, g_leak: float, v_rest: float, delta_T: float, v_thresh: float,
    v_spike: float, cm: float, i_offset: float, i_syn: float, g_syn: float,
) -> float:  # fmt: skip
    """Return dv/dt; v is capped at v_spike, beyond which the equation has no meaning."""
    x = min(v, v_spike)
    growth = g_leak * delta_T * math.exp((x - v_thresh) / delta_T)
    return (growth - g_leak * (x - v_rest) - w + i_offset + i_syn - g_syn * x) / cm


@model
class AdEx(Cell):
    """Adaptive exponential integrate-and-fire neuron (`EIF_cond_*_isfa_ista` of PyNN).

    ``cm dv/dt = -g (v - v_rest) + g delta_T exp((v - v_thresh) / delta_T) - w + I``,
    ``tau_w dw/dt = a (v - v_rest) - w``; a spike at ``v >= v_spike`` sets
    ``v = v_reset`` and adds `b` to w. w in nA, `a` in nS as in PyNN.

    Notes
    -----
    Explicit midpoint, second order. v is capped at `v_spike` inside the exponential,
    so no step can overflow (NEURON's at 0.1 ms reaches 4,489 mV).

    References
    ----------
    Brette and Gerstner, J. Neurophysiol. 94 (2005) 3637, eqs. 1-3.
    """

    tau_m: Values = param(default=9.3667, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=0.281, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-70.6, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-70.6, unit="mV", doc="potential after a spike")
    v_thresh: Values = param(default=-50.4, unit="mV", doc="where the exponential takes off")
    v_spike: Values = param(default=-40.0, unit="mV", doc="where a spike is counted")
    delta_T: Values = param(default=2.0, unit="mV", above=0, doc="sharpness of the take-off")
    a: Values = param(default=4.0, unit="nS", doc="sub-threshold adaptation")
    b: Values = param(default=0.0805, unit="nA", doc="adaptation at a spike")
    tau_w: Values = param(default=144.0, unit="ms", above=0, doc="time constant of adaptation")
    tau_refrac: Values = param(default=0.1, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    receptors: Mapping[str, Receptor] = field(default_factory=_conductances)

    v = State("v_rest", unit="mV", doc="membrane potential")
    w = State(0.0, unit="nA", doc="adaptation current")
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "explicit midpoint, order 2"

    @derived
    def g_leak(tau_m: float, cm: float) -> float:
        return cm / tau_m

    @derived
    def a_us(a: float) -> float:
        return a * 1e-3

    @staticmethod
    def step(
        v: float, w: float, g_leak: float, v_rest: float, delta_T: float, v_thresh: float,
        v_spike: float, cm: float, a_us: float, tau_w: float, i_offset: float,
        i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float]:  # fmt: skip
        half = 0.5 * dt
        dv = _slope(v, w, g_leak, v_rest, delta_T, v_thresh, v_spike, cm, i_offset, i_syn, g_syn)
        dw = (a_us * (v - v_rest) - w) / tau_w
        v_mid = v + half * dv
        w_mid = w + half * dw
        dv_mid = _slope(
            v_mid, w_mid, g_leak, v_rest, delta_T, v_thresh, v_spike, cm, i_offset, i_syn, g_syn
        )
        dw_mid = (a_us * (min(v_mid, v_spike) - v_rest) - w_mid) / tau_w
        return v + dt * dv_mid, w + dt * dw_mid

    @staticmethod
    def fires(v: float, v_spike: float) -> bool:
        return v >= v_spike

    @staticmethod
    def reset(v_reset: float, w: float, b: float) -> tuple[float, float]:
        return v_reset, w + b

    def problems(self, component: str) -> list[Problem]:
        return [
            *below(component, self, "v_reset", "v_spike", "the neuron would fire for ever"),
            *below(component, self, "v_thresh", "v_spike", "the spike must lie past the take-off"),
        ]
