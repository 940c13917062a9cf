"""Which cells of which populations a population, view, assembly or list of cells is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


def parts_of(cells: Any) -> list[tuple[Any, Index]]:
    """Return (population, indices) for each population that has some of the cells."""
    which, index, populations = located(cells)
    return [(p, index[which == k]) for k, p in enumerate(populations) if (which == k).any()]


def located(cells: Any) -> tuple[Index, Index, list[Any]]:
    """Return for each cell the ordinal of its population and its index there.

    The third result lists the populations.
    """
    if hasattr(cells, "root"):
        population, index = cells.root()
        return np.zeros(len(index), np.int64), index, [population]
    if hasattr(cells, "populations"):
        pieces = [p.root() for p in cells.populations]
        populations = list(dict.fromkeys(p for p, _ in pieces))
        ordinals = [np.full(len(i), populations.index(p)) for p, i in pieces]
        return _joined(ordinals), _joined([i for _, i in pieces]), populations
    listed = list(cells)
    populations = list(dict.fromkeys(cell.parent for cell in listed))
    which = np.array([populations.index(cell.parent) for cell in listed], np.int64)
    index = np.array([cell.parent.id_to_index(cell) for cell in listed], np.int64)
    return which, index, populations


def _joined(arrays: list[Index]) -> Index:
    return np.asarray(np.concatenate([*arrays, np.zeros(0, np.int64)]), dtype=np.int64)
