"""Scaling of the incoming weights of each neuron to a sum."""

from __future__ import annotations

from snn.fields import model, param
from snn.homeostasis.homeostasis import Reduction


@model
class SynapticScaling(Reduction):
    """Multiply a neuron's incoming weights so that they sum to `target`.

    ``w <- w target / sum(w)``, the sum running over the neuron's synapses in this
    projection, in order of the source. A neuron whose weights sum to 0 is left alone.

    References
    ----------
    Diehl and Cook, Front. Comput. Neurosci. 9 (2015) 99, section 2.3; Hao et al.,
    Neural Networks 121 (2020) 387.
    """

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
