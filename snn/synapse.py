"""Synapses: weight, delay and what changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from snn.fields import Model, Values
from snn.plasticity.rule import Rule


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Synapse(Model):
    """Weight and delay of a projection's synapses.

    Parameters
    ----------
    weight : float, array or Distribution
        Magnitude (the receptor carries the sign), in the receptor's unit. An array has
        one entry per listed pair for list-like connectors, or shape (n_pre, n_post).
    delay : float, array or Distribution, ms
        At least one step; drawn delays are put on the grid, explicit ones must lie on
        it unless `round`.
    axonal_delay : float, ms
        The part of every delay that lies before the synapse; the rest, at least one step,
        is dendritic. A plastic synapse sees a presynaptic spike this much later, and a
        postsynaptic one so much earlier. Without rules it means nothing.
    plasticity : rule or sequence of rules
        What changes the weight.
    round : bool
        Put explicit delays on the grid instead of refusing them.
    """

    weight: Values = 1.0
    delay: Values | None = None
    axonal_delay: float = 0.0
    plasticity: Rule | Sequence[Rule] = field(default=())
    round: bool = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, as a tuple."""
        several = isinstance(self.plasticity, Sequence) and not isinstance(self.plasticity, str)
        return tuple(self.plasticity) if several else (self.plasticity,)  # type: ignore[arg-type,return-value]
