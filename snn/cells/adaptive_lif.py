"""Leaky integrate-and-fire neuron with a slow dynamic threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar

from snn.cells.cell import Cell, default_receptors
from snn.cells.membrane import below, exponential_step
from snn.errors import Problem
from snn.fields import State, Values, derived, model, param
from snn.receptors import Receptor


@model
class AdaptiveLIF(Cell):
    """LIF whose threshold is ``v_thresh + theta``.

    ``d theta/dt = -theta / tau_theta``; each spike adds `theta_plus`, multiplied by
    ``theta_scale / |theta - theta_scale|`` when `theta_scale` is not 0 (increments
    shrink as theta grows). With `adapting` 0 theta neither decays nor grows, which is
    how a trained threshold is frozen.

    Notes
    -----
    theta is kept in float64 whatever the precision: with ``tau_theta`` of 1e7 ms its
    decay per step is below the resolution of float32.

    References
    ----------
    Diehl and Cook, Front. Comput. Neurosci. 9 (2015) 99; Hao et al., Neural Networks
    121 (2020) 387, eq. 5 (the shrinking increment).
    """

    tau_m: Values = param(default=100.0, unit="ms", above=0, doc="membrane time constant")
    cm: Values = param(default=1.0, unit="nF", above=0, doc="membrane capacitance")
    v_rest: Values = param(default=-65.0, unit="mV", doc="resting potential")
    v_reset: Values = param(default=-65.0, unit="mV", doc="potential after a spike")
    v_thresh: Values = param(default=-52.0, unit="mV", doc="threshold at theta = 0")
    tau_refrac: Values = param(default=2.0, unit="ms", low=0, doc="refractory time")
    i_offset: Values = param(default=0.0, unit="nA", doc="constant current")
    tau_theta: Values = param(default=1e7, unit="ms", above=0, doc="decay of the threshold")
    theta_plus: Values = param(default=0.05, unit="mV", low=0, doc="growth at a spike")
    theta_init: Values = param(default=0.0, unit="mV", low=0, doc="initial theta")
    theta_scale: Values = param(default=0.0, unit="mV", low=0, doc="0: constant growth")
    adapting: Values = param(default=1.0, low=0, high=1, doc="0 freezes the threshold")
    receptors: Mapping[str, Receptor] = field(default_factory=default_receptors)

    v = State("v_rest", unit="mV", doc="membrane potential")
    theta = State("theta_init", unit="mV", doc="dynamic part of the threshold", slow=True)
    refractory: ClassVar[str] = "tau_refrac"
    scheme: ClassVar[str] = "exact; exponential mid-step (order 2) with conductances"

    @derived
    def g_leak(tau_m: float, cm: float) -> float:
        return cm / tau_m

    @derived
    def theta_decay(tau_theta: float, dt: float) -> float:
        return math.exp(-dt / tau_theta)

    @staticmethod
    def linear(tau_m: float, cm: float, v_rest: float, i_offset: float) -> Any:
        return [[-1.0 / tau_m]], [v_rest / tau_m + i_offset / cm], [1.0 / cm]

    @staticmethod
    def adapt(theta: float, theta_decay: float, adapting: float) -> float:
        return theta * theta_decay if adapting > 0 else theta

    @staticmethod
    def step(
        v: float, theta: float, v_rest: float, g_leak: float, cm: float, i_offset: float,
        theta_decay: float, adapting: float, i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float]:  # fmt: skip
        moved = exponential_step(v, v_rest, g_leak, cm, i_offset, i_syn, g_syn, dt)
        return moved, theta * theta_decay if adapting > 0 else theta

    @staticmethod
    def fires(v: float, theta: float, v_thresh: float) -> bool:
        return v >= v_thresh + theta

    @staticmethod
    def reset(
        v_reset: float, theta: float, theta_plus: float, theta_scale: float, adapting: float
    ) -> tuple[float, float]:
        room = max(abs(theta - theta_scale), 1e-9)
        growth = theta_plus * theta_scale / room if theta_scale > 0 else theta_plus
        return v_reset, theta + growth if adapting > 0 else theta

    def problems(self, component: str) -> list[Problem]:
        return below(component, self, "v_reset", "v_thresh", "the neuron would fire for ever")


def threshold_of(cell: AdaptiveLIF, theta: Any) -> Any:
    """Return the effective threshold in mV for a recorded theta."""
    return cell.v_thresh + theta
