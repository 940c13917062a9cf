"""Model functions: their grammar, their checker and their translation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from snn.fields import per_class
from snn.kernels.grammar import FUNCTIONS, Kernel, check
from snn.kernels.inline import Inliner, inlined, vectorised
from snn.kernels.translate import numba_source

__all__ = [
    "FUNCTIONS", "Inliner", "Kernel", "check", "inlined", "kernels_of", "numba_source",
    "vectorised",
]  # fmt: skip


@per_class
def kernels_of(cls: Any) -> Mapping[str, Kernel]:
    """Return the checked kernels of a model class by name.

    A class lists in `kernel_names` which of its static functions are kernels.
    """
    found = {}
    for name in getattr(cls, "kernel_names", ()):
        function = getattr(cls, name, None)
        if function is not None:
            found[name] = check(function)
    return found
