"""Positions of neurons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Space:
    """A metric on positions; periodic along an axis where `period` is not infinite.

    Parameters
    ----------
    period : tuple of float
        Length of each axis after which it repeats; `inf` for none.
    """

    period: tuple[float, ...] = (np.inf, np.inf, np.inf)

    def distance(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Euclidean distances between positions, broadcast over leading axes."""
        gap = np.abs(a - b)
        period = np.array(self.period[: gap.shape[-1]])
        wrapped = np.where(np.isfinite(period), np.minimum(gap, np.abs(period - gap)), gap)
        return np.asarray(np.sqrt((wrapped**2).sum(axis=-1)))


def line(size: int, spacing: float = 1.0) -> NDArray[np.float64]:
    """Return `size` positions on a line, shape (size, 1)."""
    return spacing * np.arange(size, dtype=float)[:, None]


def grid(*shape: int, spacing: float = 1.0) -> NDArray[np.float64]:
    """Return positions of a grid in C order, shape (prod(shape), len(shape))."""
    axes = np.meshgrid(*(np.arange(s, dtype=float) for s in shape), indexing="ij")
    return np.asarray(spacing * np.stack([a.ravel() for a in axes], axis=-1))
