"""SpiNNaker's dialect of PyNN: ``import snn.pynn.spinnaker as sim``.

The additive rule's steps are absolute, inhibitory weights are positive, `record("all")`
and the synaptic currents as ``gsyn_exc`` and ``gsyn_inh`` work, and the calls that
configure a machine are accepted.
"""

from __future__ import annotations

from typing import Any

from snn.pynn import *  # noqa: F403
from snn.pynn import control, extra_models, list_standard_models, simulator
from snn.pynn.board_cells import IF_curr_delta, Izhikevich
from snn.pynn.machine import (
    get_machine,
    machine_options,
    set_allow_delay_extensions,
    set_number_of_neurons_per_core,
    set_number_of_synapse_cores,
)
from snn.pynn.populations import BoardPopulation as Population
from snn.pynn.projections import Projection as SpiNNakerProjection
from snn.pynn.refused import NAMES, refuse
from snn.pynn.space_names import distance

MISSING = {
    "StructuralMechanismStatic": "rewiring during a run; write a topology rule for snn",
    "StructuralMechanismSTDP": "rewiring during a run; write a topology rule for snn",
    "ConvolutionConnector": "local connectors; use snn.Convolution in a network of the language",
    "PoolDenseConnector": "local connectors; use snn.Convolution in a network of the language",
    "Convolution": "local synapses; use snn.Convolution in a network of the language",
    "PoolDense": "local synapses; use snn.Convolution in a network of the language",
    "KernelConnector": "kernels; use snn.Convolution, or FromListConnector",
    **dict.fromkeys(
        (
            "LastNeuronSelection",
            "RandomSelection",
            "DistanceDependentFormation",
            "RandomByWeightElimination",
        ),
        "rewiring during a run; write a topology rule for snn",
    ),
    "external_devices": "devices outside the machine; record spikes instead",
}


def setup(timestep: float = 1.0, min_delay: Any = "auto", **extra_params: Any) -> int:
    """Begin a network that follows SpiNNaker's conventions, by default with steps of 1 ms."""
    rank = control.setup(timestep, min_delay, **{"dialect": "spinnaker", **extra_params})
    simulator.state.machine["time_scale_factor"] = extra_params.get("time_scale_factor")
    return rank


def name() -> str:
    """Return the name of the simulator."""
    return "snn"


def __getattr__(name: str) -> Any:
    refuse(name, {**NAMES, **MISSING}, __name__)
