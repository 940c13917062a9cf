"""Model functions called as Python, in the arithmetic of one floating-point type.

The functions are rebuilt from their checked syntax so that literals have the type of the
run and the functions of `math` return inf and nan where Python would raise.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from snn.kernels import FUNCTIONS, Kernel

Real = type[np.float32] | type[np.float64] | type[int]
"""Type of a number during a run; numpy scalars follow IEEE 754 where floats raise."""

REALS: dict[str, Real] = {"float32": np.float32, "float64": np.float64, "int32": int}
"""The type that goes by the name of a precision; integers have any size here."""


@cache
def python_function(kernel: Kernel, real: Any) -> Callable[..., Any]:
    """Return a kernel as a function of numbers of type `real`."""
    tree = ast.Module([copy.deepcopy(kernel.tree)], [])
    tree.body[0].name = "kernel"  # type: ignore[attr-defined]
    scope: dict[str, Any] = {
        "real": real, **MATH, "math": SimpleNamespace(**MATH), "abs": abs, "min": min, "max": max,
        **{name: real(value) for name, value in kernel.constants},
        **{callee.name: python_function(callee, real) for callee in kernel.callees},
    }  # fmt: skip
    typed = ast.fix_missing_locations(_TypedLiterals().visit(tree))
    exec(compile(typed, f"<{kernel.name}>", "exec"), scope)  # noqa: S102
    made: Callable[..., Any] = scope["kernel"]
    return made


class Function:
    """A kernel whose arguments are looked up by name.

    Parameters
    ----------
    kernel : Kernel
    real : type
        In which its arguments are given to it and its literals are.
    """

    def __init__(self, kernel: Kernel, real: Any) -> None:
        self.arguments, self.real = kernel.arguments, real
        self.body = python_function(kernel, real)

    def __call__(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the results, always as a tuple."""
        result = self.body(*[self.real(values[name]) for name in self.arguments])
        return result if isinstance(result, tuple) else (result,)


class _TypedLiterals(ast.NodeTransformer):
    """Write ``real(0.5)`` for ``0.5``."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool):
            return node
        return ast.Call(ast.Name("real", ast.Load()), [node], [])


def _total(name: str) -> Callable[[Any], Any]:
    """Return a function of `math` that returns a value for every argument, in its type."""
    function = getattr(math, name)

    def evaluated(x: Any) -> Any:
        try:
            return type(x)(function(x))
        except OverflowError:
            return x if name in ("floor", "ceil") else type(x)(math.inf)
        except ValueError:
            pole = -1.0 if name == "log1p" else 0.0
            return type(x)(-math.inf if name.startswith("log") and x == pole else math.nan)

    return evaluated


MATH = {name: _total(name) for name in sorted(FUNCTIONS - {"abs", "min", "max"})}
