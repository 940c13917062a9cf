"""Written-out kernels compute what the functions compute, in both dialects."""

from __future__ import annotations

import ast
import math
import zlib
from typing import Any

import numpy as np
import pytest

import snn
from snn.catalogue.walk import classes
from snn.kernels import Inliner, Kernel, check, inlined, kernels_of, vectorised

LEVEL = 0.25


def halves(a: float, b: float) -> tuple[float, float]:
    mean = 0.5 * (a + b)
    return mean, a - mean


def bent(a: float, b: float, c: float) -> tuple[float, float]:
    m, d = halves(a, b)
    inside = LEVEL < m <= 2.0 or (c > 0 and not d > 1)
    top = max(m, d, c) if inside else min(m, abs(c))
    return b, top + (a if (a > b) & (c < 1) else -a)


def all_kernels() -> dict[str, Kernel]:
    """Return every kernel of the package's rules and cells, by name."""
    found: dict[str, Kernel] = {"bent": check(bent)}
    for kind in ("cell", "rule", "homeostasis", "dependence"):
        for cls in classes(kind):
            found |= {f"{cls.__name__}.{k}": v for k, v in kernels_of(cls).items()}
    for part in (snn.Additive(), snn.Multiplicative(), snn.PowerLaw()):
        rule = snn.PairSTDP(dependence=part)
        found |= {f"{type(part).__name__}.{k}": v for k, v in rule.kernels().items()}
    return found


KERNELS = all_kernels()


def arguments(kernel: Kernel, rows: int) -> list[np.ndarray]:
    """Return numbers of either sign, with ties and zeros among them."""
    rng = np.random.default_rng(zlib.crc32(kernel.name.encode()))
    return [np.round(rng.normal(0.6, 0.8, rows), 1) for _ in kernel.arguments]


def by_hand(kernel: Kernel, row: list[float]) -> Any:
    """Return what the function returns; None where Python raises and NumPy has inf or nan."""
    try:
        result = kernel(*row)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("name", KERNELS)
def test_arrays_get_what_numbers_get(name: str) -> None:
    kernel = KERNELS[name]
    given = arguments(kernel, 60)
    with np.errstate(all="ignore"):
        found = vectorised(kernel)(*given)
    compared = 0
    for k, row in enumerate(np.transpose(given).tolist()):
        wanted = by_hand(kernel, row)
        if wanted is None:
            continue
        compared += 1
        for one, value in zip(found, wanted, strict=True):
            # NumPy's exp may differ from the C library's in the last place, and an exp of an
            # exp makes hundreds of such places of one.
            assert np.broadcast_to(one, 60)[k] == pytest.approx(float(value), rel=1e-9, abs=1e-300)
    assert compared > 10


@pytest.mark.parametrize("name", KERNELS)
def test_lines_get_what_functions_get(name: str) -> None:
    """Run the assignments as Python, `select` being the one function that is left."""
    kernel = KERNELS[name]
    results = [f"r{k}" for k in range(kernel.outputs)]
    lines = inlined(kernel, results)
    assert not any(isinstance(n, ast.IfExp) for n in ast.walk(ast.parse("\n".join(lines))))

    scope = {n: getattr(math, n) for n in ("exp", "expm1", "log", "sqrt", "floor")} | {
        "select": lambda c, a, b: a if c else b, "abs": abs}  # fmt: skip
    for row in np.transpose(arguments(kernel, 40)).tolist():
        wanted = by_hand(kernel, row)
        values = {**scope, **dict(zip(kernel.arguments, row, strict=True))}
        try:
            exec("\n".join(lines), values)  # noqa: S102
        except (ValueError, ZeroDivisionError, OverflowError):
            continue  # a branch that is not taken; targets compute inf or nan there
        assert wanted is not None
        assert [values[r] for r in results] == list(wanted)


def test_a_result_may_take_the_name_of_an_argument() -> None:
    lines = inlined(check(halves), ["b", "a"])
    values = {"a": 4.0, "b": 2.0}
    exec("\n".join(lines), values)  # noqa: S102
    assert (values["b"], values["a"]) == (3.0, 1.0)


def test_statements_of_plans_are_written_out() -> None:
    writer = Inliner()
    writer.statement("x, y = k_halves(x, y)", {"halves": check(halves)}, "k_")
    values = {"x": 4.0, "y": 2.0}
    exec("\n".join(writer.lines), values)  # noqa: S102
    assert (values["x"], values["y"]) == (3.0, 1.0)
