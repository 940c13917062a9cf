"""What a script recorded, as a result of the language."""

from __future__ import annotations

from typing import Any

import numpy as np

from snn.engine import Recorded
from snn.errors import SnnError
from snn.network import index_of
from snn.pynn import simulator
from snn.pynn.declaration import Declaration
from snn.results import Result


def as_result() -> Result:
    """Return what was recorded since the last `reset`, for `snn.compare` and files.

    Returns
    -------
    Result
        Under the labels of the network (`as_network`), in its units; with the weights of now
        of the projections that learn. What `get_data(clear=True)` took away is not in it.

    Raises
    ------
    SnnError
        Nothing was run yet.
    """
    session = simulator.state.session
    if session.simulation is None or session.declared is None:
        raise SnnError("nothing was run since `setup` or `reset`; call `run` first")
    return session.simulation.result_of(kept(session.declared))


def kept(declared: Declaration) -> Recorded:
    """Return what recorders hold, by position in the network as an engine hands it out."""
    spikes: dict[int, Any] = {}
    samples: dict[int, Any] = {}
    network = declared.network
    for position, (recorder, variable) in enumerate(declared.recorded):
        if variable == "spikes":
            times, neurons = recorder.all_spikes()
            population = network.populations.index(declared.handles[recorder.population])
            spikes[population] = np.rint(times / network.dt).astype(np.int64), neurons
        else:
            index = np.unique(index_of(network.recordings[position].target))  # type: ignore[arg-type]
            samples[position] = recorder.all_samples(variable, index)
    return Recorded(spikes=spikes, samples=samples)
