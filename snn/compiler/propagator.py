"""Exact propagators of linear systems, stable for equal and nearly equal time constants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Long = NDArray[np.longdouble]


def expm(matrix: NDArray[np.floating[Any]]) -> Long:
    """Return the exponential of square matrices, shape (..., k, k).

    Scaling and squaring with a Taylor series in extended precision: no eigenvalues, so
    nothing degenerates when time constants coincide.
    """
    a = np.asarray(matrix, dtype=np.longdouble)
    norm = float(np.abs(a).sum(axis=-1).max(initial=0.0))
    squarings = max(0, math.ceil(math.log2(norm)) + 4) if norm > 0 else 0
    scaled = a / np.longdouble(2) ** squarings
    term, rest = scaled.copy(), scaled.copy()
    for k in range(2, 20):
        term = term @ scaled / np.longdouble(k)
        rest = rest + term
    # While exp(A) is near 1, exp(A) - 1 is what is squared, (1+x)^2 - 1 = 2x + x^2, so that
    # the decay of slow states (1 - 1e-9) keeps its digits; later exp(A) itself, so that
    # fast decays (1e-9) keep theirs.
    near = min(squarings, 3)
    for _ in range(near):
        rest = 2 * rest + rest @ rest
    power = rest + np.eye(a.shape[-1], dtype=np.longdouble)
    for _ in range(squarings - near):
        power = power @ power
    return power
