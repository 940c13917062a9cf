"""Functions about positions that scripts for SpiNNaker expect beside the simulator's own."""

from __future__ import annotations

from typing import Any

import numpy as np


def distance(source: Any, target: Any) -> float:
    """Return the Euclidean distance between two cells."""
    gap = np.asarray(source.position, dtype=float) - np.asarray(target.position, dtype=float)
    return float(np.sqrt((gap**2).sum()))
