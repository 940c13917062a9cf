"""Leaky integrate-and-fire neuron."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar

from snn.cells.cell import Cell, default_receptors
from snn.cells.membrane import below, exponential_step
from snn.errors import Problem
from snn.fields import State, Values, derived, model, param
from snn.receptors import Receptor


@model
class LIF(Cell):
    """Leaky integrate-and-fire neuron with any number of named receptors.

    ``cm dv/dt = -cm (v - v_rest) / tau_m + i_offset + i_syn``; a spike at
    ``v >= v_thresh`` sets ``v = v_reset`` for `tau_refrac`.

    Notes
    -----
    Integrated exactly with current receptors; with conductances by an exponential
    step with the conductances at mid-step (second order).

    References
    ----------
    Rotter and Diesmann, Biol. Cybern. 81 (1999) 381, eq. 3 (exact propagators).
    """

    tau_m: Values = param(default=20.0, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=1.0, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-65.0, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-65.0, unit="mV", doc="potential after a spike")
    v_thresh: Values = param(default=-50.0, unit="mV", doc="spike threshold")
    tau_refrac: Values = param(default=0.1, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    receptors: Mapping[str, Receptor] = field(default_factory=default_receptors)

    v = State("v_rest", unit="mV", doc="membrane potential")
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "exact; exponential mid-step (order 2) with conductances"
    sleeps: ClassVar[bool] = True

    @derived
    def g_leak(tau_m: float, cm: float) -> float:
        return cm / tau_m

    @staticmethod
    def linear(tau_m: float, cm: float, v_rest: float, i_offset: float) -> Any:
        return [[-1.0 / tau_m]], [v_rest / tau_m + i_offset / cm], [1.0 / cm]

    @staticmethod
    def step(
        v: float, v_rest: float, g_leak: float, cm: float, i_offset: float,
        i_syn: float, g_syn: float, dt: float,
    ) -> float:  # fmt: skip
        return exponential_step(v, v_rest, g_leak, cm, i_offset, i_syn, g_syn, dt)

    @staticmethod
    def fires(v: float, v_thresh: float) -> bool:
        return v >= v_thresh

    @staticmethod
    def reset(v_reset: float) -> float:
        return v_reset

    def problems(self, component: str) -> list[Problem]:
        return below(component, self, "v_reset", "v_thresh", "the neuron would fire for ever")
