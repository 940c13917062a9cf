"""What was recorded since it was last taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.compiler import CompiledRecording
from snn.engine import Recorded

Array = NDArray[Any]


class Recorder:
    """Spikes and samples of a network.

    Parameters
    ----------
    recordings : sequence of CompiledRecording
    sample : function
        Returns the present values of a recording.
    """

    def __init__(
        self,
        recordings: Sequence[CompiledRecording],
        sample: Callable[[CompiledRecording], Array],
    ) -> None:
        self.recordings, self.sample = recordings, sample
        self.members: dict[int, set[int]] = {}
        for made in recordings:
            if made.variable == "spikes":
                self.members.setdefault(made.population, set()).update(map(int, made.index))
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.spikes: dict[int, list[tuple[int, int]]] = {k: [] for k in self.members}
        self.samples: dict[int, list[tuple[int, Array]]] = {
            k: [] for k, made in enumerate(self.recordings)
            if made.variable != "spikes" and made.every > 0
        }  # fmt: skip

    def record(self, step: int, spikes: Sequence[Sequence[int]]) -> None:
        """Record a step: its spikes, and the states at its end."""
        for population, members in self.members.items():
            fired = [(step, neuron) for neuron in spikes[population] if neuron in members]
            self.spikes[population] += fired
        for position, kept in self.samples.items():
            made = self.recordings[position]
            if step % made.every == 0:
                kept.append((step, self.sample(made)))

    def take(self) -> Recorded:
        """Return and forget what was recorded."""
        taken = Recorded()
        for population, spikes in self.spikes.items():
            pairs = np.array(spikes, dtype=np.int64).reshape(-1, 2)
            taken.spikes[population] = (pairs[:, 0].copy(), pairs[:, 1].astype(np.int32))
        for position, kept in self.samples.items():
            steps = np.array([step for step, _ in kept], dtype=np.int64)
            empty = self.sample(self.recordings[position])[None][:0]
            taken.samples[position] = (steps, np.array([row for _, row in kept]) if kept else empty)
        self.clear()
        return taken
