"""Scaling of the outgoing weights of each neuron to a sum."""

from __future__ import annotations

from typing import ClassVar

from snn.fields import model
from snn.homeostasis.synaptic_scaling import SynapticScaling


@model
class RowScaling(SynapticScaling):
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
