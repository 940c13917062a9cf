"""Synapses of one projection, and how their weights went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from snn.errors import NotRecordedError
from snn.results.arrays import Array, freeze, frozen, require_below


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Synapses:
    """The synapses of a projection, sorted by source, then target.

    Parameters
    ----------
    pre, post : (nnz,) int64
        Index of source and target within the connected views.
    weight : (nnz,) float
        Magnitudes, in the receptor's unit. A number is one weight for all.
    delay : (nnz,) float64, ms
        Likewise.
    n_pre, n_post : int
        Sizes of the two views.
    unit : str
        Unit of the weights.

    Notes
    -----
    Sorted on construction; multapses keep the order in which they came.
    """

    pre: Array
    post: Array
    weight: Array
    delay: Array
    n_pre: int
    n_post: int
    unit: str = ""

    def __post_init__(self) -> None:
        pre, post = np.asarray(self.pre, np.int64), np.asarray(self.post, np.int64)
        if pre.ndim != 1 or pre.shape != post.shape:
            raise ValueError(f"pre and post need one equal length; got {pre.shape}, {post.shape}")
        require_below(pre, self.n_pre, "pre")
        require_below(post, self.n_post, "post")
        weight = np.broadcast_to(np.asarray(self.weight), pre.shape)
        delay = np.broadcast_to(np.asarray(self.delay, np.float64), pre.shape)
        ahead = np.diff(pre)
        if not ((ahead > 0) | ((ahead == 0) & (np.diff(post) >= 0))).all():
            order = np.lexsort((post, pre))
            pre, post, weight, delay = pre[order], post[order], weight[order], delay[order]
        freeze(self, pre=frozen(pre), post=frozen(post), weight=frozen(weight),
               delay=frozen(delay), n_pre=int(self.n_pre), n_post=int(self.n_post))  # fmt: skip

    def __len__(self) -> int:
        return len(self.pre)

    def __repr__(self) -> str:
        spread = (
            f", weight {self.weight.mean():.4g} +- {self.weight.std():.2g}" if len(self) else ""
        )
        return f"<{len(self):,} synapses, {self.n_pre:,} -> {self.n_post:,}{spread}>"

    def __array__(self, dtype: object = None, copy: bool | None = None) -> Array:
        return np.array(self.weight, dtype=dtype, copy=copy)  # type: ignore[call-overload,no-any-return]

    def matrix(self) -> Array:
        """Return the weights as (n_pre, n_post), NaN where there is no synapse.

        Weights of several synapses between one pair are added.
        """
        dense = np.zeros((self.n_pre, self.n_post))
        np.add.at(dense, (self.pre, self.post), self.weight)
        present = np.zeros(dense.shape, bool)
        present[self.pre, self.post] = True
        dense[~present] = np.nan
        return dense


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WeightTrace:
    """Weights of a projection sampled during the run.

    Parameters
    ----------
    times : (samples,) float64, ms
    values : (samples, nnz) float
        One column per synapse, in the order of `Synapses`.
    """

    times: Array
    values: Array

    def __post_init__(self) -> None:
        times, values = frozen(self.times, np.float64), frozen(self.values)
        if values.ndim != 2 or len(values) != len(times):
            raise ValueError(f"values need shape ({len(times)}, synapses); got {values.shape}")
        freeze(self, times=times, values=values)

    def __repr__(self) -> str:
        return f"<weights of {self.values.shape[1]:,} synapses at {len(self.times):,} times>"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProjectionResult:
    """Weights of one projection.

    Parameters
    ----------
    label : str
    final : Synapses, optional
        Synapses with their weights at the end of the run.
    sampled : WeightTrace, optional
        Weights during the run.
    """

    label: str
    final: Synapses | None = None
    sampled: WeightTrace | None = None

    def __post_init__(self) -> None:
        if self.final is None or self.sampled is None:
            return
        columns, synapses = self.sampled.values.shape[1], len(self.final)
        if columns != synapses:
            message = f"{columns} sampled weights of {synapses} synapses"
            raise ValueError(f"{self.label}: {message}")

    def __repr__(self) -> str:
        shown = [repr(part)[1:-1] for part in (self.final, self.sampled) if part is not None]
        return f"<{self.label!r}: {'; '.join(shown)}>"

    @property
    def synapses(self) -> Synapses:
        """Synapses with their weights at the end of the run."""
        if self.final is None:
            raise NotRecordedError(f"the final weights of {self.label!r} were not kept")
        return self.final

    @property
    def weights(self) -> Array:
        """Weights at the end of the run, (nnz,), sorted by source, then target."""
        return self.synapses.weight

    @cached_property
    def over_time(self) -> WeightTrace:
        """Weights during the run."""
        if self.sampled is None:
            message = f"weights of {self.label!r} were not sampled"
            raise NotRecordedError(f'{message}; add net.record(..., "weights", every=...)')
        return self.sampled
