"""Compile projections: connectivity, weights and delays on the grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledProjection, CompiledRule
from snn.compiler.placement import BLOCK, is_contiguous, place
from snn.compiler.rule_parameters import of_neurons, of_synapses
from snn.compiler.topology import ends_of, with_room
from snn.connectors import INDEX_FREE, Connectivity, Convolution, Request
from snn.distributions import Distribution
from snn.homeostasis import Reduction
from snn.network import Network, Projection, index_of, population_of
from snn.plasticity import EventRule, TopologyRule
from snn.plasticity.rule import Rule, modulator_label
from snn.random import generator, stream_key


def request_for(projection: Projection, seed: int) -> Request:
    """Return what the projection's connector is asked for."""
    pre, post = population_of(projection.pre), population_of(projection.post)
    i, j = index_of(projection.pre), index_of(projection.post)
    shared = {"pre_index": i, "post_index": j} if pre is post else {}
    return Request(
        n_pre=len(i), n_post=len(j), same=pre is post and np.array_equal(i, j), **shared,
        key=stream_key(seed, projection.label, "connectivity"),
        pre_positions=None if pre.positions is None else pre.positions[i],
        post_positions=None if post.positions is None else post.positions[j],
        space=projection.network.space, label=projection.label,
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
        "rules": tuple(_rules(projection, dt, seed)), "axonal": axonal_steps(projection, dt),
    }  # fmt: skip
    if is_implicit(projection):
        return _implicit(projection, head, dt, seed, dtype)
    rows = projection.connector.connect(request_for(projection, seed))
    weight = _weights(projection, rows, seed)
    delay, moved = _delays(projection, rows, dt, seed)
    placed = place(rows, i, j, pre.size, post.size)
    head["rules"] = tuple(
        _with_synapses(
            projection, made, lambda x: placed.values(_per_synapse(x, rows), float, True)
        )
        for made in head["rules"]
    )
    made = CompiledProjection(
        **head, form="csr", block=BLOCK, indptr=placed.indptr, targets=placed.targets,
        weight=placed.values(weight, dtype, _plastic(projection)), moved=moved,
        delay=placed.values(delay - head["axonal"], _delay_type(delay), False),
    )  # fmt: skip
    return with_room(made, dt)


def _rules(projection: Projection, dt: float, seed: int) -> Iterator[CompiledRule]:
    labels = [p.label for p in projection.network.populations]
    for k, rule in enumerate(projection.synapse.rules):
        modulator = modulator_label(rule)
        yield CompiledRule(
            rule=rule, values=rule.numbers(),
            modulator=None if modulator is None else labels.index(modulator),
            key=stream_key(seed, projection.label, f"rule {k}"),
            above=rule_above(projection, rule),
            every=_every(rule, dt),
            ends=ends_of(projection) if isinstance(rule, TopologyRule) else None,
            arrays={name: value for name, _, value in of_neurons(projection, rule)},
            per={name: side for name, side, _ in of_neurons(projection, rule)},
        )  # fmt: skip


def _every(rule: Rule, dt: float) -> int:
    """Return the steps between two actions of a rule with a period; 0 for the others."""
    if isinstance(rule, TopologyRule):
        return round(float(rule.period) / dt)
    return rule.steps_between(dt) if isinstance(rule, Reduction) else 0


def _with_synapses(
    projection: Projection, made: CompiledRule, placed: Callable[[Any], NDArray[Any]]
) -> CompiledRule:
    """Add the parameters that each synapse has of its own, in compiled order."""
    own = {name: placed(x) for name, x in of_synapses(projection, made.rule).items()}
    per = dict.fromkeys(own, "synapse")
    return replace(made, arrays={**made.arrays, **own}, per={**made.per, **per}) if own else made


def axonal_steps(projection: Projection, dt: float) -> int:
    """Return the axonal part of the delay where event rules are to see it, in steps."""
    synapse = projection.synapse
    learns = any(isinstance(rule, EventRule) for rule in synapse.rules)
    return round(float(synapse.axonal_delay) / dt) if learns else 0


def rule_above(projection: Projection, rule: Rule) -> tuple[int, int] | None:
    """Return projection and position of the rule that a trial rule names as the one above."""
    wanted = getattr(rule, "above", None)
    label = getattr(wanted, "label", wanted)
    for index, other in enumerate(projection.network.projections):
        for k, candidate in enumerate(other.synapse.rules):
            if other.label == label and type(candidate) is type(rule):
                return index, k
    return None


def is_implicit(projection: Projection) -> bool:
    """Say whether engines may use the connector's index-free form."""
    views = index_of(projection.pre), index_of(projection.post)
    contiguous = all(len(view) and is_contiguous(view) for view in views)
    delay = projection.synapse.delay
    one_delay = delay is None or not (isinstance(delay, Distribution) or np.ndim(delay))
    form = projection.connector.implicit
    if _plastic(projection) and form != "all_to_all":
        return False
    if any(isinstance(rule, TopologyRule) for rule in projection.synapse.rules):
        return False
    weight = projection.synapse.weight
    if form == "all_but_self" and (isinstance(weight, Distribution) or np.ndim(weight)):
        return False
    return form in INDEX_FREE and contiguous and one_delay


def _plastic(projection: Projection) -> bool:
    return bool(projection.synapse.rules)


def _implicit(
    projection: Projection, head: dict[str, Any], dt: float, seed: int, dtype: Any
) -> CompiledProjection:
    if isinstance(projection.connector, Convolution):
        return _convolution(projection, projection.connector, head, dt, dtype)
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
    delay = np.asarray(steps_of(projection.synapse.delay, dt) - head["axonal"], dtype=np.int64)
    head["rules"] = tuple(_with_synapses(projection, made, np.ravel) for made in head["rules"])
    empty = np.zeros(0, np.uint32)
    return CompiledProjection(
        **head, form=form, block=BLOCK, indptr=np.zeros((0, 0), np.int64), targets=empty,
        weight=weight, delay=delay,
    )  # fmt: skip


def _convolution(
    projection: Projection, connector: Convolution, head: dict[str, Any], dt: float, dtype: Any
) -> CompiledProjection:
    delay = projection.synapse.delay if connector.delays is None else connector.delays
    steps = np.asarray(steps_of(delay, dt), dtype=np.int64)
    return CompiledProjection(
        **head, form="convolution", block=BLOCK, indptr=np.zeros((0, 0), np.int64),
        targets=np.zeros(0, np.uint32), weight=np.array(connector.weights, dtype).ravel(),
        delay=np.array(steps.ravel() if steps.ndim else steps),
        geometry=connector.geometry(),
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


def _delay_type(delay: NDArray[Any]) -> Any:
    largest = int(delay.max()) if delay.size else 0
    return np.uint8 if largest < 256 else np.uint16 if largest < 65536 else np.int64


def index_populations(network: Network) -> dict[int, int]:
    """Return the index of each population by identity."""
    return {id(p): k for k, p in enumerate(network.populations)}
