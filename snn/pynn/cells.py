"""PyNN's standard cells as cells of the language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray
from pyNN.standardmodels import cells

import snn
from snn.cells import Cell
from snn.pynn.translation import unchanged
from snn.receptors import Receptor

Parameters = Mapping[str, NDArray[Any]]

LEAKY = ("tau_m", "cm", "v_rest", "v_reset", "v_thresh", "tau_refrac", "i_offset")
ADAPTIVE = (*LEAKY, "v_spike", "delta_T", "a", "b", "tau_w")
SIDES = (("excitatory", "E", 1), ("inhibitory", "I", -1))


class CellType:
    """What snn adds to a standard cell type.

    Class attributes
    ----------------
    variables : dict
        Name in the language of each recordable variable.
    signs : dict
        Sign of the receptors that have one: an inhibitory weight is negative in PyNN
        and positive in the language.
    current_scale : float
        What a current is multiplied by to give one of the language.
    """

    variables: ClassVar[Mapping[str, str]] = {}
    signs: ClassVar[Mapping[str, int]] = {}
    current_scale: ClassVar[float] = 1.0
    parameter_space: Any

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        """Return the cell of the language; `signed` receptors have weights of both signs."""
        raise NotImplementedError

    def can_record(self, variable: str, location: Any = None) -> bool:
        """Say whether a variable can be recorded; the dialects differ."""
        from snn.pynn.populations import speaks

        listed = variable in self.recordable  # type: ignore[attr-defined]
        return listed or (variable in self.variables and speaks("spinnaker"))

    def check(self, values: Parameters) -> None:
        """Raise an error for values that no cell can have."""

    def receptor(self, name: str) -> tuple[str, int]:
        """Return a receptor's name in the language, and what turns a weight into a magnitude."""
        return name.replace(".", "_"), self.signs.get(name, 1)

    def recorded_times(
        self, times: NDArray[Any], neurons: NDArray[Any], population: Any, start: int
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return spike times as they are handed out."""
        return times, neurons


class _CurrentCell(CellType):
    units: ClassVar[dict[str, str]]

    def __init_subclass__(cls) -> None:
        cls.units = {**cls.units, "gsyn_exc": "nA", "gsyn_inh": "nA",
                     "isyn_exc": "nA", "isyn_inh": "nA"}  # fmt: skip

    signs: ClassVar[Mapping[str, int]] = {"inhibitory": -1}


CURRENTS: Mapping[str, str] = {"v": "v", "isyn_exc": "excitatory.i", "isyn_inh": "inhibitory.i",
            "gsyn_exc": "excitatory.i", "gsyn_inh": "inhibitory.i"}  # fmt: skip
"""SpiNNaker's scripts call synaptic currents conductances."""
CONDUCTANCES: Mapping[str, str] = {"v": "v", "gsyn_exc": "excitatory.g", "gsyn_inh": "inhibitory.g"}
EVERY_CURRENT = ("spikes", "v", "isyn_exc", "isyn_inh")


def picked(values: Parameters, names: tuple[str, ...]) -> dict[str, Any]:
    """Return some parameters, one number for those that are equal in all cells."""
    return {name: collapsed(values[name]) for name in names}


def collapsed(values: NDArray[Any]) -> Any:
    """Return one number where all elements are equal."""
    same = values.ndim and values.size and (values == values[0]).all()
    return float(values[0]) if same else values.astype(float)


def currents(model: type[Receptor], values: Parameters, signed: set[str]) -> dict[str, Receptor]:
    """Return the two current receptors of a cell."""
    return {
        name: model(tau_syn=collapsed(values[f"tau_syn_{e}"]), sign=sign, signed=name in signed)  # type: ignore[call-arg]
        for name, e, sign in SIDES
    }


def conductances(model: type[Receptor], values: Parameters) -> dict[str, Receptor]:
    """Return the two conductance receptors of a cell."""
    return {
        name: model(tau_syn=collapsed(values[f"tau_syn_{e}"]),  # type: ignore[call-arg]
                    e_rev=collapsed(values[f"e_rev_{e}"]))
        for name, e, _ in SIDES
    }  # fmt: skip


def deltas(signed: set[str]) -> dict[str, Receptor]:
    """Return the two receptors of a cell whose synapses move the membrane at once."""
    return {n: snn.CurrentDelta(sign=sign, signed=n in signed) for n, _, sign in SIDES}


class IF_curr_exp(_CurrentCell, cells.IF_curr_exp):
    """`IF_curr_exp` of PyNN: a `LIF` with two `CurrentExp`."""

    translations = unchanged(cells.IF_curr_exp)
    recordable: ClassVar[list[str]] = list(EVERY_CURRENT)
    variables: ClassVar[Mapping[str, str]] = CURRENTS

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        return snn.LIF(**picked(values, LEAKY), receptors=currents(snn.CurrentExp, values, signed))


class IF_curr_alpha(_CurrentCell, cells.IF_curr_alpha):
    """`IF_curr_alpha` of PyNN: a `LIF` with two `CurrentAlpha`."""

    translations = unchanged(cells.IF_curr_alpha)
    recordable: ClassVar[list[str]] = list(EVERY_CURRENT)
    variables = CURRENTS

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        shape = snn.CurrentAlpha
        return snn.LIF(**picked(values, LEAKY), receptors=currents(shape, values, signed))


class IF_curr_delta(_CurrentCell, cells.IF_curr_delta):
    """`IF_curr_delta` of PyNN: a `LIF` with two `CurrentDelta`."""

    translations = unchanged(cells.IF_curr_delta)
    variables: ClassVar[Mapping[str, str]] = {"v": "v"}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        return snn.LIF(**picked(values, LEAKY), receptors=deltas(signed))


class IF_cond_exp(CellType, cells.IF_cond_exp):
    """`IF_cond_exp` of PyNN: a `LIF` with two `ConductanceExp`."""

    translations = unchanged(cells.IF_cond_exp)
    variables = CONDUCTANCES

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        return snn.LIF(**picked(values, LEAKY), receptors=conductances(snn.ConductanceExp, values))


class IF_cond_alpha(CellType, cells.IF_cond_alpha):
    """`IF_cond_alpha` of PyNN: a `LIF` with two `ConductanceAlpha`."""

    translations = unchanged(cells.IF_cond_alpha)
    variables = CONDUCTANCES

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        receptors = conductances(snn.ConductanceAlpha, values)
        return snn.LIF(**picked(values, LEAKY), receptors=receptors)


class Izhikevich(_CurrentCell, cells.Izhikevich):
    """`Izhikevich` of PyNN: an `Izhikevich` with two `CurrentDelta`.

    PyNN's cell has a capacity of 1 pF: 1 nA moves it by 1,000 mV/ms.
    """

    translations = unchanged(cells.Izhikevich)
    current_scale = 1000.0
    variables: ClassVar[Mapping[str, str]] = {"v": "v", "u": "u"}

    def declared(self, values: Parameters, signed: set[str]) -> Cell:
        own = picked(values, ("a", "b", "c", "d"))
        i_offset = collapsed(self.current_scale * values["i_offset"])
        return snn.Izhikevich(**own, i_offset=i_offset, receptors=deltas(signed))
