"""Populations of cells: the compiled plan as a step of a NeuronGroup."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import Compiled, CompiledCurrent, CompiledPopulation
from snn_brian2.text import PREFIX, step_code

Array = NDArray[Any]


class Cells:
    """A population of cells.

    Parameters
    ----------
    b2 : module
    compiled : Compiled
    p : CompiledPopulation
    clock : Clock
    namespace : dict
        Functions and tables that code may name.
    lines : mapping of int to int
        Receptor -> steps for which its arrivals wait in the neurons.
    reward : bool
        Whether the spikes of a neuromodulator are counted here.

    Notes
    -----
    Brian2's step k is ours. A synapse of delay d adds to ``q_in_RECEPTOR`` after step n + d - 1,
    and the cell's step n + d takes it: the same order as ours. Step 0 is made, and forgotten.
    """

    def __init__(
        self, b2: Any, compiled: Compiled, p: CompiledPopulation, clock: Any,
        namespace: dict[str, Any], lines: dict[int, int], reward: bool,
    ) -> None:  # fmt: skip
        assert p.plan is not None
        self.p, self.plan = p, p.plan
        self.currents = [c for c in compiled.currents if c.population == p.index]
        self.lines = [(r, k) for i, r in enumerate(p.plan.receptors)
                      for k in range(1, lines.get(i, 0))]  # fmt: skip
        self.states = [v.name for v in p.plan.states]
        names = [*self.states, "refractory", "refractory_steps", "spiked", "injected", "reward",
                 *(f"in_{r}" for r in p.plan.receptors), *self._constants(),
                 *(f"line_{r}_{k}" for r, k in self.lines),
                 *(f"piece_{c}_{k}" for c, k in self._pieces())]  # fmt: skip
        model = "\n".join(f"{PREFIX}{name} : 1" for name in names)
        self.group = b2.NeuronGroup(
            p.size, model, threshold=f"{PREFIX}spiked > 0.5 and t_in_timesteps > 0", reset="",
            clock=clock, namespace=namespace, name=f"snn_cells_{p.index}", method="euler",
        )  # fmt: skip
        self.stepper = self.group.run_regularly(
            "\n".join(self._code(namespace, b2, compiled.dt, reward)), when="groups", clock=clock,
            name=f"snn_step_{p.index}",
        )  # fmt: skip
        self.take(p)

    def _constants(self) -> list[str]:
        names = {c.removeprefix("double_") for c in self.plan.constants}
        return sorted(names - {"refractory_steps"})

    def _pieces(self) -> list[tuple[int, int]]:
        return [(c, k) for c, made in enumerate(self.currents) if not made.every_step
                for k in range(len(made.steps))]  # fmt: skip

    def _code(self, namespace: dict[str, Any], b2: Any, dt: float, reward: bool) -> list[str]:
        text = [s.replace("double_", "") for s in self.plan.statements]
        code = [*self._injections(namespace, b2, dt), *step_code(text, self.plan.kernels),
                f"{PREFIX}spiked = select({PREFIX}fired, 1.0, 0.0)"]  # fmt: skip
        for receptor in self.plan.receptors:
            waiting = [k for r, k in self.lines if r == receptor]
            slots = [f"{PREFIX}in_{receptor}",
                     *(f"{PREFIX}line_{receptor}_{k}" for k in waiting), "0.0"]  # fmt: skip
            code += [f"{a} = {b}" for a, b in zip(slots, slots[1:], strict=False)]
        return [*code, f"{PREFIX}reward = 0.0"] if reward else code

    def _injections(self, namespace: dict[str, Any], b2: Any, dt: float) -> list[str]:
        if not self.plan.injects:
            return []
        terms = []
        for c, made in enumerate(self.currents):
            terms.append(self._table(namespace, b2, dt, c, made) if made.every_step
                         else self._stepped(c, made))  # fmt: skip
        return [f"{PREFIX}injected = {' + '.join(terms) or '0.0'}"]

    def _stepped(self, c: int, made: CompiledCurrent) -> str:
        text = "0.0"
        for k, step in enumerate(made.steps):
            text = f"select(t_in_timesteps >= {int(step)}, {PREFIX}piece_{c}_{k}, {text})"
        return text

    def _table(
        self, namespace: dict[str, Any], b2: Any, dt: float, c: int, made: CompiledCurrent
    ) -> str:
        """Write the look-up of a current that has a value for every step."""
        rows = np.zeros((len(made.values) + 1, self.p.size))
        rows[:-1, made.index] = made.values
        name = f"snn_table_{self.p.index}_{c}"
        step = dt * b2.ms
        namespace[name] = b2.TimedArray(rows[:-1] if made.repeat else rows, dt=step, name=name)
        first = int(made.steps[0])
        row = f"(t_in_timesteps - {first})"
        if made.repeat:
            row = f"({row} % {len(made.values)})"
        # Half a step inside the row, so that no rounding decides.
        return (f"select(t_in_timesteps >= {first}, "
                f"{name}(({row} + 0.5) * {dt!r} * ms, i), 0.0)")  # fmt: skip

    def take(self, p: CompiledPopulation) -> None:
        """Use the constants of `p` from now on."""
        for name in self._constants():
            self.set(name, p.values[name])
        assert p.refractory_steps is not None
        self.set("refractory_steps", p.refractory_steps)
        for c, k in self._pieces():
            made, values = self.currents[c], np.zeros(self.p.size)
            np.add.at(values, made.index, made.values[k])
            self.set(f"piece_{c}_{k}", values)

    def begin(self) -> None:
        """Put every state to its initial value, as it is at the end of step 0."""
        for name in self.states:
            self.set(name, self.p.initial[name])
        self.set("refractory", 0.0)
        self.set("spiked", 0.0)

    def set(self, name: str, values: Any) -> None:
        """Set a variable of every neuron."""
        full = np.array(np.broadcast_to(values, self.p.size), dtype=float)
        self.group.variables[PREFIX + name].set_value(full)

    def get(self, name: str) -> Array:
        """Return a variable of every neuron."""
        return np.array(self.group.variables[PREFIX + name].get_value(), dtype=float)
