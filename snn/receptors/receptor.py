"""What every receptor declares."""

from __future__ import annotations

from typing import Any, ClassVar

from snn.fields import Model


class Receptor(Model):
    """A linear filter from arriving weights to a current or conductance.

    A subclass is decorated with `snn.model` and declares its states and, unless it
    acts on the membrane directly, two plain functions of its parameters:

    linear(...)
        Matrix of ``dx/dt = matrix x`` over its states, in order of declaration.
    jump(...)
        What unit weight adds to each state on arrival.

    Class attributes
    ----------------
    drive : {"current", "conductance", "voltage"}
        What the last state is, in the cell's equation. A "voltage" receptor has no
        states and moves the membrane on arrival.
    pulse : bool
        True when the states last one step only.
    weight_unit : str
        Unit of a synapse's weight.
    """

    drive: ClassVar[str] = "current"
    pulse: ClassVar[bool] = False
    weight_unit: ClassVar[str] = "nA"
    sign: int
    signed: bool

    @staticmethod
    def linear(*_: Any) -> list[list[float]]:
        return []

    @staticmethod
    def jump(*_: Any) -> list[float]:
        return []
