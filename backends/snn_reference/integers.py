"""A population of an integer profile: the plan's statements on Python's own integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledPopulation
from snn_reference.cells import Cells

Array = NDArray[Any]


class IntegerCells(Cells):
    """States of a population, advanced neuron by neuron by its plan.

    Parameters
    ----------
    compiled : CompiledPopulation
        Whose plan, values and initial states are whole numbers.
    """

    def __init__(self, compiled: CompiledPopulation) -> None:
        assert compiled.plan is not None
        self.real = int
        names = [v.name for v in compiled.plan.states]
        self.states = {n: compiled.initial[n].astype(np.int64) for n in names}
        self.refractory = np.zeros(compiled.size, np.int64)
        self.take_parameters(compiled)

    def take_parameters(self, compiled: CompiledPopulation) -> None:
        """Use the plan and the parameters of `compiled` from now on."""
        assert compiled.plan is not None
        self.label, self.size, self.plan = compiled.label, compiled.size, compiled.plan
        self.program = compile("\n".join(self.plan.statements), f"<{self.label}>", "exec")
        self.scope = {f"k_{k.name}": k.function for k in self.plan.kernels}
        self.take_values(compiled.values, np.zeros((), np.int32))

    def take_values(self, values: Mapping[str, Array], refractory_steps: Array) -> None:
        """Use other constants from now on."""
        self.values, self.refractory_steps = dict(values), refractory_steps
        self.rows = {n: np.broadcast_to(values[n], self.size) for n in self.plan.constants}

    def advance(self, arrived: Mapping[tuple[int, int], Any], injected: Array | None) -> list[int]:
        """Advance every neuron by one step; return those that fire, ascending."""
        return [i for i in range(self.size) if self._advanced(i, arrived, injected)]

    def _advanced(
        self, i: int, arrived: Mapping[tuple[int, int], Any], injected: Array | None
    ) -> bool:
        now = {n: int(x[i]) for n, x in {**self.rows, **self.states}.items()}
        for k, receptor in enumerate(self.plan.receptors):
            now[f"in_{receptor}"] = int(arrived.get((k, i), 0))
        if injected is not None:
            now["injected"] = int(injected[i])
        exec(self.program, self.scope, now)  # noqa: S102
        for name, states in self.states.items():
            states[i] = now[name]
        return bool(now["fired"])
