"""Going on with a network that was changed: what of a snapshot still holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import SnnError

Array = NDArray[Any]

FRESH = ("at", "levels", "dirty", "injected", "spike")
"""Places in tables of input, which are found again from the step."""

FREE = ("rate", "stretch", "weight", "anchor", "mode", "counts", "lists", "fill", "awake")
"""What begins anew where its shape has changed; a learning rule's memory may not."""


def carried(old: Mapping[str, Array], own: Mapping[str, Array], step: int) -> dict[str, Array]:
    """Return the snapshot `own` of a new engine, with all that `old` says of it.

    What is new keeps its initial state.

    Raises
    ------
    SnnError
        A learning rule's memory has another layout than before.
    """
    found = dict(own)
    for name, value in own.items():
        kind = name.split()[0]
        if kind in FRESH or name not in old:
            continue
        if kind == "ring":
            found[name] = _turned(old[name], value, step)
        elif old[name].shape == value.shape:
            found[name] = old[name]
        elif kind not in FREE:
            raise SnnError("delays of a network that learns cannot be changed between runs")
    return found


def _turned(old: Array, own: Array, step: int) -> Array:
    """Return a ring of arrivals with another number of slots."""
    turned = np.zeros_like(own)
    for ahead in range(1, min(len(old), len(own)) + 1):
        turned[(step + ahead) % len(own)] = old[(step + ahead) % len(old)]
    return turned
