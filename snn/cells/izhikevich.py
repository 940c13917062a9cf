"""Izhikevich's two-variable neuron."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from snn.cells.cell import Cell, default_receptors
from snn.fields import State, Values, model, param
from snn.receptors import Receptor


@model
class Izhikevich(Cell):
    """Izhikevich neuron.

    ``dv/dt = 0.04 v^2 + 5 v + 140 - u + I``, ``du/dt = a (b v - u)``; a spike at
    ``v >= 30 mV`` sets ``v = c`` and adds `d` to u. The current is in nA and enters
    with weight 1 mV/ms per nA, as on SpiNNaker (PyNN's cell has 1,000).

    Notes
    -----
    Explicit midpoint (Runge-Kutta 2), second order.

    References
    ----------
    Izhikevich, IEEE Trans. Neural Networks 14 (2003) 1569, eqs. 1-3.
    """

    a: Values = param(default=0.02, unit="1/ms", doc="rate of recovery")
    b: Values = param(default=0.2, unit="1/ms", doc="sensitivity of u to v")
    c: Values = param(default=-65.0, unit="mV", doc="v after a spike", below=30.0)
    d: Values = param(default=2.0, unit="mV/ms", doc="increment of u at a spike")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    v_init: Values = param(default=-70.0, unit="mV", doc="initial v")
    u_init: Values = param(default=-14.0, unit="mV/ms", doc="initial u")
    receptors: Mapping[str, Receptor] = field(default_factory=default_receptors)

    v = State("v_init", unit="mV", doc="membrane potential")
    u = State("u_init", unit="mV/ms", doc="recovery variable")
    scheme: ClassVar[str] = "explicit midpoint, order 2"

    @staticmethod
    def step(
        v: float, u: float, a: float, b: float, i_offset: float,
        i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float]:  # fmt: skip
        drive = 140.0 + i_offset + i_syn
        half = 0.5 * dt
        dv = 0.04 * v * v + 5.0 * v - u + drive - g_syn * v
        du = a * (b * v - u)
        v_mid = v + half * dv
        u_mid = u + half * du
        dv_mid = 0.04 * v_mid * v_mid + 5.0 * v_mid - u_mid + drive - g_syn * v_mid
        du_mid = a * (b * v_mid - u_mid)
        return v + dt * dv_mid, u + dt * du_mid

    @staticmethod
    def fires(v: float) -> bool:
        return v >= 30.0

    @staticmethod
    def reset(c: float, u: float, d: float) -> tuple[float, float]:
        return c, u + d
