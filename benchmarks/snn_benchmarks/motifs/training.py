"""Logistic regression of motif events on the recent past of a raster."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.errors import BackendUnavailableError
from snn_models import MotifDetector, SpikingMotifs

Array = NDArray[Any]

HELD, TEST = 50_000, 100_000
"""Numbers of the first raster that sets a threshold, and of the first tested one."""

RANDOM, HARD = 1500, 400
"""Steps without event that a motif learns from: drawn, and those most like an event."""

PENALTY = 0.3
"""Inverse strength of the L1 penalty, which leaves few synapses; of 1, 0.3 and 0.1 it was best, or
as good with fewer synapses, on rasters that are neither learned from nor tested."""

BLOCK = 64
"""Motifs that are looked at together."""


@dataclass(frozen=True)
class Rasters:
    """Rasters one after the other, with a pause of one motif between them.

    Parameters
    ----------
    events, spikes : (k, 2) int arrays
        (motif, step) and (input, step).
    steps : int
    """

    events: Array
    spikes: Array
    steps: int


@dataclass(frozen=True)
class Split:
    """Rasters to learn from, to set thresholds on, and to test on; none is in two.

    Parameters
    ----------
    seen, held, test : Rasters
    """

    seen: Rasters
    held: Rasters
    test: Rasters


def learning(module: str, package: str = "sklearn") -> Any:
    """Import a module of scikit-learn or scipy.

    Raises
    ------
    BackendUnavailableError
        It is not installed.
    """
    try:
        return import_module(f"{package}.{module}")
    except ImportError as error:
        raise BackendUnavailableError(
            f"snn bench motifs needs {package}: pip install 'snn-spinnaker[bench]'"
        ) from error


def rasters(world: SpikingMotifs, kernels: Array, first: int, count: int) -> Rasters:
    """Return rasters `first` to `first + count - 1` one after the other."""
    period = world.steps + world.depth
    events, spikes = [], []
    for k in range(count):
        made = world.raster(kernels, first + k)
        for kept, new in zip((events, spikes), made, strict=True):
            kept.append(new + [0, k * period])
    return Rasters(np.concatenate(events), np.concatenate(spikes), count * period)


def split(world: SpikingMotifs, kernels: Array, counts: tuple[int, int, int]) -> Split:
    """Return as many rasters to learn from, to set thresholds on, and to test on."""
    firsts = zip((0, HELD, TEST), counts, strict=True)
    return Split(*(rasters(world, kernels, first, count) for first, count in firsts))


def features(seen: Rasters, inputs: int, depth: int) -> Any:
    """Return the past of each step as a sparse row: input x depth + steps since the beginning."""
    neuron, at = seen.spikes.T
    lag = np.arange(depth)
    row, column = (at[:, None] - lag).ravel(), (neuron[:, None] * depth + lag).ravel()
    inside = row >= 0
    ones = np.ones(int(inside.sum()), np.float32)
    shape = (seen.steps, inputs * depth)
    return learning("sparse", "scipy").csr_matrix((ones, (row[inside], column[inside])), shape)


def trained(world: SpikingMotifs, seen: Rasters, held: Rasters, seed: int = 0) -> MotifDetector:
    """Return a detector learned by logistic regression, one motif at a time.

    Each motif is fitted to its events and to some steps without (drawn ones, weighted for
    those left out), then again with the steps that it took for events; so it never sees the
    whole of a large matrix. The threshold is set on the rasters `held` back.
    """
    x = features(seen, world.inputs, world.depth)
    rng = np.random.default_rng(seed)
    drawn = rng.choice(seen.steps, min(RANDOM, seen.steps), replace=False)
    weight = np.zeros((world.motifs, x.shape[1]), np.float32)
    bias = np.zeros(world.motifs, np.float32)
    for first in range(0, world.motifs, BLOCK):
        own = slice(first, min(first + BLOCK, world.motifs))
        labels = _labels(seen, own)
        hard = _hard(_evidence(x, *_fitted(x, labels, drawn, None)), labels)
        weight[own], bias[own] = _fitted(x, labels, drawn, hard)
    return detector(world, weight, bias, held)


def known(world: SpikingMotifs, kernels: Array, held: Rasters) -> MotifDetector:
    """Return the detector whose weights are the true kernels, one threshold for all."""
    return detector(world, kernels.reshape(world.motifs, -1), np.zeros(world.motifs), held)


def detector(world: SpikingMotifs, weight: Array, bias: Array, held: Rasters) -> MotifDetector:
    """Return a detector that fires as often as there are events in the rasters `held` back."""
    evidence = _evidence(features(held, world.inputs, world.depth), weight, bias).ravel()
    shape = (world.motifs, world.inputs, world.depth)
    level = _level(evidence, len(held.events))
    return MotifDetector(weights=weight.reshape(shape), thresholds=level - bias)


def _level(evidence: Array, count: int) -> float:
    """Return a level between two of the values, which as near as can be `count` exceed.

    Between, because the layer adds in another order than we and a sum at its threshold might
    be lost.
    """
    nth = np.partition(evidence, -count)[-count]
    over, under = evidence[evidence > nth], evidence[evidence < nth]
    tied = len(evidence) - len(under)
    if len(under) and tied - count <= count - len(over):
        return float(nth + under.max()) / 2
    return float(nth + over.min()) / 2 if len(over) else float(nth)


def _evidence(x: Any, weight: Array, bias: Array) -> Array:
    return np.asarray(x @ weight.T + bias)


def _labels(seen: Rasters, own: slice) -> Array:
    """Return where the motifs `own` have events, (steps, motifs)."""
    labels = np.zeros((seen.steps, own.stop - own.start), bool)
    events = seen.events[(seen.events[:, 0] >= own.start) & (seen.events[:, 0] < own.stop)]
    labels[events[:, 1], events[:, 0] - own.start] = True
    return labels


def _fitted(x: Any, labels: Array, drawn: Array, hard: Array | None) -> tuple[Array, Array]:
    fit = learning("linear_model").LogisticRegression
    weight = np.zeros((labels.shape[1], x.shape[1]), np.float32)
    bias = np.zeros(labels.shape[1], np.float32)
    for motif in range(labels.shape[1]):
        rows, shares = _sample(labels[:, motif], drawn, None if hard is None else hard[motif])
        model = fit(C=PENALTY, solver="liblinear", intercept_scaling=10.0, random_state=0, **_l1())
        model.fit(x[rows], labels[rows, motif], sample_weight=shares)
        weight[motif], bias[motif] = model.coef_[0], model.intercept_[0]
    return weight, bias


def _l1() -> dict[str, Any]:
    """Return how this version of scikit-learn is asked for an L1 penalty."""
    version = tuple(map(int, import_module("sklearn").__version__.split(".")[:2]))
    return {"l1_ratio": 1.0} if version >= (1, 8) else {"penalty": "l1"}


def _sample(own: Array, drawn: Array, hard: Array | None) -> tuple[Array, Array]:
    """Return the rows a motif learns from; drawn ones stand for all without event."""
    events = np.flatnonzero(own)
    hard = np.zeros(0, int) if hard is None else hard
    rest = np.setdiff1d(drawn[~own[drawn]], hard)
    stand_for = (len(own) - len(events) - len(hard)) / max(len(rest), 1)
    shares = [np.ones(len(events) + len(hard)), np.full(len(rest), stand_for)]
    return np.concatenate([events, hard, rest]), np.concatenate(shares)


def _hard(evidence: Array, labels: Array) -> Array:
    """Return for each motif the steps without event that look most like one."""
    evidence = np.where(labels, -np.inf, evidence)
    count = min(HARD, len(evidence) - 1)
    return np.argpartition(-evidence, count, axis=0)[:count].T


def score(found: Array, events: Array) -> tuple[float, float]:
    """Return the shares of events detected in the right step, and of detections without event."""
    wanted = {(int(m), int(t)) for m, t in events}
    got = {(int(m), int(t)) for m, t in found}
    hits = len(wanted & got)
    return hits / max(len(wanted), 1), 1.0 - hits / max(len(got), 1)
