"""sPyNNaker's learning rules beyond PyNN's."""

from __future__ import annotations

from typing import Any, ClassVar

from pyNN.standardmodels import synapses
from pyNN.standardmodels.base import STDPTimingDependence, STDPWeightDependence

import snn
from snn.errors import UnsupportedModelError
from snn.plasticity.rule import Rule
from snn.pynn.plasticity import SpikePairRule, WeightDependence
from snn.pynn.synapses import StaticSynapse, SynapseType
from snn.pynn.translation import names_unchanged


class SpikeNearestPairRule(SpikePairRule):
    """Pairs of nearest spikes: `NearestPairSTDP`."""

    def rule(self, values: dict[str, float], weights: WeightDependence, dialect: str) -> Rule:
        scale = weights.scale(values, dialect)
        return snn.NearestPairSTDP(
            tau_plus=values["tau_plus"], tau_minus=values["tau_minus"],
            A_plus=scale * values["A_plus"], A_minus=scale * values["A_minus"],
            w_min=values["w_min"], w_max=values["w_max"], dependence=weights.dependence(values),
        )  # fmt: skip


class PfisterSpikeTriplet(SynapseType, STDPTimingDependence):
    """`TripletSTDP`; the steps of triplets belong to the weight dependence."""

    default_parameters: ClassVar[dict[str, float]] = {
        "tau_plus": 16.8, "tau_minus": 33.7, "tau_x": 101.0, "tau_y": 125.0,
        "A_plus": 0.01, "A_minus": 0.01,
    }  # fmt: skip
    translations = names_unchanged(*default_parameters)

    def rule(self, values: dict[str, float], weights: WeightDependence, dialect: str) -> Rule:
        """Return the rule of the language: sPyNNaker multiplies all four steps by w_max."""
        if not isinstance(weights, WeightDependenceAdditiveTriplet):
            raise UnsupportedModelError(
                "PfisterSpikeTriplet goes with WeightDependenceAdditiveTriplet, which has the "
                f"steps of triplets; got {type(weights).__name__}"
            )
        w_max = values["w_max"]
        return snn.TripletSTDP(
            tau_plus=values["tau_plus"], tau_minus=values["tau_minus"],
            tau_x=values["tau_x"], tau_y=values["tau_y"],
            A2_plus=w_max * values["A_plus"], A2_minus=w_max * values["A_minus"],
            A3_plus=w_max * values["A3_plus"], A3_minus=w_max * values["A3_minus"],
            w_min=values["w_min"], w_max=w_max,
        )  # fmt: skip


class WeightDependenceAdditiveTriplet(WeightDependence, STDPWeightDependence):
    """Bounds and the steps of triplets."""

    default_parameters: ClassVar[dict[str, float]] = {
        "w_min": 0.0, "w_max": 1.0, "A3_plus": 0.01, "A3_minus": 0.01,
    }  # fmt: skip
    translations = names_unchanged(*default_parameters)


class Vogels2011Rule(SynapseType, STDPTimingDependence):
    """`InhibitorySTDP`: eta is A_plus, and alpha = 2 rho tau."""

    default_parameters: ClassVar[dict[str, float]] = {
        "alpha": 0.12, "tau": 20.0, "A_plus": 0.01, "A_minus": 0.01,
    }  # fmt: skip
    translations = names_unchanged(*default_parameters)

    def rule(self, values: dict[str, float], weights: WeightDependence, dialect: str) -> Rule:
        rate = values["alpha"] / (2.0 * values["tau"] * 1e-3)
        return snn.InhibitorySTDP(
            tau=values["tau"], eta=values["A_plus"], rate=rate, w_min=values["w_min"],
            w_max=values["w_max"], dependence=weights.dependence(values),
        )  # fmt: skip


class Neuromodulation(SynapseType, synapses.StaticSynapse):
    """Synapses whose spikes are a reward for the STDP of their targets: `RewardSTDP`."""

    default_parameters: ClassVar[dict[str, Any]] = {
        **StaticSynapse.default_parameters,
        "tau_c": 1000.0, "tau_d": 200.0, "w_min": 0.0, "w_max": 1.0,
    }  # fmt: skip
    translations = names_unchanged(*default_parameters)
    signals = True
