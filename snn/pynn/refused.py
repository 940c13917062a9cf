"""What PyNN has and this front end has not: one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from snn.errors import UnsupportedModelError

_NATIVE = (
    "models of another simulator by name; use a standard model, or one of your own in a "
    "network of the language (docs/extending.md)"
)
_MORPHOLOGY = "cells with a morphology; use pyNN.neuron or pyNN.arbor"

NAMES: Mapping[str, str] = {
    **dict.fromkeys(("native_cell_type", "native_electrode_type", "native_synapse_type",
                     "NativeCellType", "NativeSynapseType", "nestml"), _NATIVE),
    **dict.fromkeys(("MultiCompartmentNeuron", "morphology", "NaChannel", "KdrChannel",
                     "PassiveLeak", "PassiveLeakHHnrn"), _MORPHOLOGY),
    "nineml": "NineML; write the cell as a model of your own (docs/extending.md)",
}  # fmt: skip


def refuse(name: str, names: Mapping[str, str] = NAMES, module: str = "snn.pynn") -> NoReturn:
    """Raise the sentence about a name, or say that there is no such name."""
    if name in names:
        raise UnsupportedModelError(f"sim.{name}: snn.pynn does not have {names[name]}")
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


class SmallWorldConnector:
    """Refused, as by PyNN, which has the class without a body."""

    def __init__(self, *_: Any, **options: Any) -> None:
        raise UnsupportedModelError(
            "SmallWorldConnector is not available: PyNN has no code for it either; use "
            "DistanceDependentProbabilityConnector, or FromListConnector for rewired pairs"
        )
