"""Hodgkin-Huxley neuron."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from snn.cells.cell import Cell
from snn.fields import State, Values, model, param
from snn.receptors import ConductanceExp, Receptor


def _conductances() -> dict[str, Receptor]:
    return {
        "excitatory": ConductanceExp(tau_syn=0.2, e_rev=0.0),
        "inhibitory": ConductanceExp(tau_syn=2.0, e_rev=-80.0),
    }


def _slide(x: float, k: float) -> float:
    """Return ``x / (exp(x / k) - 1)``, which is k at x = 0."""
    y = x if abs(x) > 1e-6 else 1e-6
    return y / math.expm1(y / k)


def _relaxed(x: float, up: float, down: float, span: float) -> float:
    """Advance a gate whose rates stay the same."""
    total = up + down
    return up / total + (x - up / total) * math.exp(-span * total)


def _charged(
    v: float, sodium: float, potassium: float, leak: float, e_rev_Na: float, e_rev_K: float,
    e_rev_leak: float, current: float, g_syn: float, cm: float, span: float,
) -> float:  # fmt: skip
    """Advance the membrane with conductances held."""
    g = sodium + potassium + leak + g_syn
    total = sodium * e_rev_Na + potassium * e_rev_K + leak * e_rev_leak + current
    return total / g + (v - total / g) * math.exp(-span * g / cm)


@model
class HodgkinHuxley(Cell):
    """Hodgkin-Huxley neuron with the sodium and potassium currents of Traub and Miles.

    ``cm dv/dt = gbar_Na m^3 h (e_rev_Na - v) + gbar_K n^4 (e_rev_K - v)
    + g_leak (e_rev_leak - v) + I``; it spikes where v rises through `v_thresh`, and
    nothing is reset (`HH_cond_exp` of PyNN).

    Notes
    -----
    Exponential midpoint, second order: v to mid-step with the gates at the start, gates
    with the rates at mid-step, v over the step with the gates at mid-step. Stable at 0.1
    ms, where explicit schemes are not.

    References
    ----------
    Traub and Miles, Neuronal Networks of the Hippocampus (Cambridge 1991); Brette et
    al., J. Comput. Neurosci. 23 (2007) 349, appendix 1, benchmark 3.
    """

    gbar_Na: Values = param(default=20.0, unit="uS", low=0, doc="sodium conductance")
    gbar_K: Values = param(default=6.0, unit="uS", low=0, doc="potassium conductance")
    g_leak: Values = param(default=0.01, unit="uS", above=0, doc="leak conductance")
    cm: Values = param(default=0.2, unit="nF", above=0, doc="membrane capacitance")
    v_offset: Values = param(default=-63.0, unit="mV", doc="shift of the rates along v")
    e_rev_Na: Values = param(default=50.0, unit="mV", doc="reversal potential of sodium")
    e_rev_K: Values = param(default=-90.0, unit="mV", doc="reversal potential of potassium")
    e_rev_leak: Values = param(default=-65.0, unit="mV", doc="reversal potential of the leak")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    v_thresh: Values = param(default=0.0, unit="mV", doc="where a rising v is a spike")
    receptors: Mapping[str, Receptor] = field(default_factory=_conductances)

    v = State(-65.0, unit="mV", doc="membrane potential")
    gate_m = State(0.0, doc="activation of sodium")
    gate_h = State(1.0, doc="inactivation of sodium")
    gate_n = State(0.0, doc="activation of potassium")
    above = State(0.0, doc="1 where v was above v_thresh a step ago")
    scheme: ClassVar[str] = "exponential midpoint, order 2"

    @staticmethod
    def step(
        v: float, gate_m: float, gate_h: float, gate_n: float, above: float, gbar_Na: float,
        gbar_K: float, g_leak: float, cm: float, v_offset: float, e_rev_Na: float, e_rev_K: float,
        e_rev_leak: float, i_offset: float, v_thresh: float, i_syn: float, g_syn: float,
        dt: float,
    ) -> tuple[float, float, float, float, float]:  # fmt: skip
        half = 0.5 * dt
        current = i_offset + i_syn
        sodium = gbar_Na * gate_m * gate_m * gate_m * gate_h
        potassium = gbar_K * gate_n * gate_n * gate_n * gate_n
        v_mid = _charged(
            v, sodium, potassium, g_leak, e_rev_Na, e_rev_K, e_rev_leak, current, g_syn, cm, half
        )
        u = v_mid - v_offset
        m_up = 0.32 * _slide(13.0 - u, 4.0)
        m_down = 0.28 * _slide(u - 40.0, 5.0)
        h_up = 0.128 * math.exp((17.0 - u) / 18.0)
        h_down = 4.0 / (1.0 + math.exp((40.0 - u) / 5.0))
        n_up = 0.032 * _slide(15.0 - u, 5.0)
        n_down = 0.5 * math.exp((10.0 - u) / 40.0)
        m_mid = _relaxed(gate_m, m_up, m_down, half)
        h_mid = _relaxed(gate_h, h_up, h_down, half)
        n_mid = _relaxed(gate_n, n_up, n_down, half)
        v_end = _charged(
            v, gbar_Na * m_mid * m_mid * m_mid * h_mid, gbar_K * n_mid * n_mid * n_mid * n_mid,
            g_leak, e_rev_Na, e_rev_K, e_rev_leak, current, g_syn, cm, dt,
        )  # fmt: skip
        m_end = _relaxed(m_mid, m_up, m_down, half)
        h_end = _relaxed(h_mid, h_up, h_down, half)
        n_end = _relaxed(n_mid, n_up, n_down, half)
        return v_end, m_end, h_end, n_end, 1.0 if v >= v_thresh else 0.0

    @staticmethod
    def fires(v: float, above: float, v_thresh: float) -> bool:
        return (v >= v_thresh) & (above < 0.5)

    @staticmethod
    def reset(
        v: float, gate_m: float, gate_h: float, gate_n: float, above: float
    ) -> tuple[float, float, float, float, float]:
        return v, gate_m, gate_h, gate_n, above
