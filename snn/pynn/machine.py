"""Calls that configure a SpiNNaker machine: kept for `snn.deploy`, without effect on a run."""

from __future__ import annotations

from typing import Any

from snn.errors import UnsupportedModelError
from snn.pynn import simulator


def set_number_of_neurons_per_core(neuron_type: Any, max_permitted: Any) -> None:
    """Keep how many neurons of a type a core may have."""
    simulator.state.machine[f"neurons_per_core {_name(neuron_type)}"] = max_permitted


def set_number_of_synapse_cores(neuron_type: Any, n_synapse_cores: Any) -> None:
    """Keep how many cores process the synapses of a type."""
    simulator.state.machine[f"synapse_cores {_name(neuron_type)}"] = n_synapse_cores


def set_allow_delay_extensions(neuron_type: Any, allow_delay_extensions: bool) -> None:
    """Keep whether delays may be extended; here they always may be as long as needed."""
    simulator.state.machine[f"delay_extensions {_name(neuron_type)}"] = allow_delay_extensions


def machine_options() -> dict[str, Any]:
    """Return what a script told the machine, as options of `snn.deploy`.

    Returns
    -------
    dict
        ``neurons_per_core`` by label of the network's populations, the smaller of what was
        said of a population and of its type; ``time_scale_factor`` where `setup` had one.

    Examples
    --------
    >>> import snn.pynn.spinnaker as sim
    >>> _ = sim.setup(1.0, time_scale_factor=4)
    >>> cells = sim.Population(500, sim.IF_curr_exp(), label="cells")
    >>> sim.set_number_of_neurons_per_core(sim.IF_curr_exp, 100)
    >>> sim.machine_options()
    {'neurons_per_core': {'cells': 100}, 'time_scale_factor': 4}
    """
    told = simulator.state.machine
    limits = {}
    for population in simulator.state.populations:
        own = getattr(population, "told", {}).get("neurons_per_core")
        of_type = told.get(f"neurons_per_core {_name(population.celltype)}")
        given = [int(limit) for limit in (own, of_type) if limit is not None]
        if given:
            limits[population.network_label or population.stream] = min(given)
    found: dict[str, Any] = {"neurons_per_core": limits} if limits else {}
    scale = told.get("time_scale_factor")
    return found if scale is None else {**found, "time_scale_factor": int(scale)}


def get_machine() -> Any:
    """Refuse: there is no machine behind a run on a processor."""
    raise UnsupportedModelError(
        "get_machine: this run is on a processor; `snn deploy FILE.py --dry-run` maps a network "
        "on the machine"
    )


def _name(neuron_type: Any) -> str:
    return str(getattr(neuron_type, "__name__", type(neuron_type).__name__))
