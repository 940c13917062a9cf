"""What every receptor declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from snn.fields import Model


class Receptor(Model):
    """A filter from arriving weights to a current or conductance, linear unless it says so.

    A subclass is decorated with `snn.model` and declares its states and, unless it
    acts on the membrane directly, two plain functions of its parameters:

    linear(...)
        Matrix of ``dx/dt = matrix x`` over its states, in order of declaration.
    jump(...)
        What unit weight adds to each state on arrival.

    A receptor that is not linear has neither, but in the kernel grammar

    receive(...)
        New value of every state, in order of declaration, at the end of a step, from the
        states, parameters, derived constants, `dt` and `arriving`, the sum of the weights
        that arrive in this step. The last state is constant during the next step.

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

    kernel_names: ClassVar[tuple[str, ...]] = ("receive",)
    drive: ClassVar[str] = "current"
    pulse: ClassVar[bool] = False
    weight_unit: ClassVar[str] = "nA"
    receive: ClassVar[Callable[..., Any] | None] = None
    sign: int
    signed: bool

    @staticmethod
    def linear(*_: Any) -> list[list[float]]:
        return []

    @staticmethod
    def jump(*_: Any) -> list[float]:
        return []
