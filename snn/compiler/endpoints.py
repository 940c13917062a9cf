"""Who is connected to whom, read back from the compiled form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledProjection

Index = NDArray[np.int64]


def endpoints(q: CompiledProjection) -> tuple[Index, Index]:
    """Return source and target of each synapse, in compiled order."""
    if q.form == "csr":
        return _csr(q)
    pre = np.arange(q.pre_start, q.pre_start + q.pre_size)
    post = np.arange(q.post_start, q.post_start + q.post_size)
    if q.form == "one_to_one":
        return pre, post
    if q.form == "convolution":
        sources, targets, _ = taps(q)
        return sources, targets
    rows = np.repeat(pre, q.post_size)
    columns = np.tile(post, q.pre_size)
    if q.form != "all_but_self":
        return rows, columns
    keep = rows - q.pre_start != columns - q.post_start
    return rows[keep], columns[keep]


def _csr(q: CompiledProjection) -> tuple[Index, Index]:
    edges: Index = q.indptr.astype(np.int64)
    counts = edges[:, 1:] - edges[:, :-1]
    blocks, n = counts.shape
    sources = np.repeat(np.tile(np.arange(n), blocks), counts.ravel())
    first = q.block * np.repeat(np.arange(blocks), counts.sum(axis=1)).astype(np.int64)
    return sources, np.asarray(first + q.targets[: len(first)], dtype=np.int64)


def taps(q: CompiledProjection) -> tuple[Index, Index, Index]:
    """Return source, target and entry of the kernel of each synapse of a convolution."""
    h, w, rows, columns, kh, kw, sy, sx, py, px = (int(n) for n in q.geometry[:10])
    r, c, u, v = np.meshgrid(*map(np.arange, (rows, columns, kh, kw)), indexing="ij")
    y, x = r * sy + u - py, c * sx + v - px
    entry = u * kw + v
    joined = (y >= 0) & (y < h) & (x >= 0) & (x < w) & (q.weight[entry] != 0)
    pre = q.pre_start + (y * w + x)[joined]
    post = q.post_start + (r * columns + c)[joined]
    order = np.lexsort((post, pre))
    return pre[order], post[order], entry[joined][order]
