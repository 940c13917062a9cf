"""Generate the dense sweep of a population: one branch-free loop over its neurons.

States, arrivals and flags are read and written with stride 1, so LLVM turns the loop into
SIMD code. Neurons are taken in blocks: only a block in which something fired is
looked at again, to list who did.

The names of states and constants are the user's. The sweep's own end in an underscore,
so that a state may be called `m`, `step` or `spikes`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledPopulation, Plan
from snn.kernels import numba_source

BLOCK = 1024
# The counter stays a 32-bit integer, so that the loop keeps one vector width.
_COUNT_DOWN = "refractory = refractory_steps if fired else np.int32(max(refractory - 1, 0))"
# Integers are computed in 64 bits, which the plan wraps where its profile does.
_TYPES = {"float32": "np.float32", "float64": "np.float64", "int32": ""}


def constants(population: CompiledPopulation, precision: str) -> dict[str, NDArray[Any]]:
    """Return the constants of the plan in the type in which the kernels read them.

    One number has shape (1,), one number per neuron shape (size,).
    """
    assert population.plan is not None
    found = {}
    for name in population.plan.constants:
        double = name.startswith("double_")
        value = population.values[name.removeprefix("double_")]
        dtype = "float64" if double else precision
        found[name] = np.ascontiguousarray(np.atleast_1d(value), dtype=dtype)
    return found


def source(
    plan: Plan, values: Mapping[str, NDArray[Any]], precision: str, own_refractory: bool
) -> str:
    """Return the text of the sweep; its arguments are those of `arguments`."""
    cast = _TYPES[precision]
    kernels = [_kernel(plan, k.name, k, cast) for k in plan.kernels]
    vector = [name for name, value in values.items() if value.shape != (1,)]
    scalar = [name for name in values if name not in vector]
    body = _body(plan, cast, vector, own_refractory)
    head = [f"{name} = A_{name}_[0]" for name in scalar]
    if plan.refractory and not own_refractory:
        head.append("refractory_steps = steps_[0]")
    names = ", ".join(f"{name}_" for name in arguments(plan, values))
    return "\n".join([
        *kernels,
        "@njit(nogil=True, error_model='numpy')",
        f"def sweep(step_, slot_, {names}):",
        *_indent([*head, *_rows(plan), "m_ = ptr_[thread_, slot_]"], 1),
        f"    for first_ in range(lo_, hi_, {BLOCK}):",
        f"        last_ = min(first_ + {BLOCK}, hi_)",
        "        count_ = 0",
        "        for i_ in range(np.uint64(first_), np.uint64(last_)):",
        *_indent([*body, "flags_[i_] = fired", "count_ += fired"], 3),
        "        if count_:",
        "            for i_ in range(first_, last_):",
        "                if flags_[i_]:",
        "                    spikes_[thread_, m_] = i_",
        "                    m_ += 1",
        "    ptr_[thread_, slot_ + 1] = m_",
        "    return 0",
    ])  # fmt: skip


def arguments(plan: Plan, values: Mapping[str, Any]) -> list[str]:
    """Return the names of the sweep's arguments, in order."""
    names = ["lo", "hi", "thread", "mask", "flags", "spikes", "ptr"]
    names += [f"A_{name}" for name in values]
    names += [f"S_{variable.name}" for variable in plan.states]
    names += [f"R_{receptor}" for receptor in plan.receptors]
    if plan.refractory:
        names += ["counter", "steps"]
    return [*names, "current"] if plan.injects else names


def _kernel(plan: Plan, name: str, kernel: Any, cast: str) -> str:
    text = numba_source(kernel, "" if name in plan.double else cast, prefix="k_")
    if name in plan.double:
        # The same helper may be called by a kernel of the other type: keep them apart.
        text = re.sub(rf"\bk_(?!{re.escape(name)}\b)", "kd_", text)
        # Two single precision arguments would otherwise be multiplied in single precision.
        wide = "".join(f"\n    {a} = np.float64({a})" for a in kernel.arguments)
        text = re.sub(rf"(def k_{re.escape(name)}\(.*\):)", rf"\1{wide}", text)
    decorated = re.sub(r"^def ", "@njit(nogil=True, error_model='numpy')\ndef ", text, flags=re.M)
    return decorated + "\n"


def _rows(plan: Plan) -> list[str]:
    """Return the lines that fetch this step's slot of each ring."""
    return [f"row_{r}_ = R_{r}_[step_ & mask_]" for r in plan.receptors]


def _body(plan: Plan, cast: str, vector: list[str], own_refractory: bool) -> list[str]:
    lines = [f"{name} = A_{name}_[i_]" for name in vector]
    lines += [f"{v.name} = S_{v.name}_[i_]" for v in plan.states]
    lines += [f"in_{r} = row_{r}_[i_]" for r in plan.receptors]
    lines += [f"row_{r}_[i_] = 0" for r in plan.receptors]
    if plan.refractory:
        lines.append("refractory = counter_[i_]")
        lines += ["refractory_steps = steps_[i_]"] if own_refractory else []
    if plan.injects:
        lines.append("injected = current_[i_]")
    for statement in plan.statements:
        lines += _typed(statement, plan, cast)
    lines += [f"S_{v.name}_[i_] = {v.name}" for v in plan.states]
    if plan.refractory:
        lines.append("counter_[i_] = refractory")
    return lines


def _typed(statement: str, plan: Plan, cast: str) -> list[str]:
    """Round what a kernel returns to the type of the state that gets it."""
    if statement.startswith("refractory = "):
        return [_COUNT_DOWN]
    lines = statement.split("\n")
    kinds = {v.name: cast if v.dtype == "state" else _TYPES[v.dtype] for v in plan.states}
    for name in ("i_syn", "g_syn"):
        if statement == f"{name} = 0.0":
            return [f"{name} = {cast}(0.0)"]
    targets = statement.split(" = ")[0].split(", ")
    for target in targets:
        kind = kinds.get(target.removeprefix("next_").removeprefix("after_"))
        if kind and target not in kinds:
            lines.append(f"{target} = {kind}({target})")
    return lines


def _indent(lines: list[str], depth: int) -> list[str]:
    return ["    " * depth + line for line in lines]
