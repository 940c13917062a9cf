"""Synapses whose spikes fail at random."""

from __future__ import annotations

from typing import ClassVar

from snn.fields import model, param
from snn.plasticity.rule import EventRule


@model
class StochasticRelease(EventRule):
    """Each pre spike is transmitted with probability `p`, independently at each synapse.

    A spike that is transmitted delivers the weight, another one nothing; the weight stays.
    The rule acts whether learning is on or not, and goes with any rule that changes w.

    References
    ----------
    `SimpleStochasticSynapse` of PyNN, `bernoulli_synapse` of NEST.
    """

    p: float = param(0.5, low=0, high=1, doc="probability of transmission")

    delivers: ClassVar[bool] = True
    short_term: ClassVar[bool] = True

    @staticmethod
    def on_pre(w: float, uniform: float, p: float) -> tuple[float, float]:
        return w, 1.0 if uniform < p else 0.0
