"""Scaling of the outgoing weights of each neuron to a sum."""

from __future__ import annotations

from typing import ClassVar

from snn.fields import model, param
from snn.homeostasis.homeostasis import Reduction


@model
class RowScaling(Reduction):
    """Multiply a neuron's outgoing weights so that they sum to `target`.

    ``w <- w target / sum(w)``, the sum running over the synapses of one source in this
    projection. A source whose weights sum to 0 is left alone. `SynapticScaling` is the
    same over the synapses of one target.

    References
    ----------
    von der Malsburg, Kybernetik 14 (1973) 85 (conservation of synaptic strength);
    Fiete, Senn, Wang and Hahnloser, Neuron 65 (2010) 563 (the outgoing sum).
    """

    over: ClassVar[str] = "pre"
    target: float = param(unit="weight", above=0, doc="sum to reach")

    def largest(self, members: int, bound: float) -> float:
        return members * bound

    def smallest(self, members: int, bound: float) -> float:
        return members * bound

    @staticmethod
    def term(w: float) -> float:
        return w

    @staticmethod
    def apply(w: float, total: float, target: float) -> float:
        return w * (target / total) if total > 0 else w
