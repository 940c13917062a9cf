"""The board's fixed-point numbers: s16.15 in 32 bits, u0.32 factors.

The functions are written in the kernel grammar, so that engines compile them and the reference
runs them on plain Python integers. Products are exact in 64 bits and shifted down, which rounds
towards minus infinity; nothing saturates, sums and products wrap to 32 bits.

Source: ``stdfix-full-iso.h`` and ``neuron/decay.h`` of sPyNNaker's C code, and the executed
binaries (docs/spinnaker_numerics.md).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ONE = 1 << 15
"""1.0 as s16.15."""

LARGEST = (1 << 31) - 1
LARGEST_CELL = 0xFFFF
"""Ring buffer cells are 16 bits wide and saturate."""

_LOW = 0xFFFFFFFF
_SIGN = 0x80000000


def wrap(x: int) -> int:
    """Return the low 32 bits as a signed number."""
    return ((x & _LOW) ^ _SIGN) - _SIGN


def mul(a: int, b: int) -> int:
    """Multiply two s16.15 numbers, rounding down."""
    return wrap(a * b >> 15)


def scaled(x: int, factor: int) -> int:
    """Multiply by a u0.32 factor (kept as the 32-bit pattern), rounding down."""
    return wrap(x * (factor & _LOW) >> 32)


def divided(a: int, b: int) -> int:
    """Divide two s16.15 numbers, rounding down (``kdivk``)."""
    return wrap((a << 15) // b)


def accum(values: Any) -> NDArray[np.int64]:
    """Return the nearest s16.15 numbers, halves to even, as the host writes them.

    Source: ``DataType.S1615.encode_as_numpy_int_array`` of SpiNNFrontEndCommon 7.4.1.
    """
    return np.asarray(np.rint(np.asarray(values, float) * ONE), np.int64)


def fits(values: Any) -> bool:
    """Say whether numbers lie in the range of s16.15, [-65536, 65536)."""
    array = np.asarray(values, float)
    return bool((np.isfinite(array) & (array >= -65536) & (array * ONE <= LARGEST)).all())
