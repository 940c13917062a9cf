"""The threads of NEST, which another library in the process may have changed.

NEST shows its OpenMP library to all that is loaded after it. What starts OpenMP threads of
its own there (a parallel loop of numba, say) sets the number of threads of NEST's, and
NEST, whose arrays are as long as the number it was told, reads past their ends.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def restore_threads() -> None:
    """Set NEST's OpenMP to the number of threads that NEST works with, if NEST is loaded."""
    nest = sys.modules.get("nest")
    if nest is not None and (setter := _setter(nest)) is not None:
        setter(int(nest.local_num_threads))


@cache
def _setter(nest: Any) -> Any:
    """Return what sets the number of threads; None where NEST was built without OpenMP."""
    library = ctypes.CDLL(nest.ll_api.nestkernel.__file__)
    return getattr(library, "omp_set_num_threads", None)
