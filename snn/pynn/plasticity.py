"""STDP as PyNN composes it, and the rules of the language that it stands for."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pyNN.standardmodels import synapses

import snn
from snn.errors import UnsupportedModelError
from snn.plasticity import Dependence
from snn.plasticity.rule import Rule
from snn.pynn.reward import rewarded
from snn.pynn.synapses import SynapseType
from snn.pynn.translation import names_unchanged, unchanged


class WeightDependence(SynapseType):
    """What snn adds to a weight dependence."""

    def dependence(self, values: dict[str, float]) -> Dependence:
        """Return the dependence of the language."""
        raise NotImplementedError

    def scale(self, values: dict[str, float], dialect: str) -> float:
        """Return what PyNN's amplitudes are multiplied by to give those of the language."""
        return 1.0


class AdditiveWeightDependence(WeightDependence, synapses.AdditiveWeightDependence):
    """Steps of ``A w_max`` (in the dialect of SpiNNaker: of A), clipped."""

    translations = unchanged(synapses.AdditiveWeightDependence)

    def dependence(self, values: dict[str, float]) -> Dependence:
        return snn.Additive()

    def scale(self, values: dict[str, float], dialect: str) -> float:
        return 1.0 if dialect == "spinnaker" else values["w_max"]


class MultiplicativeWeightDependence(WeightDependence, synapses.MultiplicativeWeightDependence):
    """Steps of A times the distance to the bound."""

    translations = unchanged(synapses.MultiplicativeWeightDependence)

    def dependence(self, values: dict[str, float]) -> Dependence:
        return snn.Multiplicative()


class AdditivePotentiationMultiplicativeDepression(
    WeightDependence, synapses.AdditivePotentiationMultiplicativeDepression
):
    """Upward steps of A times the range, downward steps of A times the distance to w_min."""

    translations = unchanged(synapses.AdditivePotentiationMultiplicativeDepression)

    def dependence(self, values: dict[str, float]) -> Dependence:
        return snn.PowerLaw(mu_plus=0.0, mu_minus=1.0)


class GutigWeightDependence(WeightDependence, synapses.GutigWeightDependence):
    """Steps of A times a power of the distance to the bound, in units of the range."""

    translations = unchanged(synapses.GutigWeightDependence)

    def dependence(self, values: dict[str, float]) -> Dependence:
        return snn.PowerLaw(mu_plus=values["mu_plus"], mu_minus=values["mu_minus"])


class SpikePairRule(SynapseType, synapses.SpikePairRule):
    """`SpikePairRule` of PyNN: `PairSTDP`."""

    translations = unchanged(synapses.SpikePairRule)

    def rule(self, values: dict[str, float], weights: WeightDependence, dialect: str) -> Rule:
        """Return the rule of the language."""
        scale = weights.scale(values, dialect)
        return snn.PairSTDP(
            tau_plus=values["tau_plus"], tau_minus=values["tau_minus"],
            A_plus=scale * values["A_plus"], A_minus=scale * values["A_minus"],
            w_min=values["w_min"], w_max=values["w_max"], dependence=weights.dependence(values),
        )  # fmt: skip


class Vogels2011Rule(SynapseType, synapses.Vogels2011Rule):
    """`Vogels2011Rule` of PyNN: `InhibitorySTDP` with absolute steps."""

    translations = unchanged(synapses.Vogels2011Rule)

    def rule(self, values: dict[str, float], weights: WeightDependence, dialect: str) -> Rule:
        """Return the rule of the language."""
        return snn.InhibitorySTDP(
            tau=values["tau"], eta=values["eta"], rate=values["rho"], w_min=values["w_min"],
            w_max=values["w_max"], dependence=weights.dependence(values),
        )  # fmt: skip


class STDPMechanism(SynapseType, synapses.STDPMechanism):
    """`STDPMechanism` of PyNN: a rule of the language with its dependence."""

    base_translations: ClassVar[dict[str, Any]] = names_unchanged(
        "weight", "delay", "dendritic_delay_fraction"
    )
    plastic = True

    def _build_translations(self) -> None:
        self.translations = dict(self.base_translations)
        for component in (self.timing_dependence, self.weight_dependence):
            if component:
                self.translations.update(component.translations)

    def rules(self, projection: Any, chosen: NDArray[Any]) -> tuple[Rule, ...]:
        dialect = projection._simulator.state.settings.dialect
        values = self.shared(projection, chosen)
        if self.voltage_dependence:
            raise UnsupportedModelError("STDPMechanism.voltage_dependence is not supported by snn")
        rule = self.timing_dependence.rule(values, self.weight_dependence, dialect)
        return (rewarded(rule, projection) or rule,)

    def axonal(self, projection: Any, chosen: NDArray[Any]) -> float:
        delay = float(np.broadcast_to(projection.grid_delays(), len(projection))[chosen[0]])
        fraction = self.shared(projection, chosen)["dendritic_delay_fraction"]
        dt = projection._simulator.state.dt
        # A synapse's change acts on what it delivers: the last step is always dendritic.
        steps = min(round((1.0 - fraction) * delay / dt), round(delay / dt) - 1)
        return float(steps * dt)
