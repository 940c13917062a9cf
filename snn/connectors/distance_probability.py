"""Pairs connected with a probability that depends on their distance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from snn.connectors.connector import Connectivity, Connector, Request, refused
from snn.errors import Problem, ValidationError

Array = NDArray[np.float64]

PAIRS_AT_ONCE = 1 << 18
"""Distances held at a time; what is drawn does not depend on it."""


@dataclass(frozen=True, eq=False, repr=False)
class DistanceProbability(Connector):
    """Each pair is connected with a probability of its distance, independently.

    Both populations need positions; the network's `Space` is the metric.

    Parameters
    ----------
    probability : callable
        A function of an array of distances, in the unit of the positions, that returns
        probabilities of the same shape, for example
        ``lambda d: 0.3 * np.exp(-d / 100.0)``.
    max_distance : float
        Pairs further apart are never connected.
    self_connections : bool
        Whether a neuron may be connected to itself.
    """

    probability: Callable[[Array], Any]
    _: KW_ONLY
    max_distance: float = np.inf
    self_connections: bool = True
    spatial: ClassVar[bool] = True

    def problems(self, component: str, n_pre: int, n_post: int, same: bool) -> list[Problem]:
        if not self.max_distance >= 0:
            return refused(component, "DistanceProbability.max_distance must be in [0, inf]; "
                           f"got {self.max_distance!r}")  # fmt: skip
        fault = self._tried()
        remedy = "it gets an array of distances and returns one of the same shape"
        message = f"DistanceProbability.probability {fault}"
        return refused(component, message, remedy) if fault else []

    def _tried(self) -> str:
        """Try the function; say what is wrong with what it returns.

        Its values are checked at the distances that occur, when pairs are drawn.
        """
        tried = np.zeros(3)
        try:
            with np.errstate(all="ignore"):
                shape = np.shape(self.probability(tried))
            return "" if shape in ((), (3,)) else f"must return shape (3,) for it; got {shape}"
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            return f"raised {type(error).__name__}: {error}"

    def connect(self, request: Request) -> Connectivity:
        counts = np.zeros(request.n_pre, np.int64)
        parts = [np.zeros(0, np.uint32)]
        for rows, columns in self._drawn(request):
            counts += np.bincount(rows, minlength=request.n_pre)
            parts.append(columns.astype(np.uint32))
        indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return Connectivity(indptr=indptr, targets=np.concatenate(parts))

    def _drawn(self, request: Request) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Yield connected pairs, some rows at a time."""
        from snn.connectors.draws import uniforms

        own = request.own_targets(self.self_connections)
        key = np.uint64(request.key)
        several = max(1, PAIRS_AT_ONCE // max(request.n_post, 1))
        for first in range(0, request.n_pre, several):
            rows, columns, distance = self._near(request, own, first, several)
            drawn = uniforms(key, rows, columns) <= self._chance(distance, request.label)
            yield rows[drawn], columns[drawn]

    def _chance(self, distance: Array, label: str) -> Array:
        """Return probabilities. Raises ValidationError where they are not in [0, 1]."""
        values = np.broadcast_to(np.asarray(self.probability(distance), float), distance.shape)
        bad = ~((values >= 0) & (values <= 1))
        if not bad.any():
            return values
        at, came = distance[bad][0], values[bad][0]
        raise ValidationError(refused(label, "DistanceProbability.probability must be in [0, 1]; "
                                      f"got {came:g} at distance {at:g}"))  # fmt: skip

    def _near(
        self, request: Request, own: NDArray[np.int64], first: int, several: int
    ) -> tuple[NDArray[Any], NDArray[Any], Array]:
        """Return the pairs of a few rows that may be connected, with their distances."""
        here, there = request.pre_positions, request.post_positions
        if here is None or there is None:
            raise ValidationError(refused(request.label, "both populations need positions"))
        rows = np.arange(first, min(first + several, request.n_pre))
        distance = request.space.distance(here[rows][:, None, :], there[None, :, :])
        near = distance <= self.max_distance
        near &= own[rows][:, None] != np.arange(request.n_post)
        i, j = np.nonzero(near)
        return i + first, j, distance[near]
