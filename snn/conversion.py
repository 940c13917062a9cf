"""Convert values with units of other packages when they enter a network.

From then on everything is plain numbers in our units. What cannot be converted stays as
it is, and the compiler's checks report it with the other problems.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from snn.cells import Cell
from snn.fields import Values, params_of, states_of
from snn.sources import Input, Source
from snn.synapse import Synapse
from snn.units import in_own_units, magnitude_or_same


def units_of(instance: Any) -> dict[str, str]:
    """Return the unit of every field of a model, source or rule that has numbers."""
    if isinstance(instance, Source | Input):
        return dict(instance.units)
    return {name: spec.unit for name, spec in params_of(type(instance)).items()}


def plain_model(model: Any) -> Any:
    """Return a cell or source with plain numbers; anything else as it is."""
    if isinstance(model, Source | Input):
        return in_own_units(model, units_of(model))
    if not isinstance(model, Cell):
        return model
    made = in_own_units(model, units_of(model))
    old = dict(model.receptors)
    new = {name: in_own_units(r, units_of(r)) for name, r in old.items()
           if dataclasses.is_dataclass(r)}  # fmt: skip
    if all(new[name] is old[name] for name in new):
        return made
    return dataclasses.replace(made, receptors=old | new)


def plain_initial(model: Any, initial: Mapping[str, Values]) -> dict[str, Values]:
    """Return initial values as plain numbers in the units of the states."""
    units = initial_units(model)
    dotted = {name.replace(".", "_"): unit for name, unit in units.items()} | units
    return {k: magnitude_or_same(v, dotted.get(k, "")) for k, v in initial.items()}


def initial_units(model: Any) -> dict[str, str]:
    """Return the unit of every state of a cell, those of receptors as ``receptor.state``."""
    if not isinstance(model, Cell):
        return {}
    units = {name: state.unit for name, state in states_of(type(model)).items()}
    for receptor, made in model.receptors.items():
        units |= {f"{receptor}.{k}": s.unit for k, s in states_of(type(made)).items()}
    return units


def plain_synapses(connector: Any, synapse: Any, post: Any, receptor: str) -> tuple[Any, Any]:
    """Return a connector and a synapse whose weights and delays are plain numbers."""
    units = synapse_units(post, receptor)
    given = {f"{name}s": unit for name, unit in units.items() if hasattr(connector, f"{name}s")}
    connector = in_own_units(connector, given)
    if not isinstance(synapse, Synapse):
        return connector, synapse
    rules = tuple(in_own_units(r, units_of(r)) for r in synapse.rules)
    if any(new is not old for new, old in zip(rules, synapse.rules, strict=True)):
        synapse = dataclasses.replace(synapse, plasticity=rules)
    return connector, in_own_units(synapse, units)


def synapse_units(post: Any, receptor: str) -> dict[str, str]:
    """Return the units of weight and delay; no weight where the receptor is unknown."""
    model = getattr(getattr(post, "population", post), "model", None)
    known = getattr(model, "receptors", {}).get(receptor)
    unit = getattr(known, "weight_unit", None)
    return {"delay": "ms", "axonal_delay": "ms"} | ({"weight": unit} if unit else {})
