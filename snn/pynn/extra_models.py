"""sPyNNaker's models beyond PyNN, where the language has a form of them."""

from __future__ import annotations

from typing import Any

from snn.errors import UnsupportedModelError
from snn.pynn.board_cells import IF_curr_delta as IFCurDelta
from snn.pynn.board_connectors import AllButMeConnector, OneToOneOffsetConnector
from snn.pynn.board_plasticity import (
    Neuromodulation,
    PfisterSpikeTriplet,
    SpikeNearestPairRule,
    Vogels2011Rule,
    WeightDependenceAdditiveTriplet,
)
from snn.pynn.board_sources import SpikeSourcePoissonVariable
from snn.pynn.extra_cells import (
    IF_curr_dual_exp,
    IFCondExpStoc,
    IFCurrExpCa2Adaptive,
    Izhikevich_cond,
    Izhikevich_cond_dual,
)

_OWN = "a cell of your own (docs/extending.md)"
_ESCAPE = "IFCondExpStoc or GIF_cond_exp, which fire at random, too"

INSTEAD = {
    "IF_curr_exp_sEMD": _OWN,
    "IFCurrDeltaCa2Adaptive": "IFCurrExpCa2Adaptive with a short tau_syn_E",
    "IFCurrDeltaFixedProb": _ESCAPE,
    "IFTruncDelta": _OWN,
    "StocExp": _ESCAPE,
    "StocExpStable": _ESCAPE,
    "StocSigma": _ESCAPE,
    "RecurrentRule": "a learning rule of your own (docs/extending.md)",
    "WeightChangeable": "Projection.set(weight=...) between runs",
    "WeightChanger": "Projection.set(weight=...) between runs",
}


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    remedy = INSTEAD.get(name, "a model of your own (docs/extending.md)")
    raise UnsupportedModelError(f"extra_models.{name} is not available; use {remedy}")
