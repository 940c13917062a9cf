"""Arrays that results hand out: converted once, read-only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]


def frozen(values: ArrayLike, dtype: DTypeLike | None = None) -> Array:
    """Return a read-only view of values; the caller's own array stays writable."""
    view = np.asarray(values, dtype=dtype).view()
    view.flags.writeable = False
    return view


def freeze(instance: object, **values: Any) -> None:
    """Set fields of a frozen dataclass while it is being made."""
    for name, value in values.items():
        object.__setattr__(instance, name, value)


def require_below(values: Array, size: int, name: str) -> None:
    """Require indices in [0, size)."""
    if len(values) and not (values.min() >= 0 and values.max() < size):
        message = f"{name} must be in [0, {size - 1}]; got {values.min()} to {values.max()}"
        raise ValueError(message)
