"""Compile projections: connectivity, weights and delays on the grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledProjection, CompiledRule
from snn.connectors import Connectivity, Request
from snn.distributions import Distribution
from snn.fields import values_of
from snn.network import Network, Projection, index_of, population_of
from snn.random import generator, stream_key

BLOCK = 65536
"""Targets are addressed by 16 bits within blocks of so many neurons."""


def request_for(projection: Projection, seed: int) -> Request:
    """Return what the projection's connector is asked for."""
    pre, post = population_of(projection.pre), population_of(projection.post)
    i, j = index_of(projection.pre), index_of(projection.post)
    return Request(
        n_pre=len(i), n_post=len(j), same=pre is post and np.array_equal(i, j),
        key=stream_key(seed, projection.label, "connectivity"),
        pre_positions=None if pre.positions is None else pre.positions[i],
        post_positions=None if post.positions is None else post.positions[j],
        space=projection.network.space,
    )  # fmt: skip


def compile_projection(
    projection: Projection, index: int, order: dict[int, int], dt: float, seed: int, dtype: Any
) -> CompiledProjection:
    """Compile one projection; `order` maps populations to their index."""
    pre, post = population_of(projection.pre), population_of(projection.post)
    i, j = index_of(projection.pre), index_of(projection.post)
    head: dict[str, Any] = {
        "index": index, "label": projection.label,
        "pre": order[id(pre)], "post": order[id(post)],
        "receptor": list(post.model.receptors).index(projection.receptor),  # type: ignore[union-attr]
        "pre_start": int(i[0]) if len(i) else 0, "pre_size": len(i),
        "post_start": int(j[0]) if len(j) else 0, "post_size": len(j),
        "rules": tuple(CompiledRule(rule=r, values=_numbers(r)) for r in projection.synapse.rules),
    }  # fmt: skip
    if is_implicit(projection):
        return _implicit(projection, head, dt, seed, dtype)
    rows = projection.connector.connect(request_for(projection, seed))
    weight = _weights(projection, rows, seed)
    delay, moved = _delays(projection, rows, dt, seed)
    if _plastic(projection):
        weight = np.broadcast_to(weight, rows.targets.shape)
    placed = _placed(rows, i, j, pre.size, post.size, weight, delay)
    return CompiledProjection(**head, **placed(dtype), form="csr", moved=moved)


def is_implicit(projection: Projection) -> bool:
    """Say whether engines may use the connector's index-free form."""
    contiguous = _contiguous(index_of(projection.pre)) and _contiguous(index_of(projection.post))
    one_delay = np.ndim(projection.synapse.delay or 0.0) == 0 and not isinstance(
        projection.synapse.delay, Distribution
    )
    form = projection.connector.implicit
    known = form in ("all_to_all", "all_but_self", "one_to_one")
    if _plastic(projection) and form != "all_to_all":
        return False
    return known and contiguous and one_delay


def _plastic(projection: Projection) -> bool:
    return bool(projection.synapse.rules)


def _contiguous(index: NDArray[np.int64]) -> bool:
    return bool(len(index)) and bool((np.diff(index) == 1).all())


def _numbers(rule: Any) -> dict[str, float]:
    return {name: float(value) for name, value in values_of(rule).items()}


def _implicit(
    projection: Projection, head: dict[str, Any], dt: float, seed: int, dtype: Any
) -> CompiledProjection:
    n, m = head["pre_size"], head["post_size"]
    form = projection.connector.implicit
    shape = (n,) if form == "one_to_one" else (n, m)
    weight = projection.synapse.weight
    if isinstance(weight, Distribution):
        weight = weight.draw(generator(seed, projection.label, "weight"), int(np.prod(shape)))
    weight = np.asarray(weight, dtype=dtype)
    if weight.ndim == 2 and form == "one_to_one":
        weight = np.diagonal(weight)
    if _plastic(projection):
        weight = np.broadcast_to(weight.reshape(shape) if weight.ndim else weight, shape)
    weight = np.array(weight.reshape(-1) if weight.ndim else weight, dtype=dtype)
    delay = np.asarray(steps_of(projection.synapse.delay, dt), dtype=np.int64)
    empty = np.zeros(0, np.uint32)
    return CompiledProjection(
        **head, form=form, block=BLOCK, indptr=np.zeros((0, 0), np.int64), targets=empty,
        weight=weight, delay=delay,
    )  # fmt: skip


def steps_of(delay: Any, dt: float) -> Any:
    """Return explicit delays in steps; None is one step."""
    if delay is None:
        return 1
    return np.maximum(np.rint(np.asarray(delay, dtype=float) / dt), 1).astype(np.int64)


def _weights(projection: Projection, rows: Connectivity, seed: int) -> NDArray[np.float64]:
    if rows.weights is not None:
        return rows.weights
    weight = projection.synapse.weight
    if isinstance(weight, Distribution):
        return weight.draw(generator(seed, projection.label, "weight"), len(rows.targets))
    return _per_synapse(np.asarray(weight, dtype=float), rows)


def _per_synapse(values: NDArray[Any], rows: Connectivity) -> NDArray[Any]:
    """Bring a number, a list per pair or a matrix into row order."""
    if values.ndim == 2:
        sources = np.repeat(np.arange(len(rows.indptr) - 1), np.diff(rows.indptr))
        return np.asarray(values[sources, rows.targets])
    if values.ndim == 1 and rows.listed is not None:
        return np.asarray(values[rows.listed])
    return values


def _delays(
    projection: Projection, rows: Connectivity, dt: float, seed: int
) -> tuple[NDArray[np.int64], float]:
    """Return delays in steps and how far drawn ones were moved, in ms."""
    delay = projection.synapse.delay
    if rows.delays is not None:
        return np.asarray(steps_of(rows.delays, dt)), 0.0
    if isinstance(delay, Distribution):
        drawn = delay.draw(generator(seed, projection.label, "delay"), len(rows.targets))
        steps = np.asarray(steps_of(drawn, dt))
        return steps, float(np.abs(steps * dt - drawn).max(initial=0.0))
    return _per_synapse(np.asarray(steps_of(delay, dt)), rows), 0.0


def _placed(
    rows: Connectivity, i: NDArray[np.int64], j: NDArray[np.int64], n_pre: int, n_post: int,
    weight: NDArray[Any], delay: NDArray[Any],
) -> Any:  # fmt: skip
    """Move rows from view indices to population indices and split them into blocks."""
    counts = np.zeros(n_pre, np.int64)
    targets = j[rows.targets] if len(j) != n_post or (np.diff(j) != 1).any() else rows.targets
    reorder = None
    whole_pre = len(i) == n_pre and _contiguous(i)
    ascending = len(j) < 2 or bool((np.diff(j) > 0).all())
    if whole_pre and ascending and n_post <= BLOCK:
        indptr = rows.indptr
    else:
        sources = np.repeat(i, np.diff(rows.indptr))
        reorder = np.lexsort((targets, sources, np.asarray(targets) // BLOCK))
        blocks = -(-max(n_post, 1) // BLOCK)
        counts = np.bincount(
            sources + n_pre * (np.asarray(targets, np.int64) // BLOCK), minlength=n_pre * blocks
        )
        indptr = np.concatenate([[0], np.cumsum(counts)])
        targets = np.asarray(targets)[reorder]

    def made(dtype: Any) -> dict[str, Any]:
        blocks = -(-max(n_post, 1) // BLOCK)
        starts = indptr[: blocks * n_pre].reshape(blocks, n_pre)
        ends = indptr[n_pre :: n_pre][:blocks, None] if n_pre else np.zeros((blocks, 1))
        pointers = np.concatenate([starts, ends], axis=1)
        small = np.uint32 if len(targets) < 2**32 else np.int64
        return {
            "indptr": np.ascontiguousarray(pointers, dtype=small), "block": BLOCK,
            "targets": np.asarray(np.asarray(targets) % BLOCK, dtype=np.uint16),
            "weight": narrow(weight, reorder, dtype),
            "delay": narrow(delay, reorder, _delay_type(delay)),
        }  # fmt: skip

    return made


def narrow(values: NDArray[Any], reorder: NDArray[np.int64] | None, dtype: Any) -> NDArray[Any]:
    """Return one number where all are equal, else one per synapse, in `dtype`.

    A broadcast (strided 0) array is meant to be written: it is stored in full.
    """
    if values.ndim == 0:
        return np.array(values, dtype=dtype)
    full = values if reorder is None else values[reorder]
    writable = values.strides == (0,)
    if full.size and not writable and (full == full[0]).all():
        return np.array(full[0], dtype=dtype)
    return np.ascontiguousarray(full, dtype=dtype)


def _delay_type(delay: NDArray[Any]) -> Any:
    largest = int(delay.max()) if delay.size else 0
    return np.uint8 if largest < 256 else np.uint16 if largest < 65536 else np.int64


def index_populations(network: Network) -> dict[int, int]:
    """Return the index of each population by identity."""
    return {id(p): k for k, p in enumerate(network.populations)}
