"""What was recorded, kept per population and handed out as PyNN does."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import recording

Array = NDArray[Any]


class Recorder(recording.Recorder):
    """Keeps spikes and samples of one population; PyNN's base class makes Neo objects."""

    def __init__(self, population: Any, file: Any = None) -> None:
        from snn.pynn import simulator

        self._simulator = simulator
        super().__init__(population, file)
        self.forget()

    def forget(self) -> None:
        """Drop all data."""
        self.spikes: list[tuple[Array, Array]] = []
        self.samples: dict[str, list[tuple[Array, Array, Array]]] = defaultdict(list)

    def wanted(self) -> dict[str, Array]:
        """Return the indices to record, by variable."""
        return {v.name: self._index(ids) for v, ids in self.recorded.items() if ids}

    def _index(self, ids: Any) -> Array:
        return np.sort(self.population.id_to_index(np.array(sorted(ids), dtype=int)))

    @property
    def every(self) -> float:
        """Sampling interval, in ms."""
        return float(self.sampling_interval)

    def add_spikes(self, times: Array, neurons: Array) -> None:
        """Take spikes, sorted by time."""
        if len(times):
            self.spikes.append((times, neurons))

    def add_samples(self, variable: str, index: Array, steps: Array, values: Array) -> None:
        """Take samples, one column per index."""
        if len(steps):
            self.samples[variable].append((steps, index, values))

    def record(
        self, variables: Any, ids: Any, sampling_interval: Any = None, locations: Any = None
    ) -> None:
        """Record variables of cells; in SpiNNaker's dialect ``"all"`` are all there are."""
        if variables == "all" and self._simulator.state.settings.dialect == "spinnaker":
            known = self.population.celltype.variables
            variables = ["spikes", *(name for name in known if not name.startswith("isyn"))]
        super().record(variables, ids, sampling_interval, locations)

    def _record(self, variable: Any, new_ids: Any, sampling_interval: Any = None) -> None:
        if sampling_interval is not None:
            self.sampling_interval = sampling_interval
        if new_ids:
            self._simulator.state.session.stale = True

    def _reset(self) -> None:
        self._simulator.state.session.stale = True

    def _clear_simulator(self) -> None:
        """Drop the data; samples of this very moment begin the next piece."""
        now = self._simulator.state.session.step
        kept = {name: pieces[-1:] for name, pieces in self.samples.items()}
        self.forget()
        for name, pieces in kept.items():
            for steps, index, values in pieces:
                last = steps == now
                self.add_samples(name, index, steps[last], values[last])

    def all_spikes(self) -> tuple[Array, Array]:
        """Return all spikes of this segment: times in ms, and neurons."""
        times = [np.zeros(0), *(t for t, _ in self.spikes)]
        neurons = [np.zeros(0, np.int64), *(n for _, n in self.spikes)]
        return np.concatenate(times), np.concatenate(neurons)

    def _get_spiketimes(self, ids: Any, clear: bool = False) -> tuple[Array, Array]:
        times, neurons = self.all_spikes()
        cells = neurons + int(self.population.first_id)
        keep = np.isin(cells, np.array(sorted(ids), dtype=int))
        return cells[keep], times[keep]

    def all_samples(self, variable: str, index: Array) -> tuple[Array, Array]:
        """Return all samples of this segment, their steps and one column per index."""
        pieces = self.samples[variable]
        steps = [np.zeros(0, np.int64), *(piece[0] for piece in pieces)]
        values = [np.zeros((0, len(index))), *(_columns(index, *piece[1:]) for piece in pieces)]
        return np.concatenate(steps), np.concatenate(values)

    def _get_all_signals(self, variable: Any, ids: Any, clear: bool = False) -> tuple[Array, None]:
        index = self._index(ids) if len(ids) else np.zeros(0, np.int64)
        return self.all_samples(variable.name, index)[1], None

    def _local_count(self, variable: Any, filter_ids: Any = None) -> dict[int, int]:
        ids = sorted(self.filter_recorded(variable, filter_ids))
        _, neurons = self.all_spikes()
        counts = np.bincount(neurons, minlength=self.population.size)
        first = int(self.population.first_id)
        return {int(i): int(counts[int(i) - first]) for i in ids}


def _columns(index: Array, recorded: Array, values: Array) -> Array:
    """Return the columns of the wanted cells; NaN for those not recorded at the time."""
    if np.array_equal(index, recorded):
        return values
    found = np.full((len(values), len(index)), np.nan)
    there = np.isin(index, recorded)
    found[:, there] = values[:, np.searchsorted(recorded, index[there])]
    return found
