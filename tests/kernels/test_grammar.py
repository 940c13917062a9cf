"""The kernel grammar: what it takes, and errors that name file and line."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import snn
from snn.errors import KernelError
from snn.kernels import check, kernels_of

FACTOR = 0.5
TABLE = np.zeros(3)


def loop(v):  # type: ignore[no-untyped-def]
    s = 0.0
    for _ in range(3):  # here
        s = s + v
    return s


def endless(v):  # type: ignore[no-untyped-def]
    while v > 0:  # here
        v = v - 1.0
    return v


def branch(v):  # type: ignore[no-untyped-def]
    if v > 0:  # here
        v = 1.0
    return v


def power(v):  # type: ignore[no-untyped-def]
    return v**2  # here


def element(v):  # type: ignore[no-untyped-def]
    w = v[0]  # here
    return w + 1.0


def listed(v):  # type: ignore[no-untyped-def]
    return [v, v]  # here


def paired(v):  # type: ignore[no-untyped-def]
    w = (v, v)  # here
    return w + 1.0


def of_array(v):  # type: ignore[no-untyped-def]
    return v + TABLE  # here


def unknown(v):  # type: ignore[no-untyped-def]
    w = v + undefined_name  # type: ignore[name-defined]  # noqa: F821  # here
    return w + 1.0


def too_early(v):  # type: ignore[no-untyped-def]
    w = v + u  # type: ignore[has-type]  # noqa: F821  # here
    u = w
    return u + 1.0


def attribute(v):  # type: ignore[no-untyped-def]
    return v.real  # here


def of_numpy(v):  # type: ignore[no-untyped-def]
    return np.exp(v)  # here


def text(v):  # type: ignore[no-untyped-def]
    return "v"  # here


def member(v):  # type: ignore[no-untyped-def]
    return v in (1.0, 2.0)  # here


def identity(v, w):  # type: ignore[no-untyped-def]
    return v is w  # here


def augmented(v):  # type: ignore[no-untyped-def]
    v += 1.0  # here
    return v


def chained(v):  # type: ignore[no-untyped-def]
    a = b = v  # here
    return a + b


def walrus(v):  # type: ignore[no-untyped-def]
    return (w := v) + w  # here


def matrix_product(v, w):  # type: ignore[no-untyped-def]
    return v @ w  # here


def no_return(v):  # type: ignore[no-untyped-def]  # here
    w = v  # noqa: F841


def bare_return(v):  # type: ignore[no-untyped-def]
    return  # here


def default(v, w=1.0):  # type: ignore[no-untyped-def]  # here
    return v + w


def several(*v):  # type: ignore[no-untyped-def]  # here
    return v


def keyword(v):  # type: ignore[no-untyped-def]
    return min(v, 1.0, key=v)  # here


def one_of_min(v):  # type: ignore[no-untyped-def]
    return min(v)  # here


def two_of_exp(v):  # type: ignore[no-untyped-def]
    return math.exp(v, v)  # type: ignore[call-arg]  # here


def printed(v):  # type: ignore[no-untyped-def]
    return print(v)  # here


def inner_lambda(v):  # type: ignore[no-untyped-def]
    return (lambda x: x)(v)  # here


def comprehension(v):  # type: ignore[no-untyped-def]
    return sum(x for x in (v, v))  # here


def calls_bad(v):  # type: ignore[no-untyped-def]
    return power(v)


def half(v):  # type: ignore[no-untyped-def]
    return FACTOR * v


def both(v, w):  # type: ignore[no-untyped-def]
    return half(v), -w


def forwards(v, w):  # type: ignore[no-untyped-def]
    return both(v, w)


def unpacks_three(v):  # type: ignore[no-untyped-def]
    a, b, c = both(v, v)  # here
    return a + b + c


def adds_pairs(v):  # type: ignore[no-untyped-def]
    return 1.0 + both(v, v)  # here


def swaps(v, w):  # type: ignore[no-untyped-def]
    v, w = w, v  # here
    return v - w


def calls_wrongly(v):  # type: ignore[no-untyped-def]
    return half(v, v)  # here


def line_of(function: Callable[..., Any], mark: str = "# here") -> int:
    lines, first = inspect.getsourcelines(function)
    return first + next(k for k, line in enumerate(lines) if line.rstrip().endswith(mark))


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (loop, "only assignments and one final return"), (endless, "only assignments"),
        (branch, "only assignments"), (power, r"`\*\*` is not allowed"),
        (element, "outside the kernel grammar"), (listed, "outside the kernel grammar"),
        (paired, "a tuple may only be returned"), (of_array, "unknown name.*`TABLE`"),
        (unknown, "unknown name.*`undefined_name`"), (too_early, "unknown name.*`u`"),
        (attribute, "outside the kernel grammar.*`v.real`"), (of_numpy, "can be called"),
        (text, "outside the kernel grammar"), (member, "compare"), (identity, "compare"),
        (augmented, "only assignments"), (chained, "only assignments"),
        (walrus, "outside the kernel grammar"), (matrix_product, "operator is not allowed"),
        (no_return, "must end with a return"), (bare_return, "must return a value"),
        (default, "plain positional"), (several, "plain positional"), (keyword, "positional"),
        (one_of_min, "at least 2 arguments"), (two_of_exp, "takes 1 argument; got 2"),
        (printed, "can be called"), (inner_lambda, "can be called"),
        (comprehension, "can be called|outside the kernel grammar"),
        (calls_wrongly, "takes 1 argument; got 2"), (swaps, "results of a kernel can be unpacked"),
        (unpacks_three, "2 values, of which 3"), (adds_pairs, "2 values, of which 1"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_refusal_names_file_and_line(function: Callable[..., Any], says: str) -> None:
    with pytest.raises(KernelError, match=says) as caught:
        check(function)
    assert caught.value.filename == __file__
    assert caught.value.lineno == line_of(function)
    assert f"{__file__}:{line_of(function)}: " in str(caught.value)


def test_refusal_in_a_called_function_names_its_line() -> None:
    with pytest.raises(KernelError, match=r"\*\*") as caught:
        check(calls_bad)
    assert caught.value.lineno == line_of(power)


def test_lambda_is_refused() -> None:
    with pytest.raises(KernelError, match="def, not lambda") as caught:
        check(lambda v: v)
    assert caught.value.filename == __file__


def test_function_without_source_is_refused_with_the_remedy() -> None:
    scope: dict[str, Any] = {}
    exec("def made(v):\n    return v\n", scope)
    with pytest.raises(KernelError, match="define it in a file or a notebook cell"):
        check(scope["made"])


@pytest.mark.parametrize("thing", [math.exp, len, np.add])
def test_what_is_not_a_python_function_is_refused(thing: Any) -> None:
    with pytest.raises(KernelError, match="must be a Python function"):
        check(thing)


def test_a_model_is_checked_when_it_is_declared() -> None:
    with pytest.raises(KernelError, match=r"\*\*") as caught:

        @snn.model
        class Square(snn.Cell):
            v = snn.State(0.0)

            @staticmethod
            def step(v: float) -> float:
                return v**2

    source, first = inspect.getsourcelines(test_a_model_is_checked_when_it_is_declared)
    wanted = next(k for k, line in enumerate(source) if line.strip() == "return v**2")
    assert caught.value.lineno == first + wanted


def test_what_is_allowed() -> None:
    def everything(v, w):  # type: ignore[no-untyped-def]
        """Say what it does."""
        a, b = both(v, w)
        c = math.exp(a) if 0 < a <= 1 and not b > 2 else min(a, b, 1)
        d = (7 // 2) % 2 | 1
        return c, abs(d) + max(a, FACTOR)

    kernel = check(everything)
    assert kernel.name == "everything"
    assert kernel.arguments == ("v", "w")
    assert kernel.outputs == 2
    assert dict(kernel.constants) == {"FACTOR": 0.5}
    assert [callee.name for callee in kernel.callees] == ["both"]
    assert kernel(1.0, 2.0) == everything(1.0, 2.0)


def test_results_of_a_kernel_are_forwarded() -> None:
    assert check(forwards).outputs == 2


def test_every_built_in_model_is_inside_the_grammar() -> None:
    for cell in (snn.LIF, snn.AdaptiveLIF, snn.Izhikevich, snn.AdEx):
        assert {"step", "fires", "reset"} <= set(kernels_of(cell))
    for rule in (snn.PairSTDP, snn.SymmetricSTDP):
        assert len(kernels_of(rule)) >= 2
    assert set(kernels_of(snn.SynapticScaling)) == {"term", "apply"}
