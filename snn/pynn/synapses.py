"""PyNN's synapse types, and the rules of the language that they stand for."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray
from pyNN.standardmodels import check_weights, synapses

import snn
from snn.errors import UnsupportedModelError
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

    def rules(self, projection: Any, chosen: NDArray[Any]) -> tuple[Rule, ...]:
        """Return the rules of the language for some synapses, whose parameters are equal."""
        return ()

    def shared(self, projection: Any, chosen: NDArray[Any]) -> dict[str, float]:
        """Return the parameters of those synapses, without weight and delay."""
        return {name: float(projection.column(name)[chosen[0]]) for name in projection.values
                if name not in ("weight", "delay")}  # fmt: skip

    def _get_minimum_delay(self) -> float:
        from snn.pynn.simulator import state

        given = state.settings.min_delay
        return state.dt if given == "auto" else float(given)


class StaticSynapse(SynapseType, synapses.StaticSynapse):
    """`StaticSynapse` of PyNN."""

    translations = names_unchanged("weight", "delay")

    def __getattr__(self, name: str) -> Any:
        if name in ("weight", "delay") and "parameter_space" in self.__dict__:
            return self.parameter_space[name].base_value
        raise AttributeError(f"StaticSynapse has no attribute {name!r}")


class TsodyksMarkramSynapse(SynapseType, synapses.TsodyksMarkramSynapse):
    """`TsodyksMarkramSynapse` of PyNN: `TsodyksMarkram`."""

    translations = unchanged(synapses.TsodyksMarkramSynapse)

    def rules(self, projection: Any, chosen: NDArray[Any]) -> tuple[Rule, ...]:
        values = self.shared(projection, chosen)
        return (snn.TsodyksMarkram(
            U=values["U"], tau_rec=values["tau_rec"], tau_fac=values["tau_facil"]
        ),)  # fmt: skip


class SimpleStochasticSynapse(SynapseType, synapses.SimpleStochasticSynapse):
    """`SimpleStochasticSynapse` of PyNN: each spike is transmitted with probability `p`."""

    translations = unchanged(synapses.SimpleStochasticSynapse)

    def rules(self, projection: Any, chosen: NDArray[Any]) -> tuple[Rule, ...]:
        if self.shared(projection, chosen)["p"] == 1.0:
            return ()
        raise UnsupportedModelError(
            "SimpleStochasticSynapse.p must be 1: snn has no synapses that fail at random; "
            "use Poisson sources where the failures need not be shared"
        )


class _Missing:
    """A synapse type that the language has no form of."""

    instead: ClassVar[str] = ""

    def __init__(self, **parameters: Any) -> None:
        raise UnsupportedModelError(f"{type(self).__name__} is not available; {self.instead}")


class StochasticTsodyksMarkramSynapse(_Missing):
    """Not available."""

    instead = "TsodyksMarkramSynapse gives its mean"


class MultiQuantalSynapse(_Missing):
    """Not available."""

    instead = "TsodyksMarkramSynapse gives its mean"


class ElectricalSynapse(_Missing):
    """Not available."""

    instead = "snn has chemical synapses only"
