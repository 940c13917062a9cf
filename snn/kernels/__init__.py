"""Model functions: their grammar, their checker and their translation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from snn.kernels.grammar import FUNCTIONS, Kernel, check
from snn.kernels.translate import numba_source

__all__ = ["FUNCTIONS", "Kernel", "check", "kernels_of", "numba_source"]


@cache
def kernels_of(cls: type) -> Mapping[str, Kernel]:
    """Return the checked kernels of a model class by name.

    A class lists in `kernel_names` which of its static functions are kernels.
    """
    found = {}
    for name in getattr(cls, "kernel_names", ()):
        function = getattr(cls, name, None)
        if function is not None:
            found[name] = check(function)
    return found
