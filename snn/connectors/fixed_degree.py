"""A fixed number of synapses per target or per source."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.connectors.connector import Connector, Request, refused
from snn.errors import Problem


@dataclass(frozen=True, eq=False, repr=False)
class FixedDegree(Connector):
    """Each neuron of one side draws `k` partners of the other, uniformly.

    Parameters
    ----------
    k : int or array_like of int
        Number of synapses of each neuron, or one per neuron.
    multapses : bool
        Whether a pair may be drawn several times.
    self_connections : bool
        Whether a neuron may be connected to itself.
    """

    k: ArrayLike
    _: KW_ONLY
    multapses: bool = False
    self_connections: bool = True
    drawn: ClassVar[str] = ""

    def _problems(self, component: str, drawing: int, drawn: int, same: bool) -> list[Problem]:
        counts = _whole(self.k)
        name = f"{type(self).__name__}.k"
        if counts is None or counts.shape not in ((), (drawing,)):
            return refused(component, f"{name} must be a whole number or {drawing} of them; "
                           f"got {self.k!r}")  # fmt: skip
        room = drawn - (same and not self.self_connections)
        high = 2**31 - 1 if self.multapses and room else room
        bad = counts[(counts < 0) | (counts > high)]
        if not bad.size:
            return []
        remedy = "" if self.multapses else "pass multapses=True, or draw fewer"
        return refused(component, f"{name} must be in [0, {high}], the number of {self.drawn}; "
                       f"got {bad.flat[0]}", remedy)  # fmt: skip

    def _choices(
        self, request: Request, tag: str, drawing: int, drawn: int, own: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return how many partners each line has, and the partners of line after line."""
        from snn.connectors import draws

        counts = np.array(np.broadcast_to(np.asarray(self.k, dtype=np.int64), drawing))
        chosen = np.empty(counts.sum(), np.uint32)
        key = np.uint64(request.key)
        draws.choices(key, getattr(draws, tag), counts, own, drawn, self.multapses, chosen)
        return counts, chosen


def _whole(value: Any) -> NDArray[np.int64] | None:
    """Return whole numbers as an array, None for anything else."""
    array = np.asarray(value)
    return array.astype(np.int64) if array.dtype.kind in "iu" else None
