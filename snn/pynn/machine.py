"""Calls that configure a SpiNNaker machine: kept for `snn deploy`, without effect on a run."""

from __future__ import annotations

from typing import Any

from snn.errors import UnsupportedModelError
from snn.pynn import simulator


def set_number_of_neurons_per_core(neuron_type: Any, max_permitted: Any) -> None:
    """Keep how many neurons of a type a core may have."""
    _name(neuron_type)
    simulator.state.machine[f"neurons_per_core {_name(neuron_type)}"] = max_permitted


def set_number_of_synapse_cores(neuron_type: Any, n_synapse_cores: Any) -> None:
    """Keep how many cores process the synapses of a type."""
    simulator.state.machine[f"synapse_cores {_name(neuron_type)}"] = n_synapse_cores


def set_allow_delay_extensions(neuron_type: Any, allow_delay_extensions: bool) -> None:
    """Keep whether delays may be extended; here they always may be as long as needed."""
    simulator.state.machine[f"delay_extensions {_name(neuron_type)}"] = allow_delay_extensions


def get_machine() -> Any:
    """Refuse: there is no machine behind a run on a processor."""
    raise UnsupportedModelError(
        "get_machine: this run is on a processor; `snn deploy FILE.py --dry-run` maps a network "
        "on the machine"
    )


def _name(neuron_type: Any) -> str:
    return str(getattr(neuron_type, "__name__", type(neuron_type).__name__))
