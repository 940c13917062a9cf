"""A population of cells, one neuron at a time (docs/numerics.md, sections 1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import CompiledPopulation
from snn.fields import states_of
from snn.kernels import kernels_of
from snn.receptors import Receptor
from snn_reference.kernels import Function, Real

Array = NDArray[Any]
Values = dict[str, Any]


class Cells:
    """States and parameters of a population of cells.

    Parameters
    ----------
    compiled : CompiledPopulation
    real : type
        State type of the run; slow states are float64 always.
    """

    def __init__(self, compiled: CompiledPopulation, real: Real) -> None:
        self.real = real
        self.types = state_types(cast(Cell, compiled.model), real)
        self.states = {
            name: compiled.initial[name].astype(kind) for name, kind in self.types.items()
        }
        self.refractory = np.zeros(compiled.size, np.int64)
        self.take_parameters(compiled)

    def take_parameters(self, compiled: CompiledPopulation) -> None:
        """Use the parameters of `compiled` from now on."""
        self.label, self.size = compiled.label, compiled.size
        self.cell = cast(Cell, compiled.model)
        steps = compiled.refractory_steps
        self.take_values(compiled.values, np.zeros((), np.int32) if steps is None else steps)

    def take_values(self, values: Mapping[str, Array], refractory_steps: Array) -> None:
        """Use other constants from now on."""
        self.values = dict(values)
        self.refractory_steps = np.broadcast_to(refractory_steps, self.size)
        self._prepare()

    def _prepare(self) -> None:
        """Look each neuron's constants up, unrounded and rounded to the state type."""
        kind = type(self.cell)
        self.own = list(states_of(kind))
        self.linear = [name for name in self.own if f"P_{name}_1" in self.values]
        self.double = {name for name in kernels_of(kind) if touches_slow(kind, name)}
        self.kernels = {
            name: Function(kernel, np.float64 if name in self.double else self.real)
            for name, kernel in kernels_of(kind).items()
        }
        self.exact = [one_of(self.values, i) for i in range(self.size)]
        self.constants = [
            {name: self.real(value) for name, value in row.items()} for row in self.exact
        ]

    def advance(self, arrived: Mapping[tuple[int, int], Any], injected: Array | None) -> list[int]:
        """Advance every neuron by one step; return those that fire, ascending.

        Parameters
        ----------
        arrived : dict
            (receptor, neuron) -> sum of the weights that arrive in this step.
        injected : (size,) array of the state type, nA, optional
        """
        zero = self.real(0)
        count = len(self.cell.receptors)
        return [
            i for i in range(self.size)
            if self._advance(i, [arrived.get((k, i), zero) for k in range(count)],
                             None if injected is None else injected[i])
        ]  # fmt: skip

    def _advance(self, i: int, arrived: Sequence[Any], injected: Any) -> bool:
        now = {**self.constants[i], **{name: x[i] for name, x in self.states.items()}}
        if injected is not None:
            now["injected"] = injected
        after = self._membrane(i, now)
        for (name, receptor), total in zip(self.cell.receptors.items(), arrived, strict=True):
            after.update(decayed(name, receptor, now | self._exact(receptor, i), total))
        held = bool(self.refractory[i] > 0)
        self._hold_or_move(now, after, arrived, held)
        fired = not held and bool(self._call("fires", i, now | after)[0])
        if fired:
            after.update(zip(self.own, self._call("reset", i, now | after), strict=True))
        self._count_down(i, fired)
        for name, value in after.items():
            self.states[name][i] = value
        return fired

    def _exact(self, receptor: Receptor, i: int) -> Values:
        """Return unrounded constants for a receptor that works in float64."""
        return self.exact[i] if has_slow(receptor) else {}

    def _membrane(self, i: int, now: Values) -> Values:
        """Return the cell's own states one step later."""
        if not self.linear:
            now.update(self._currents(now))
            return self._rounded(self.own, self._call("step", i, now))
        after = {name: self._propagated(name, now) for name in self.linear}
        rest = [name for name in self.own if name not in self.linear]
        if rest:
            after.update(self._rounded(rest, self._call("adapt", i, now)))
        return after

    def _propagated(self, target: str, now: Values) -> Any:
        """Return P_1 + P_s1 s1 + P_s2 s2 + ..., from left to right."""
        total = now[f"P_{target}_1"]
        for source in [*self.linear, *driving_states(self.cell)]:
            total = total + now[f"P_{target}_{source}"] * now[source]
        if "injected" in now:
            total = total + now[f"P_{target}_injected"] * now["injected"]
        return total

    def _currents(self, now: Values) -> Values:
        """Return i_syn and g_syn from the receptors' values at mid-step."""
        currents = [now["injected"]] if "injected" in now else []
        conductances = []
        for name, receptor in self.cell.receptors.items():
            if receptor.drive == "voltage":
                continue
            middle = at_middle(name, receptor, now)
            if receptor.drive == "conductance":
                conductances.append(middle)
                currents.append(middle * now[f"{name}_e_rev"])
            else:
                currents.append(middle if receptor.sign > 0 else -middle)
        return {"i_syn": summed(currents, self.real), "g_syn": summed(conductances, self.real)}

    def _hold_or_move(self, now: Values, after: Values, arrived: Sequence[Any], held: bool) -> None:
        """Keep the membrane variable of a refractory neuron; move others by delta receptors."""
        v = self.cell.membrane
        if held:
            after[v] = now[v]
            return
        for receptor, total in zip(self.cell.receptors.values(), arrived, strict=True):
            if receptor.drive == "voltage":
                after[v] = after[v] + total if receptor.sign > 0 else after[v] - total

    def _count_down(self, i: int, fired: bool) -> None:
        if fired:
            self.refractory[i] = self.refractory_steps[i]
        elif self.refractory[i] > 0:
            self.refractory[i] -= 1

    def _call(self, kernel: str, i: int, values: Values) -> tuple[Any, ...]:
        """Call a kernel of the cell; one that touches a slow state works in float64."""
        if kernel in self.double:
            values = values | self.exact[i]
        return self.kernels[kernel](values)

    def _rounded(self, names: Sequence[str], results: Sequence[Any]) -> Values:
        pairs = zip(names, results, strict=True)
        return {name: self.types[name](value) for name, value in pairs}

    def fault(self) -> tuple[str, int, float] | None:
        """Return variable, neuron and value of the first state that is not finite."""
        for name, values in self.states.items():
            finite = np.isfinite(values)
            if not finite.all():
                neuron = int(finite.argmin())
                return name, neuron, float(values[neuron])
        return None


def state_types(cell: Cell, real: Real) -> dict[str, Real]:
    """Return the type of every state of a cell and its receptors."""
    types: dict[str, Real] = {
        name: np.float64 if state.slow else real for name, state in states_of(type(cell)).items()
    }
    for name, receptor in cell.receptors.items():
        for key, state in states_of(type(receptor)).items():
            types[f"{name}_{key}"] = np.float64 if state.slow else real
    return types


def driving_states(cell: Cell) -> list[str]:
    """Return the receptors' states that the membrane's propagator reads, in order."""
    found = []
    for name, receptor in cell.receptors.items():
        own = [f"{name}_{state}" for state in states_of(type(receptor))]
        found += own[-1:] if receptor.receive else own
    return found


def has_slow(receptor: Receptor) -> bool:
    """Say whether a receptor has a state that is kept in float64."""
    return any(state.slow for state in states_of(type(receptor)).values())


def touches_slow(cell: type[Cell], kernel: str) -> bool:
    """Say whether a kernel takes or returns a state that is kept in float64."""
    slow = {name for name, state in states_of(cell).items() if state.slow}
    returns = kernel in ("step", "adapt", "reset")
    return bool(slow) and (returns or bool(slow & {*kernels_of(cell)[kernel].arguments}))


def one_of(values: Mapping[str, Array], i: int) -> dict[str, np.float64]:
    """Return what neuron i sees of constants that may differ between neurons."""
    return {name: np.float64(x if x.ndim == 0 else x[i]) for name, x in values.items()}


def decayed(name: str, receptor: Receptor, now: Values, total: Any) -> Values:
    """Return a receptor's states one step later, arrivals included."""
    states = list(states_of(type(receptor)))
    if receptor.receive:
        return received(name, receptor, now, total)
    after = {}
    for target in states:
        terms = []
        if not receptor.pulse:
            terms += [(now[f"P_{name}_{target}_{s}"], now[f"{name}_{s}"]) for s in states]
        terms.append((now[f"J_{name}_{target}"], total))
        products = [factor * x for factor, x in terms if factor != 0]
        after[f"{name}_{target}"] = summed(products, type(total))
    return after


def received(name: str, receptor: Receptor, now: Values, total: Any) -> Values:
    """Return the states of a receptor that is not linear one step later."""
    kernel = kernels_of(type(receptor))["receive"]
    given = {a: now.get(f"{name}_{a}", total) for a in kernel.arguments}
    if "dt" in given:
        given["dt"] = now["dt"]
    real = type(total)
    found = Function(kernel, np.float64 if has_slow(receptor) else real)(given)
    states = states_of(type(receptor)).items()
    return {f"{name}_{s}": (np.float64 if state.slow else real)(x)
            for (s, state), x in zip(states, found, strict=True)}  # fmt: skip


def at_middle(name: str, receptor: Receptor, now: Values) -> Any:
    """Return the current or conductance of a receptor at mid-step."""
    states = list(states_of(type(receptor)))
    last = states[-1]
    if receptor.pulse or receptor.receive:
        return now[f"{name}_{last}"]
    products = [now[f"H_{name}_{last}_{s}"] * now[f"{name}_{s}"] for s in states]
    return summed(products, type(products[0]))


def summed(terms: Sequence[Any], real: Real) -> Any:
    """Return the sum from left to right; 0 when there is nothing to add."""
    total = real(0)
    for k, term in enumerate(terms):
        total = term if k == 0 else total + term
    return total
