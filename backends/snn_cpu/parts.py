"""Parts: a compiled function bound to the arrays it works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn_cpu import modules

Array = NDArray[Any]

_HEAD = """\
import math
import numpy as np
from numba import carray, cfunc, int64, njit, uint64
from snn_cpu.pointers import pointer, prefetch
"""


@dataclass(frozen=True, eq=False)
class Part:
    """A function address with the block of addresses it reads.

    The arrays are kept alive here, because compiled code only knows where they are.
    """

    address: int
    block: Array
    arrays: tuple[Any, ...]

    @property
    def row(self) -> tuple[int, int]:
        """Entry of the driver's table."""
        return self.address, self.block.ctypes.data


def bind(kernel: str, values: Mapping[str, Any], source: str = "", *, title: str) -> Part:
    """Bind a kernel to its arguments.

    Parameters
    ----------
    kernel : str
        ``module:function`` of a jitted kernel, or the name of a function in `source`. It
        is called as ``kernel(step, slot, *values)`` and returns an integer.
    values : dict
        Arrays (C-contiguous, passed as arrays) and integers.
    source : str
        Text that defines the kernel, when it is generated.
    title : str
        What to call it while it compiles.
    """
    words, arrays = _block(values)
    module = modules.load(_adapter(kernel, values, source), title)
    return Part(module.part.address, words, arrays)


def _block(values: Mapping[str, Any]) -> tuple[Array, tuple[Any, ...]]:
    words: list[int] = []
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            if not value.flags.c_contiguous:
                raise TypeError(f"{name} must be C-contiguous")
            words += [value.ctypes.data, *value.shape]
        else:
            words.append(int(value))
    return np.array([*words, 0], dtype=np.int64), tuple(values.values())


def _adapter(kernel: str, values: Mapping[str, Any], source: str) -> str:
    module, _, function = kernel.rpartition(":")
    lines = [_HEAD]
    lines.append(f"from {module} import {function}\n" if module else source + "\n")
    lines.append("@cfunc(int64(int64, int64, int64), cache=True)")
    lines.append("def part(block, step, slot):")
    lines.append(f"    c = carray(pointer(block, int64), ({_words(values)},))")
    names = []
    at = 0
    for position, value in enumerate(values.values()):
        names.append(f"a{position}")
        text, at = _unpacked(value, at)
        lines.append(f"    a{position} = {text}")
    lines.append(f"    return {function}(step, slot, {', '.join(names)})")
    return "\n".join(lines) + "\n"


def _unpacked(value: Any, at: int) -> tuple[str, int]:
    if not isinstance(value, np.ndarray):
        return f"c[{at}]", at + 1
    shape = ", ".join(f"c[{at + 1 + k}]" for k in range(value.ndim))
    return f"carray(pointer(c[{at}], np.{value.dtype}), ({shape},))", at + 1 + value.ndim


def _words(values: Mapping[str, Any]) -> int:
    return sum(1 + v.ndim if isinstance(v, np.ndarray) else 1 for v in values.values()) + 1


def table(parts: Sequence[Part]) -> Array:
    """Return the driver's table of parts, shape (n, 2) int64."""
    return np.array([p.row for p in parts], dtype=np.int64).reshape(-1, 2)
