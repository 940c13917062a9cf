"""Cells composed of a neuron and any number of receptors."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, ClassVar

from pyNN.parameters import ParameterSpace
from pyNN.standardmodels import cells, receptors

import snn
from snn.cells import Cell
from snn.pynn.cells import ADAPTIVE, LEAKY, CellType, Parameters, collapsed, picked
from snn.pynn.translation import names_unchanged, unchanged
from snn.receptors import Receptor


class LIF(cells.LIF):
    """The leaky integrate-and-fire part of a `PointNeuron`."""

    translations = unchanged(cells.LIF)
    names: ClassVar[tuple[str, ...]] = LEAKY
    model: ClassVar[type[Cell]] = snn.LIF
    variables: ClassVar[Mapping[str, str]] = {"v": "v"}


class AdExp(cells.AdExp):
    """The adaptive exponential part of a `PointNeuron`."""

    translations = unchanged(cells.AdExp)
    names: ClassVar[tuple[str, ...]] = ADAPTIVE
    model: ClassVar[type[Cell]] = snn.AdEx
    variables: ClassVar[Mapping[str, str]] = {"v": "v", "w": "w"}


class _Response:
    """What snn adds to a post-synaptic response: its receptor, and the names of parameters."""

    model: ClassVar[type[Receptor]]
    names: ClassVar[Mapping[str, str]]
    state: ClassVar[str]
    recordable: ClassVar[list[str]]

    def declared(self, prefix: str, values: Parameters, signed: bool) -> Receptor:
        """Return the receptor of the language."""
        own = {theirs: collapsed(values[f"{prefix}.{ours}"]) for ours, theirs in self.names.items()}
        return self.model(**own, signed=signed)  # type: ignore[call-arg]


class CurrExpPostSynapticResponse(_Response, receptors.CurrExpPostSynapticResponse):
    """A current that jumps and decays: `CurrentExp`."""

    translations = names_unchanged("locations", "tau_syn")
    model = snn.CurrentExp
    names: ClassVar[Mapping[str, str]] = {"tau_syn": "tau_syn"}
    recordable: ClassVar[list[str]] = ["isyn"]
    state = "i"


class CondExpPostSynapticResponse(_Response, receptors.CondExpPostSynapticResponse):
    """A conductance that jumps and decays: `ConductanceExp`."""

    translations = names_unchanged("locations", "e_syn", "tau_syn")
    model = snn.ConductanceExp
    names: ClassVar[Mapping[str, str]] = {"e_syn": "e_rev", "tau_syn": "tau_syn"}
    recordable: ClassVar[list[str]] = ["gsyn"]
    state = "g"


class CondAlphaPostSynapticResponse(_Response, receptors.CondAlphaPostSynapticResponse):
    """An alpha-shaped conductance: `ConductanceAlpha`."""

    translations = names_unchanged("locations", "e_syn", "tau_syn")
    model = snn.ConductanceAlpha
    names: ClassVar[Mapping[str, str]] = {"e_syn": "e_rev", "tau_syn": "tau_syn"}
    recordable: ClassVar[list[str]] = ["gsyn"]
    state = "g"


class CondBetaPostSynapticResponse(_Response, receptors.CondBetaPostSynapticResponse):
    """A conductance with its own rise and decay: `ConductanceBeta`."""

    translations = names_unchanged("locations", "e_syn", "tau_rise", "tau_decay")
    model = snn.ConductanceBeta
    names: ClassVar[Mapping[str, str]] = {
        "e_syn": "e_rev", "tau_rise": "tau_rise", "tau_decay": "tau_decay",
    }  # fmt: skip
    recordable: ClassVar[list[str]] = ["gsyn"]
    state = "g"


ExpPSR = CondExpPostSynapticResponse
AlphaPSR = CondAlphaPostSynapticResponse
BetaPSR = CondBetaPostSynapticResponse


class PointNeuron(CellType, cells.PointNeuron):
    """A neuron with named receptors; parameters of these are called ``receptor.name``."""

    neuron: Any
    post_synaptic_receptors: Mapping[str, Any]
    injectable = True

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        made = {name: psr.declared(name, values, name in signed)
                for name, psr in self.post_synaptic_receptors.items()}  # fmt: skip
        model: Cell = self.neuron.model(**picked(values, self.neuron.names), receptors=made)
        return model

    @property
    def variables(self) -> Mapping[str, str]:  # type: ignore[override]
        """Name in the language of each recordable variable."""
        found = dict(self.neuron.variables)
        for name, psr in self.post_synaptic_receptors.items():
            found |= {f"{name}.{variable}": f"{name}.{psr.state}" for variable in psr.recordable}
        return found

    @property
    def native_parameters(self) -> ParameterSpace:
        """A copy of the parameters: nothing is translated."""
        return deepcopy(self.parameter_space)

    def get_schema(self) -> dict[str, Any]:
        """Return the type of each parameter, by full name."""
        schema = dict(self.neuron.get_schema())
        for name, psr in self.post_synaptic_receptors.items():
            schema |= {f"{name}.{key}": float for key in psr.names}
        return schema

    def get_parameter_names(self) -> list[str]:
        """Return the names of all parameters."""
        return list(self.get_schema())

    def has_parameter(self, name: str) -> bool:
        """Say whether there is such a parameter."""
        return name in self.get_schema()

    def translate(self, parameters: ParameterSpace, copy: bool = True) -> ParameterSpace:
        """Return the parameters as they are."""
        return parameters

    def reverse_translate(self, native_parameters: ParameterSpace) -> ParameterSpace:
        """Return the parameters as they are."""
        return native_parameters
