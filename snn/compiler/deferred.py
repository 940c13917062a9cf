"""Rules that act only when the row of a presynaptic spike is read (integer profiles)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.kernels import Kernel

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledDeferred:
    """A learning rule in whole numbers, with a short history of post spikes.

    At a presynaptic spike of tick t, for a synapse with delay d, the post spikes p with
    ``last - d < p <= t - d`` act in order (``on_post``), `last` being the tick of the
    presynaptic spike before (0 before the first); then, if any post spike p <= t - d is
    remembered, the latest acts with this spike (``on_pre``); the new weight is what the spike
    delivers. While this goes on the weight is ``stored << shift``; then it is
    ``(w >> shift) & 0xFFFF``.

    Parameters
    ----------
    kernels : dict
        ``pre_trace`` and ``post_trace`` return the traces after a spike of their own side,
        ``on_post`` and ``on_pre`` the weight. Arguments by name: ``w``, `pre` and `post` traces
        (after the last spike, in ``on_post`` those of the spike that acts), ``new_`` and a pre
        trace (after the present spike), `numbers`; ``last``, the tick of the side's last spike;
        ``since_pre``, ``since_post``, the ticks since the other spikes (``on_post``); the name
        of a table with ``_since`` (at the side's own last spike), ``_pre`` (ticks since the last
        pre spike) or ``_post`` (since the last post spike).
    tables : dict of int32 arrays
        Looked up by ticks; 0 beyond their end.
    history : int
        Post spikes that are remembered.
    """

    kernels: Mapping[str, Kernel]
    pre: tuple[str, ...]
    post: tuple[str, ...]
    tables: Mapping[str, Array]
    numbers: Mapping[str, int]
    shift: int
    history: int = 15

    def lookups(self, kernel: str, suffix: str) -> list[str]:
        """Return the tables that a kernel reads at the distance named by `suffix`."""
        names = self.kernels[kernel].arguments
        return [table for table in self.tables if f"{table}_{suffix}" in names]

    def packed(self) -> tuple[Array, Array]:
        """Return all tables in one array, and where each begins and the last one ends."""
        sizes = [0, *(len(t) for t in self.tables.values())]
        return (np.concatenate([*self.tables.values(), []]).astype(np.int32),
                np.cumsum(sizes).astype(np.int64))  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledModulated(CompiledDeferred):
    """A deferred rule whose pairs change an eligibility, and a neuromodulator the weight.

    Each synapse has an eligibility ``c``, kept in 16 bits as the weight is. Each spike of the
    modulator is an entry of the history beside the post spikes, with the post traces that
    ``reward_trace`` returns; one post trace, ``m``, is the neuromodulator. Between two events the
    kernel ``on_elapsed`` returns weight and eligibility from the neuromodulator after the first
    (at the last pre spike: ``level``) and the tables at the ticks in between (suffix ``_for``).
    ``on_post`` and ``on_pre`` return the eligibility, ``bounded`` the weight at last.

    Of entries p <= t - d, the one that acts as a post spike is not the one that was: the kind
    is read from the entry that stands f places later, f being the number of entries after t - d.

    Parameters
    ----------
    reward_first : bool
        Whether the modulator's spikes of a tick are in the history when the presynaptic spikes
        of that tick act. Post spikes of the tick always are.
    """

    reward_first: bool
