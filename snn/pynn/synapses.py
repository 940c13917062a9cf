"""PyNN's synapse types, and the rules of the language that they stand for."""

from __future__ import annotations

from typing import Any, ClassVar

from pyNN.standardmodels import check_weights, synapses

from snn.plasticity.rule import Rule
from snn.pynn.translation import names_unchanged, unchanged


def checked_weights(weights: Any, projection: Any) -> None:
    """Check the sign of weights, where the dialect has a convention for it."""
    if projection._simulator.state.settings.dialect == "pynn":
        check_weights(weights, projection)


class SynapseType:
    """What snn adds to a standard synapse type."""

    parameter_checks: ClassVar[dict[str, Any]] = {"weight": checked_weights}
    plastic: bool = False

    def rules(self, projection: Any) -> tuple[Rule, ...]:
        """Return the rules of the language."""
        return ()

    def _get_minimum_delay(self) -> float:
        from snn.pynn.simulator import state

        given = state.settings.min_delay
        return state.dt if given == "auto" else float(given)


class StaticSynapse(SynapseType, synapses.StaticSynapse):
    """`StaticSynapse` of PyNN."""

    translations = names_unchanged("weight", "delay")


__all__ = ["StaticSynapse", "SynapseType", "checked_weights", "unchanged"]
