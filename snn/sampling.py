"""Weights over time: recorded projections, sampled while a network runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler.compiled import CompiledRecording

Array = NDArray[Any]
FAR = 1 << 40


class WeightSamples:
    """The weights of recorded projections, every so many steps.

    Parameters
    ----------
    recordings : sequence of CompiledRecording
        Those of weights that name a period are followed.
    read : callable
        Returns the weights of a projection (by index) now.
    """

    def __init__(
        self, recordings: Sequence[CompiledRecording], read: Callable[[int], Array]
    ) -> None:
        self.periods = [(r.projection, r.every) for r in recordings
                        if r.variable == "weights" and r.every]  # fmt: skip
        self.read = read
        self._taken: dict[int, list[tuple[int, Array]]] = {}

    def visit(self, step: int) -> int:
        """Sample what is due at this step; return the steps until more is due."""
        for projection, every in self.periods:
            taken = self._taken.setdefault(projection, [])
            if step % every == 0 and not (taken and taken[-1][0] == step):
                taken.append((step, self.read(projection)))
        return min((every - step % every for _, every in self.periods), default=FAR)

    def take(self) -> dict[int, tuple[Array, Array]]:
        """Return and forget (steps, weights (samples, synapses)) of each projection."""
        taken, self._taken = self._taken, {}
        return {
            projection: (np.array([step for step, _ in samples]),
                         np.array([weights for _, weights in samples]))
            for projection, samples in taken.items()
        }  # fmt: skip
