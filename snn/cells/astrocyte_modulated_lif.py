"""Leaky integrate-and-fire neuron whose gain and threshold follow a slow calcium trace."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar

from snn.cells.cell import Cell, default_receptors
from snn.cells.membrane import below, exponential_step
from snn.errors import Problem
from snn.fields import State, Values, derived, model, param
from snn.receptors import Receptor


def saturation(ca: float, ca_half: float) -> float:
    """Return the share of its largest effect that a calcium level has."""
    return ca / (ca + ca_half)


@model
class AstrocyteModulatedLIF(Cell):
    """LIF with an astrocyte of its own that scales input gain and threshold.

    A calcium-like level follows the neuron's activity,

        d ca/dt = -ca / tau_ca + ca_input |i_syn|,    each own spike adds ca_spike,

    and acts through ``m = ca / (ca + ca_half)``: synaptic currents are multiplied by
    ``1 + gain m``, the threshold is ``v_thresh - shift m``.

    Notes
    -----
    The equations of the astrocyte-modulated spiking unit (AstroSNN, arXiv 2312.07625) could
    not be had. This is its description put in the simplest form that the neuron-glia
    literature supports: a leaky sum of local activity over seconds (Gordleeva et al., Front.
    Cell. Neurosci. 15 (2021) 631485) with a saturating effect on excitability (Porto-Pazos
    et al., PLoS ONE 6 (2011) e19109). ca is float64 whatever the precision. Exponential step
    with the input of mid-step, ca at the start of the step, order 1 in ca's effect.
    """

    tau_m: Values = param(default=20.0, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=1.0, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-65.0, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-65.0, unit="mV", doc="potential after a spike")
    v_thresh: Values = param(default=-50.0, unit="mV", doc="threshold without calcium")
    tau_refrac: Values = param(default=2.0, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    tau_ca: Values = param(default=5000.0, unit="ms", above=0, doc="decay of calcium")
    ca_spike: Values = param(default=0.1, low=0, doc="calcium added by an own spike")
    ca_input: Values = param(default=0.0, unit="1/(nA ms)", low=0, doc="calcium made by input")
    ca_half: Values = param(default=1.0, above=0, doc="calcium of half the largest effect")
    gain: Values = param(default=0.5, above=-1, doc="largest relative change of the input")
    shift: Values = param(default=3.0, unit="mV", doc="largest drop of the threshold")
    receptors: Mapping[str, Receptor] = field(default_factory=default_receptors)

    v = State("v_rest", unit="mV", doc="membrane potential")
    ca = State(0.0, doc="calcium-like level", slow=True)
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "exponential mid-step; ca exact between spikes without ca_input"

    @derived
    def g_leak(tau_m: float, cm: float) -> float:
        return cm / tau_m

    @derived
    def ca_decay(tau_ca: float, dt: float) -> float:
        return math.exp(-dt / tau_ca)

    @derived
    def ca_made(tau_ca: float, ca_input: float, dt: float) -> float:
        return -ca_input * tau_ca * math.expm1(-dt / tau_ca)

    @staticmethod
    def step(
        v: float, ca: float, v_rest: float, g_leak: float, cm: float, i_offset: float,
        ca_decay: float, ca_made: float, ca_half: float, gain: float,
        i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float]:  # fmt: skip
        factor = 1.0 + gain * saturation(ca, ca_half)
        moved = exponential_step(
            v, v_rest, g_leak, cm, i_offset, factor * i_syn, factor * g_syn, dt
        )
        return moved, ca * ca_decay + ca_made * abs(i_syn - g_syn * v)

    @staticmethod
    def fires(v: float, ca: float, v_thresh: float, shift: float, ca_half: float) -> bool:
        return v >= v_thresh - shift * saturation(ca, ca_half)

    @staticmethod
    def reset(v_reset: float, ca: float, ca_spike: float) -> tuple[float, float]:
        return v_reset, ca + ca_spike

    def problems(self, component: str) -> list[Problem]:
        return below(component, self, "v_reset", "v_thresh", "the neuron would fire for ever")
