"""Trial-end rules over rows and columns of weights; splitting of rows among threads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledProjection, CompiledRule
from snn.kernels import numba_source
from snn_cpu.parts import Part, bind

if TYPE_CHECKING:
    from snn_cpu.build import World

Array = NDArray[Any]


def part(world: World, q: CompiledProjection, rule: CompiledRule, on: Array) -> Part:
    """Bind a reduction rule of a projection."""
    over = type(rule.rule).over  # type: ignore[attr-defined]
    size = world.compiled.populations[q.post if over == "post" else q.pre].size
    values: dict[str, Any] = {
        "on": on,
        "weight": world.weights[q.index],
        "total": np.zeros(size, world.compiled.precision),
        "numbers": np.array([*rule.values.values()] or [0.0], world.compiled.precision),
    }
    if q.form == "csr":
        blocks, stride = q.indptr.shape
        values |= {"indptr": q.indptr.reshape(-1), "stride": stride, "blocks": blocks,
                   "width": q.block, "targets": q.targets}  # fmt: skip
    else:
        values |= {"pre_start": q.pre_start, "pre_size": q.pre_size, "post_start": q.post_start,
                   "post_size": q.post_size}  # fmt: skip
    return bind("reduce", values, _text(rule, world.compiled.precision, q.form == "csr", over),
                title=type(rule.rule).__name__)  # fmt: skip


def _text(rule: CompiledRule, precision: str, csr: bool, over: str) -> str:
    cast = f"np.{precision}"
    kernels = rule.rule.kernels()
    decorated = "@njit(nogil=True, error_model='numpy')\ndef "
    sources = [re.sub(r"^def ", decorated, numba_source(k, cast, "k_"), flags=re.M)
               for k in kernels.values()]  # fmt: skip
    where = "target" if over == "post" else "source"
    group = {"w": "weight[j]", "total": f"total[{where}]"}
    numbers = {name: f"numbers[{k}]" for k, name in enumerate(rule.values)}
    call = {name: f"k_{name}({', '.join({**group, **numbers}[a] for a in k.arguments)})"
            for name, k in kernels.items()}  # fmt: skip
    names = "indptr, stride, blocks, width, targets" if csr else \
        "pre_start, pre_size, post_start, post_size"  # fmt: skip
    return "\n".join([
        *sources,
        "@njit(nogil=True, error_model='numpy')",
        f"def reduce(step, slot, on, weight, total, numbers, {names}):",
        "    if not on[0]:",
        "        return 0",
        "    total[:] = 0",
        *_loop(f"total[{where}] += {call['term']}", csr),
        *_loop(f"weight[j] = {call['apply']}", csr),
        "    return 0",
    ])  # fmt: skip


def _loop(line: str, csr: bool) -> list[str]:
    """Visit every synapse in order of the source."""
    if csr:
        return [
            "    for source in range(stride - 1):",
            "        for b in range(blocks):",
            "            at = b * stride + source",
            "            for j in range(uint64(indptr[at]), uint64(indptr[at + 1])):",
            "                target = uint64(b * width) + uint64(targets[j])",
            f"                {line}",
        ]
    return [
        "    for source in range(pre_start, pre_start + pre_size):",
        "        for target in range(post_start, post_start + post_size):",
        "            j = uint64((source - pre_start) * post_size + target - post_start)",
        f"            {line}",
    ]


def split_rows(indptr: Array, targets: Array, width: int, first: int) -> Array:
    """Return, per row, where the targets from neuron `first` on begin (rows ascend)."""
    blocks, stride = indptr.shape
    edges = np.zeros(blocks * stride, indptr.dtype)
    _split(indptr, targets, width, first, edges)
    return edges


@numba.njit(cache=True, nogil=True)
def _split(indptr: Any, targets: Any, width: int, first: int, edges: Any) -> None:
    blocks, stride = indptr.shape
    for b in range(blocks):
        for row in range(stride - 1):
            lo, hi = np.int64(indptr[b, row]), np.int64(indptr[b, row + 1])
            while lo < hi:
                middle = (lo + hi) // 2
                if b * width + np.int64(targets[middle]) < first:
                    lo = middle + 1
                else:
                    hi = middle
            edges[b * stride + row] = lo
