"""Generalised integrate-and-fire neuron."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from snn.cells.cell import Cell
from snn.cells.membrane import exponential_step
from snn.distributions import Uniform
from snn.fields import State, Values, derived, model, param
from snn.receptors import ConductanceExp, Receptor


def _conductances() -> dict[str, Receptor]:
    return {
        "excitatory": ConductanceExp(e_rev=0.0),
        "inhibitory": ConductanceExp(e_rev=-70.0),
    }


@model
class GIF(Cell):
    """Generalised integrate-and-fire neuron: adapts by currents and threshold, fires at random.

    A spike adds `a_eta1`, `a_eta2`, `a_eta3` to three currents and `a_gamma1` ... to
    three parts of the threshold, which decay with `tau_eta1` ..., `tau_gamma1` ...; it is
    emitted with intensity ``lambda0 exp((v - v_t) / delta_v)`` where ``v_t`` is `v_t_star`
    plus the parts of the threshold (`GIF_cond_exp` of PyNN).

    Notes
    -----
    Exponential step with conductances and currents at mid-step, second order; a spike is
    drawn at the end of each step with probability ``1 - exp(-lambda dt)``. Each neuron
    draws from its own stream of Park and Miller's generator, which begins at `stream`.

    References
    ----------
    Mensi et al., J. Neurophysiol. 107 (2012) 1756, eqs. 1-3; Pozzorini et al., PLoS
    Comput. Biol. 11 (2015) e1004275; Park and Miller, CACM 31 (1988) 1192.
    """

    tau_m: Values = param(default=20.0, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=1.0, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-65.0, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-65.0, unit="mV", doc="potential after a spike")
    tau_refrac: Values = param(default=4.0, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    delta_v: Values = param(default=0.5, unit="mV", above=0, doc="sharpness of the threshold")
    v_t_star: Values = param(default=-48.0, unit="mV", doc="threshold without adaptation")
    lambda0: Values = param(default=1.0, unit="Hz", low=0, doc="intensity at the threshold")
    tau_eta1: Values = param(default=1.0, unit="ms", above=0, doc="decay of the 1st current")
    tau_eta2: Values = param(default=10.0, unit="ms", above=0, doc="decay of the 2nd current")
    tau_eta3: Values = param(default=100.0, unit="ms", above=0, doc="decay of the 3rd current")
    a_eta1: Values = param(default=1.0, unit="nA", doc="1st current at a spike")
    a_eta2: Values = param(default=1.0, unit="nA", doc="2nd current at a spike")
    a_eta3: Values = param(default=1.0, unit="nA", doc="3rd current at a spike")
    tau_gamma1: Values = param(default=1.0, unit="ms", above=0, doc="decay of the 1st part")
    tau_gamma2: Values = param(default=10.0, unit="ms", above=0, doc="decay of the 2nd part")
    tau_gamma3: Values = param(default=100.0, unit="ms", above=0, doc="decay of the 3rd part")
    a_gamma1: Values = param(default=1.0, unit="mV", doc="1st part of the threshold at a spike")
    a_gamma2: Values = param(default=1.0, unit="mV", doc="2nd part of the threshold at a spike")
    a_gamma3: Values = param(default=1.0, unit="mV", doc="3rd part of the threshold at a spike")
    stream: Values = param(
        default=Uniform(1.0, 2147483646.0), low=1, high=2147483646, doc="where the stream begins"
    )
    receptors: Mapping[str, Receptor] = field(default_factory=_conductances)

    v = State("v_rest", unit="mV", doc="membrane potential")
    i_eta = State(0.0, unit="nA", doc="sum of the three currents; it hyperpolarises")
    v_t = State("v_t_star", unit="mV", doc="threshold")
    eta1 = State(0.0, unit="nA", doc="1st current")
    eta2 = State(0.0, unit="nA", doc="2nd current")
    eta3 = State(0.0, unit="nA", doc="3rd current")
    gamma1 = State(0.0, unit="mV", doc="1st part of the threshold")
    gamma2 = State(0.0, unit="mV", doc="2nd part of the threshold")
    gamma3 = State(0.0, unit="mV", doc="3rd part of the threshold")
    noise = State("stream", doc="last number of the stream", slow=True)
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "exponential mid-step, order 2; spikes drawn step by step"

    @derived
    def g_leak(tau_m: float, cm: float) -> float:
        return cm / tau_m

    @derived
    def half_eta1(tau_eta1: float, dt: float) -> float:
        return math.exp(-0.5 * dt / tau_eta1)

    @derived
    def half_eta2(tau_eta2: float, dt: float) -> float:
        return math.exp(-0.5 * dt / tau_eta2)

    @derived
    def half_eta3(tau_eta3: float, dt: float) -> float:
        return math.exp(-0.5 * dt / tau_eta3)

    @derived
    def decay_gamma1(tau_gamma1: float, dt: float) -> float:
        return math.exp(-dt / tau_gamma1)

    @derived
    def decay_gamma2(tau_gamma2: float, dt: float) -> float:
        return math.exp(-dt / tau_gamma2)

    @derived
    def decay_gamma3(tau_gamma3: float, dt: float) -> float:
        return math.exp(-dt / tau_gamma3)

    @staticmethod
    def step(
        v: float, i_eta: float, v_t: float, eta1: float, eta2: float, eta3: float,
        gamma1: float, gamma2: float, gamma3: float, noise: float, v_rest: float,
        g_leak: float, cm: float, i_offset: float, v_t_star: float, half_eta1: float,
        half_eta2: float, half_eta3: float, decay_gamma1: float, decay_gamma2: float,
        decay_gamma3: float, i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float, float, float, float, float, float, float, float, float]:  # fmt: skip
        e1 = eta1 * half_eta1
        e2 = eta2 * half_eta2
        e3 = eta3 * half_eta3
        current = i_offset - (e1 + e2 + e3)
        moved = exponential_step(v, v_rest, g_leak, cm, current, i_syn, g_syn, dt)
        e1_end = e1 * half_eta1
        e2_end = e2 * half_eta2
        e3_end = e3 * half_eta3
        y1 = gamma1 * decay_gamma1
        y2 = gamma2 * decay_gamma2
        y3 = gamma3 * decay_gamma3
        product = 16807.0 * math.floor(noise)
        drawn = product - 2147483647.0 * math.floor(product / 2147483647.0)
        total = e1_end + e2_end + e3_end
        threshold = v_t_star + y1 + y2 + y3
        return moved, total, threshold, e1_end, e2_end, e3_end, y1, y2, y3, drawn

    @staticmethod
    def fires(
        v: float, v_t: float, noise: float, lambda0: float, delta_v: float, dt: float
    ) -> bool:
        intensity = lambda0 * 0.001 * math.exp(min((v - v_t) / delta_v, 50.0))
        return noise / 2147483647.0 < -math.expm1(-intensity * dt)

    @staticmethod
    def reset(
        v_reset: float, i_eta: float, v_t: float, eta1: float, eta2: float, eta3: float,
        gamma1: float, gamma2: float, gamma3: float, noise: float, a_eta1: float,
        a_eta2: float, a_eta3: float, a_gamma1: float, a_gamma2: float, a_gamma3: float,
    ) -> tuple[float, float, float, float, float, float, float, float, float, float]:  # fmt: skip
        e1 = eta1 + a_eta1
        e2 = eta2 + a_eta2
        e3 = eta3 + a_eta3
        y1 = gamma1 + a_gamma1
        y2 = gamma2 + a_gamma2
        y3 = gamma3 + a_gamma3
        raised = v_t + a_gamma1 + a_gamma2 + a_gamma3
        return v_reset, e1 + e2 + e3, raised, e1, e2, e3, y1, y2, y3, noise
