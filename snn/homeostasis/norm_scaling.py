"""Scaling of the incoming weights of each neuron to a Euclidean norm."""

from __future__ import annotations

import math

from snn.fields import model, param
from snn.homeostasis.homeostasis import Reduction


@model
class NormScaling(Reduction):
    """Bring a neuron's incoming weights to a Euclidean norm.

    ``w <- w target / sqrt(sum(w^2))``, the sum running over the neuron's synapses in this
    projection, in order of the source. With inputs of equal norm the drive of a neuron is
    then the cosine between its weights and the input, so that neurons compete by
    likeness. A neuron whose weights are all 0 is left alone.

    References
    ----------
    Oja, J. Math. Biol. 15 (1982) 267, eq. 2 (the explicit normalisation).
    """

    target: float = param(unit="weight", above=0, doc="norm to reach")

    def largest(self, members: int, bound: float) -> float:
        return math.sqrt(members) * bound

    def smallest(self, members: int, bound: float) -> float:
        return math.sqrt(members) * bound

    @staticmethod
    def term(w: float) -> float:
        return w * w

    @staticmethod
    def apply(w: float, total: float, target: float) -> float:
        return w * (target / math.sqrt(total)) if total > 0 else w
