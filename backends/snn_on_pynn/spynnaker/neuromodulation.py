"""Synapses of neuromodulators, which sPyNNaker keeps apart from those that they teach."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def synapse(sim: Any, values: Mapping[str, float]) -> tuple[Any, str]:
    """Return the synapse of a modulator's spikes and its receptor, from the numbers of a rule."""
    made = _synapse_type(sim.extra_models.Neuromodulation)(
        weight=abs(values["d_plus"]), tau_c=values["tau_c"], tau_d=values["tau_d"],
        w_min=values["w_min"], w_max=values["w_max"],
    )  # fmt: skip
    return made, "reward" if values["d_plus"] >= 0 else "punishment"


@cache
def _synapse_type(base: Any) -> Any:
    """Return sPyNNaker's class; that of 7.4.1 fails where the host writes rows, as in a dry run.

    It joins a flag of 32 bits with the receptor's number, which it reads from a field of 8 (an
    error under NumPy 2), and returns a list of sizes where a column is wanted.
    """

    class Neuromodulation(base):  # type: ignore[misc]
        def get_plastic_synaptic_data(self, connections: Array, *rest: Any, **more: Any) -> Any:
            *found, sizes = super().get_plastic_synaptic_data(_widened(connections), *rest, **more)
            return *found, sizes.reshape(-1, 1)

    return Neuromodulation


def _widened(connections: Array) -> Array:
    """Return connections whose receptor has 32 bits."""
    assert connections.dtype.names is not None
    kinds = {name: connections.dtype[name] for name in connections.dtype.names}
    return connections.astype([*{**kinds, "synapse_type": np.dtype(np.uint32)}.items()])
