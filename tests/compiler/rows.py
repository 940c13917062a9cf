"""Projections as lists of synapses, for the tests to compare."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.compiler import Compiled, CompiledProjection
from snn.connectors import Connectivity, Connector, Request


def request(n_pre: int, n_post: int, key: int = 1, shared: bool = False, **more: Any) -> Request:
    """Return a request between two populations, or (`shared`) within one."""
    if shared:
        more |= {"pre_index": np.arange(n_pre), "post_index": np.arange(n_post)}
    return Request(n_pre=n_pre, n_post=n_post, same=shared and n_pre == n_post, key=key, **more)


def pairs(rows: Connectivity) -> NDArray[np.int64]:
    """Return (source, target) of every synapse, shape (nnz, 2)."""
    sources = np.repeat(np.arange(len(rows.indptr) - 1), np.diff(rows.indptr))
    return np.stack([sources, rows.targets.astype(np.int64)], axis=1)


def assert_valid(rows: Connectivity, n_pre: int, n_post: int) -> None:
    """Require compressed rows whose targets ascend."""
    assert rows.indptr.shape == (n_pre + 1,)
    assert rows.indptr[0] == 0
    assert rows.indptr[-1] == len(rows.targets)
    assert (np.diff(rows.indptr) >= 0).all()
    found = pairs(rows)
    assert (found[:, 1] < n_post).all()
    assert (np.diff(found[:, 0] * n_post + found[:, 1]) >= 0).all()


def matrix(rows: Connectivity, n_post: int) -> NDArray[np.int64]:
    """Return how many synapses each pair has."""
    made = np.zeros((len(rows.indptr) - 1, n_post), np.int64)
    np.add.at(made, tuple(pairs(rows).T), 1)
    return made


def synapses(projection: CompiledProjection) -> list[tuple[int, int, float, int]]:
    """Return (source, target, weight, delay) of every synapse of a CSR, by population index."""
    assert projection.form == "csr"
    count = len(projection.targets)
    weight = np.broadcast_to(projection.weight, count)
    delay = np.broadcast_to(projection.delay, count)
    made = []
    for block, starts in enumerate(projection.indptr):
        for source in range(len(starts) - 1):
            for s in range(starts[source], starts[source + 1]):
                target = int(projection.targets[s]) + block * projection.block
                made.append((source, target, float(weight[s]), int(delay[s])))
    return made


def compiled(
    connector: Connector, n_pre: int, n_post: int, *, seed: int = 0, pre: Any = slice(None),
    post: Any = slice(None), receptor: str = "excitatory", dt: float = 0.1, **synapse: Any,
) -> Compiled:  # fmt: skip
    """Compile one projection "syn" between (views of) two populations."""
    net = snn.Network(dt=dt)
    a = net.population(n_pre, snn.LIF(), label="a")
    b = net.population(n_post, snn.LIF(), label="b")
    net.connect(a[pre], b[post], connector, snn.Synapse(**synapse), receptor=receptor, label="syn")
    return snn.compile_network(net, seed=seed, precision="float64")
