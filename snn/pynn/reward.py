"""sPyNNaker's neuromodulated STDP as a rule of the language."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.errors import UnsupportedModelError
from snn.plasticity.rule import Rule
from snn.pynn.members import parts_of


def rewarded(pair: Any, projection: Any) -> Rule | None:
    """Return pair STDP of a projection under a neuromodulator, None where it has none.

    Parameters
    ----------
    pair : PairSTDP
        The rule without reward.
    projection : Projection of the script
    """
    post = _populations(projection.post)
    found = [p for p in projection._simulator.state.projections
             if p.synapse_type.signals and post & _populations(p.post)]  # fmt: skip
    if not found:
        return None
    reward = found[0]
    if len(found) > 1 or not _uniform(reward):
        raise UnsupportedModelError(
            "extra_models.Neuromodulation: snn has one neuromodulator for all neurons of a "
            "population; use one projection, all-to-all between whole populations with one weight"
        )
    if type(pair) is not snn.PairSTDP or not isinstance(pair.dependence, snn.Additive):
        raise UnsupportedModelError(
            "extra_models.Neuromodulation goes with SpikePairRule and AdditiveWeightDependence"
        )
    values = reward.synapse_type.shared(reward, np.zeros(1, np.int64))
    sign = -1.0 if reward.receptor_type == "punishment" else 1.0
    return snn.RewardSTDP(
        modulator=reward.pre.network_label, tau_plus=pair.tau_plus, tau_minus=pair.tau_minus,
        A_plus=pair.A_plus, A_minus=pair.A_minus, tau_c=values["tau_c"], tau_d=values["tau_d"],
        d_plus=sign * float(reward.column("weight")[0]), baseline=0.0, w_min=values["w_min"],
        w_max=values["w_max"],
    )  # fmt: skip


def _populations(cells: Any) -> set[Any]:
    return {population for population, _ in parts_of(cells)}


def _uniform(reward: Any) -> bool:
    """Say whether every spike of the reward reaches every target, with one weight."""
    weight: NDArray[Any] = reward.column("weight")
    whole = all(hasattr(side, "network_label") for side in (reward.pre, reward.post))
    everyone = len(reward) == reward.pre.size * reward.post.size
    return bool(whole and everyone and len(weight) and (weight == weight[0]).all())
