"""The one way in which kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile without the GIL; division by zero gives inf instead of a branch.

    No fastmath: without it no multiply-add is fused, and results equal CPython's.
    """
    return numba.njit(nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]
