"""sPyNNaker's models beyond PyNN, where the language has a form of them."""

from __future__ import annotations

from typing import Any

from pyNN.connectors import AllToAllConnector

import snn
from snn.errors import UnsupportedModelError
from snn.plasticity.rule import Rule
from snn.pynn.board_cells import IF_curr_delta as IFCurDelta
from snn.pynn.plasticity import SpikePairRule, Vogels2011Rule


class SpikeNearestPairRule(SpikePairRule):
    """Pairs of nearest spikes: `NearestPairSTDP`."""

    def rule(self, values: dict[str, float], weights: Any, dialect: str) -> Rule:
        """Return the rule of the language."""
        scale = weights.scale(values, dialect)
        return snn.NearestPairSTDP(
            tau_plus=values["tau_plus"], tau_minus=values["tau_minus"],
            A_plus=scale * values["A_plus"], A_minus=scale * values["A_minus"],
            w_min=values["w_min"], w_max=values["w_max"], dependence=weights.dependence(values),
        )  # fmt: skip


def AllButMeConnector(**options: Any) -> AllToAllConnector:
    """Return a connector from every cell to every other one."""
    return AllToAllConnector(allow_self_connections=False, **options)


INSTEAD = {
    "Neuromodulation": "snn.RewardSTDP in a network of the language",
    "PfisterSpikeTriplet": "snn.TripletSTDP in a network of the language",
    "WeightDependenceAdditiveTriplet": "snn.TripletSTDP in a network of the language",
    "IFCurrExpCa2Adaptive": "snn.AdaptiveLIF in a network of the language",
    "IFCondExpStoc": "GIF_cond_exp",
    "SpikeSourcePoissonVariable": "snn.Schedule, or set(rate=...) between runs",
}


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    remedy = INSTEAD.get(name, "a model of your own, docs/extending.md")
    raise UnsupportedModelError(f"extra_models.{name} is not available; use {remedy}")
