"""Connectors that make all their synapses at once, with the random numbers that PyNN draws."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import connectors, errors
from pyNN.random import RandomDistribution

Array = NDArray[Any]
Made = tuple[Array, Array, dict[str, Any]]
Pairs = tuple[Array, Array]

CHUNK = 1 << 22
"""Random numbers that are drawn at a time."""


def connect(connector: Any, projection: Any) -> Made | None:
    """Return sources, targets and values of all synapses; None to do it column by column."""
    if connector.location_selector is not None:
        return None
    if isinstance(connector, connectors.FromListConnector):
        return _listed(connector, projection)
    pairs = getattr(type(connector), "pairs", None) or _PAIRS.get(type(connector))
    if pairs is None or getattr(connector, "allow_self_connections", True) == "NoMutual":
        return None
    space = connector._parameters_from_synapse_type(projection)
    if not all(_simple(map_, projection.shape) for map_ in space._parameters.values()):
        return None
    pre, post = pairs(connector, projection)
    values = {name: _drawn(map_, pre, post) for name, map_ in space.items()}
    if connector.safe and len(pre):
        _check(projection, values)
    return pre, post, values


def _simple(values: Any, shape: tuple[int, int]) -> bool:
    """Say whether values can be had for listed pairs without visiting every pair."""
    if values.operations:
        return False
    base = values.base_value
    if isinstance(base, np.ndarray):
        return bool(base.shape == shape)
    return not callable(base) and (np.ndim(base) == 0 or isinstance(base, RandomDistribution))


def _drawn(values: Any, pre: Array, post: Array) -> Any:
    base = values.base_value
    if isinstance(base, np.ndarray):
        return np.asarray(base[pre, post], dtype=float)
    if isinstance(base, RandomDistribution):
        return np.asarray(base.next(len(pre)), dtype=float)
    return float(base)


def _check(projection: Any, values: dict[str, Any]) -> None:
    for name, check in projection.synapse_type.parameter_checks.items():
        if name in values:
            check(values[name], projection)


def _others(projection: Any, pre: Array, post: Array) -> NDArray[np.bool_]:
    """Say which pairs are of two different cells."""
    a, b = (np.array(side.all_cells, dtype=np.int64) for side in (projection.pre, projection.post))
    return np.asarray(a[pre] != b[post])


def _all_to_all(connector: Any, projection: Any) -> Pairs:
    n, m = projection.shape
    pre, post = np.tile(np.arange(n), m), np.repeat(np.arange(m), n)
    projection.dense = connector.allow_self_connections
    if connector.allow_self_connections:
        return pre, post
    keep = _others(projection, pre, post)
    return pre[keep], post[keep]


def _one_to_one(connector: Any, projection: Any) -> Pairs:
    index = np.arange(min(projection.shape))
    return index, index.copy()


def _fixed_probability(connector: Any, projection: Any) -> Pairs:
    n, m = projection.shape
    # PyNN draws a column of n numbers for each target in turn, from a copy: the generator
    # itself stays where it is, and a second projection draws the same numbers.
    rng = deepcopy(connector.rng)
    width = max(1, CHUNK // max(n, 1))
    found = []
    for first in range(0, m, width):
        count = min(width, m - first)
        drawn = rng.next(n * count, "uniform", {"low": 0, "high": 1})
        found.append(np.flatnonzero(drawn < connector.p_connect) + first * n)
    flat = np.concatenate([*found, np.zeros(0, np.int64)])
    pre, post = flat % max(n, 1), flat // max(n, 1)
    if connector.allow_self_connections:
        return pre, post
    keep = _others(projection, pre, post)
    return pre[keep], post[keep]


def _array(connector: Any, projection: Any) -> Pairs:
    mask = np.broadcast_to(np.asarray(connector.array, dtype=bool), projection.shape)
    post, pre = np.nonzero(mask.T)
    return pre, post


def _fixed_total(connector: Any, projection: Any) -> Pairs:
    n, m = projection.shape
    count = connector.n if isinstance(connector.n, int) else int(connector.n.next())
    pre = connector.rng.next(count, "uniform_int", {"low": 0, "high": n}, mask=None)
    post = connector.rng.next(count, "uniform_int", {"low": 0, "high": m}, mask=None)
    if not connector.allow_self_connections:
        again = np.flatnonzero(~_others(projection, pre, post))
        while len(again):
            pre[again] = connector.rng.next(len(again), "uniform_int", {"low": 0, "high": n})
            again = again[~_others(projection, pre[again], post[again])]
    order = np.argsort(post, kind="stable")
    return pre[order].astype(np.int64), post[order].astype(np.int64)


_PAIRS: dict[type, Callable[[Any, Any], Pairs]] = {
    connectors.AllToAllConnector: _all_to_all,
    connectors.OneToOneConnector: _one_to_one,
    connectors.FixedProbabilityConnector: _fixed_probability,
    connectors.ArrayConnector: _array,
    connectors.FixedTotalNumberConnector: _fixed_total,
}


def _listed(connector: Any, projection: Any) -> Made | None:
    """Return the synapses of a list, or of a file that holds one."""
    if isinstance(connector, connectors.FromFileConnector):
        _read(connector)
    known = projection.synapse_type.get_parameter_names()
    for name in connector.column_names:
        if name not in known:
            kind = type(projection.synapse_type).__name__
            raise ValueError(f"{name} is not a valid parameter for {kind}")
    rows = np.asarray(connector.conn_list, dtype=float).reshape(-1, len(connector.column_names) + 2)
    rows = rows[np.argsort(rows[:, 1], kind="stable")]
    pre, post = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    for side, index, size in zip(("source", "target"), (pre, post), projection.shape):
        if index.size and (index.max() >= size or index.min() < 0):
            raise errors.ConnectionError(f"{side} index out of range")
    space = connector._parameters_from_synapse_type(projection)
    values = {name: _of_pairs(map_, pre, post) for name, map_ in space.items()}
    values |= {n: rows[:, k].copy() for k, n in enumerate(connector.column_names, 2)}
    return pre, post, values


def _read(connector: Any) -> None:
    names = list(connector.file.get_metadata().get("columns", ("weight", "delay")))
    connector.column_names = [name for name in names if name not in "ij"]
    connector.conn_list = connector.file.read()


def _of_pairs(values: Any, pre: Array, post: Array) -> Any:
    if values.is_homogeneous:
        return float(values.evaluate(simplify=True))
    if _simple(values, values.shape):
        return _drawn(values, pre, post)
    return np.asarray(values.evaluate(simplify=False), dtype=float)[pre, post]
