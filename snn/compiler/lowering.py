"""Lower a cell and its receptors to a `Plan` for the `exact` profile.

The order within a step: membrane with old currents; decay of receptors; arrivals;
delta jumps; threshold; reset. See docs/numerics.md.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler.plan import Plan, Variable
from snn.compiler.populations import is_linear
from snn.fields import states_of
from snn.kernels import Kernel, kernels_of
from snn.receptors import Receptor


def lower(cell: Cell, injects: bool, values: Mapping[str, NDArray[np.float64]]) -> Plan:
    """Return the plan of one step of `cell`, whose constants are `values`."""
    lines: list[str] = []
    own = states_of(type(cell))
    lines += _linear(cell, injects) if is_linear(cell) else _stepped(cell, injects)
    for name, receptor in cell.receptors.items():
        lines += _receptor(name, receptor, values)
    held = bool(cell.refractory)
    lines.append(_hold(cell, held))
    for name, receptor in cell.receptors.items():
        if receptor.drive == "voltage":
            lines.append(_delta(cell, name, receptor, held))
    lines += _threshold(cell, held)
    variables = [Variable(n, "float64" if s.slow else "state") for n, s in own.items()]
    for name, receptor in cell.receptors.items():
        variables += [Variable(f"{name}_{s}", "float64" if state.slow else "state")
                      for s, state in states_of(type(receptor)).items()]  # fmt: skip
    kernels = kernels_of(type(cell)).values()
    receiving = {type(r): received(r) for r in cell.receptors.values() if r.receive}
    double = [k.name for k in kernels if in_double(k, cell)]
    double += [k.name for kind, k in receiving.items() if has_slow(kind)]
    return Plan(
        tuple(variables), tuple(cell.receptors), _constants(lines, variables, cell), tuple(lines),
        (*kernels, *receiving.values()), tuple(double), held, injects,
    )  # fmt: skip


def _linear(cell: Cell, injects: bool) -> list[str]:
    """Advance the linear states by the joint propagator, others by `adapt`."""
    covered = linear_states(cell)
    sources = list(covered)
    for name, receptor in cell.receptors.items():
        sources += [f"{name}_{state}" for state in driving_states(receptor)]
    lines = []
    for row in covered:
        terms = [f"P_{row}_1", *(f"P_{row}_{s} * {s}" for s in sources)]
        if injects:
            terms.append(f"P_{row}_injected * injected")
        lines.append(f"next_{row} = {' + '.join(terms)}")
    rest = [name for name in states_of(type(cell)) if name not in covered]
    if rest:
        targets = ", ".join(f"next_{name}" for name in rest)
        lines.append(f"{targets} = {call(kernels_of(type(cell))['adapt'], cell)}")
    return lines


def linear_states(cell: Cell) -> list[str]:
    """Return the leading states that `linear` covers."""
    from snn.compiler.populations import _stacked
    from snn.fields import plain, values_of

    scalars = {k: plain(1.0) for k in values_of(cell)}
    return list(states_of(type(cell)))[: _stacked(cell.linear, scalars, 1).shape[-1]]


def _stepped(cell: Cell, injects: bool) -> list[str]:
    """Advance by the cell's own `step` with receptors at mid-step."""
    currents = ["injected"] if injects else []
    conductances = []
    lines = []
    for name, receptor in cell.receptors.items():
        if receptor.drive == "voltage":
            continue
        lines.append(f"{name}_mid = {_middle(name, receptor)}")
        if receptor.drive == "conductance":
            conductances.append(f"{name}_mid")
            currents.append(f"{name}_mid * {name}_e_rev")
        else:
            currents.append(f"{name}_mid" if receptor.sign > 0 else f"(-{name}_mid)")
    lines.append(f"i_syn = {' + '.join(currents) or '0.0'}")
    lines.append(f"g_syn = {' + '.join(conductances) or '0.0'}")
    targets = ", ".join(f"next_{name}" for name in states_of(type(cell)))
    return [*lines, f"{targets} = {call(kernels_of(type(cell))['step'], cell)}"]


def _middle(name: str, receptor: Receptor) -> str:
    states = list(states_of(type(receptor)))
    if receptor.pulse or receptor.receive:
        return f"{name}_{states[-1]}"
    return " + ".join(f"H_{name}_{states[-1]}_{s} * {name}_{s}" for s in states)


def _receptor(
    name: str, receptor: Receptor, values: Mapping[str, NDArray[np.float64]]
) -> list[str]:
    """Decay a receptor's states, then add what arrives."""
    states = list(states_of(type(receptor)))
    if receptor.receive:
        return _received(name, receptor)
    lines = []
    for row in states:
        factors = [] if receptor.pulse else [(f"P_{name}_{row}_{s}", f"{name}_{s}") for s in states]
        terms = [_term(*f, values) for f in [*factors, (f"J_{name}_{row}", f"in_{name}")]]
        lines.append(f"next_{name}_{row} = {' + '.join(filter(None, terms)) or '0.0'}")
    return [*lines, *(f"{name}_{row} = next_{name}_{row}" for row in states)]


def driving_states(receptor: Receptor) -> list[str]:
    """Return the states that the membrane's propagator reads; of a kernel's only the last."""
    states = list(states_of(type(receptor)))
    return states[-1:] if receptor.receive else states


def has_slow(kind: type[Receptor]) -> bool:
    """Say whether a receptor has a state that is kept in float64."""
    return any(state.slow for state in states_of(kind).values())


def received(receptor: Receptor) -> Kernel:
    """Return the kernel of a receptor that is not linear, under a name of its own."""
    kind = type(receptor)
    return dataclasses.replace(kernels_of(kind)["receive"], name=f"receive_{kind.__name__}")


def _received(name: str, receptor: Receptor) -> list[str]:
    """Call the receptor's own kernel for its states, parameters and arrivals."""
    kernel = received(receptor)
    states = list(states_of(type(receptor)))
    wide = "double_" if has_slow(type(receptor)) else ""
    local = {"dt": f"{wide}dt", "arriving": f"in_{name}"} | {s: f"{name}_{s}" for s in states}
    given = [local.get(a, f"{wide}{name}_{a}") for a in kernel.arguments]
    call = f"k_{kernel.name}({', '.join(given)})"
    targets = ", ".join(f"next_{name}_{row}" for row in states)
    return [f"{targets} = {call}", *(f"{name}_{row} = next_{name}_{row}" for row in states)]


def _term(factor: str, variable: str, values: Mapping[str, NDArray[np.float64]]) -> str:
    """Return a product, without the factors and terms that are 1 and 0 by structure."""
    value = values[factor]
    if value.ndim == 0 and value == 0:
        return ""
    return variable if value.ndim == 0 and value == 1 else f"{factor} * {variable}"


def _hold(cell: Cell, held: bool) -> str:
    parts = []
    for name in states_of(type(cell)):
        kept = held and name == cell.membrane
        parts.append(f"{name} = {name} if refractory > 0 else next_{name}" if kept
                     else f"{name} = next_{name}")  # fmt: skip
    return "\n".join(parts)


def _delta(cell: Cell, name: str, receptor: Receptor, held: bool) -> str:
    v, sign = cell.membrane, "+" if receptor.sign > 0 else "-"
    moved = f"{v} {sign} in_{name}"
    return f"{v} = {v} if refractory > 0 else {moved}" if held else f"{v} = {moved}"


def _threshold(cell: Cell, held: bool) -> list[str]:
    """Test, count down, reset."""
    kernels = kernels_of(type(cell))
    test = call(kernels["fires"], cell)
    own = list(states_of(type(cell)))
    lines = [f"fired = (refractory <= 0) & ({test})" if held else f"fired = {test}"]
    if held:
        lines.append("refractory = refractory_steps if fired else "
                     "(refractory - 1 if refractory > 0 else 0)")  # fmt: skip
    lines.append(f"{', '.join(f'after_{n}' for n in own)} = {call(kernels['reset'], cell)}")
    lines += [f"{n} = after_{n} if fired else {n}" for n in own]
    return lines


def call(kernel: Kernel, cell: Cell) -> str:
    """Return a call of a kernel with its arguments by name.

    A kernel that touches a slow state gets the unrounded constants, called ``double_x``.
    """
    if not in_double(kernel, cell):
        return f"k_{kernel.name}({', '.join(kernel.arguments)})"
    local = {*states_of(type(cell)), "i_syn", "g_syn"}
    names = [a if a in local else f"double_{a}" for a in kernel.arguments]
    return f"k_{kernel.name}({', '.join(names)})"


def in_double(kernel: Kernel, cell: Cell) -> bool:
    """Say whether a kernel takes or returns a slow state."""
    slow = {name for name, state in states_of(type(cell)).items() if state.slow}
    returns_all = kernel.name in ("step", "reset", "adapt")
    return bool(slow) and (returns_all or bool(slow & {*kernel.arguments}))


def _constants(lines: list[str], variables: list[Variable], cell: Cell) -> tuple[str, ...]:
    """Return the names that the statements read but do not define."""
    tree = ast.parse("\n".join(lines))
    every = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    names = {n.id for n in every}
    stored = {n.id for n in every if isinstance(n.ctx, ast.Store)}
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    called = {f.id for f in calls if isinstance(f, ast.Name)}
    given = {v.name for v in variables} | {f"in_{r}" for r in cell.receptors}
    special = {"injected", "refractory", "refractory_steps", "fired"}
    return tuple(sorted(names - stored - called - given - special))
