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
    """What snn adds to a standard synapse type.

    Class attributes
    ----------------
    plastic : bool
        Whether weights change by themselves.
    signals : bool
        Whether spikes are a signal to the learning of their targets and deliver nothing.
    """

    parameter_checks: ClassVar[dict[str, Any]] = {"weight": checked_weights}
    plastic: bool = False
    signals: bool = False

    def rules(self, projection: Any, chosen: NDArray[Any]) -> tuple[Rule, ...]:
        """Return the rules of the language for some synapses, whose parameters are equal."""
        return ()

    def shared(self, projection: Any, chosen: NDArray[Any]) -> dict[str, float]:
        """Return the parameters of those synapses, without weight and delay."""
        return {name: float(projection.column(name)[chosen[0]]) for name in projection.values
                if name not in ("weight", "delay")}  # fmt: skip

    def sites(self, projection: Any, chosen: NDArray[Any]) -> int:
        """Return how many parallel synapses of the language each of some synapses is."""
        return 1

    def axonal(self, projection: Any, chosen: NDArray[Any]) -> float:
        """Return the part of the delay of some synapses that is axonal, in ms."""
        return 0.0

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
        return (snn.StochasticRelease(p=self.shared(projection, chosen)["p"]),)


class StochasticTsodyksMarkramSynapse(SynapseType, synapses.StochasticTsodyksMarkramSynapse):
    """`StochasticTsodyksMarkramSynapse` of PyNN: the rule of the same name."""

    translations = unchanged(synapses.StochasticTsodyksMarkramSynapse)

    def rules(self, projection: Any, chosen: NDArray[Any]) -> tuple[Rule, ...]:
        values = self.shared(projection, chosen)
        return (snn.StochasticTsodyksMarkram(
            U=values["U"], tau_rec=values["tau_rec"], tau_fac=values["tau_facil"]
        ),)  # fmt: skip


class MultiQuantalSynapse(StochasticTsodyksMarkramSynapse, synapses.MultiQuantalSynapse):
    """`MultiQuantalSynapse` of PyNN: n synapses of one site with an n-th of the weight."""

    default_parameters = synapses.MultiQuantalSynapse.default_parameters
    translations = unchanged(synapses.MultiQuantalSynapse)

    def sites(self, projection: Any, chosen: NDArray[Any]) -> int:
        return int(self.shared(projection, chosen)["n"])


class ElectricalSynapse:
    """Refused: the cells of a step do not see one another's membrane."""

    def __init__(self, **parameters: Any) -> None:
        raise UnsupportedModelError(
            "ElectricalSynapse is not available: snn has chemical synapses only; use pyNN.neuron"
        )
