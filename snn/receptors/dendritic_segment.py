"""Dendritic segment that detects coincident synapses."""

from __future__ import annotations

import math
from typing import ClassVar

from snn.fields import State, Values, derived, model, param
from snn.receptors.receptor import Receptor


@model
class DendriticSegment(Receptor):
    """Dendritic segment: enough coincident synapses start a plateau of constant current.

    Weights are summed and forgotten with `tau_syn`; in the step in which the sum reaches
    `threshold` a plateau begins: the current `plateau` flows for `duration` (rounded to
    whole steps, at least one). While the sum stays at threshold the plateau begins anew;
    what arrives below threshold has no effect. A cell with several segments has several
    receptors of this kind, each with its own synapses.

    Notes
    -----
    With weights of 1 the sum counts synapses. Decay leaves a sum of k at or just below k, so
    a threshold of k synapses is written k - 0.5. Physiological ranges: 8 to 20 synapses
    within 1 to 5 ms, plateaus (NMDA spikes) of 50 to 200 ms.

    References
    ----------
    Ahmad and Hawkins, arXiv 1601.00720 (2016); Hawkins and Ahmad, Front. Neural Circuits 10
    (2016) 23; Major, Larkum and Schiller, Annu. Rev. Neurosci. 36 (2013) 1.
    """

    threshold: Values = param(default=14.5, above=0, doc="coincident weight that it takes")
    tau_syn: Values = param(default=2.0, unit="ms", above=0, doc="window of coincidence")
    plateau: Values = param(default=0.5, unit="nA", low=0, doc="current during a plateau")
    duration: Values = param(default=100.0, unit="ms", above=0, doc="length of a plateau")
    sign: int = 1
    signed: bool = False

    active = State(0.0, doc="weight of the synapses active of late")
    left = State(0.0, doc="steps until the plateau ends")
    i = State(0.0, unit="nA", doc="current into the soma")
    weight_unit: ClassVar[str] = ""

    @derived
    def decay(tau_syn: float, dt: float) -> float:
        return math.exp(-dt / tau_syn)

    @derived
    def steps(duration: float, dt: float) -> float:
        return max(1.0, math.floor(duration / dt + 0.5))

    @staticmethod
    def receive(
        active: float, left: float, decay: float, threshold: float, plateau: float,
        steps: float, arriving: float,
    ) -> tuple[float, float, float]:  # fmt: skip
        total = active * decay + arriving
        rest = steps if total >= threshold else max(left - 1.0, 0.0)
        return total, rest, plateau if rest > 0 else 0.0
