"""Neo data as rows of numbers: what scripts import from ``spynnaker.pyNN.utilities``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]


def convert_analog_signal(signal: Any, time_unit: Any = "ms") -> Rows:
    """Return rows (cell, time, value), cell by cell."""
    cells = np.asarray(signal.array_annotations["channel_index"], dtype=float)
    times = np.asarray(signal.times.rescale(time_unit).magnitude)
    values = np.asarray(signal.magnitude)
    return np.column_stack(
        [np.repeat(cells, len(times)), np.tile(times, len(cells)), values.T.ravel()]
    )


def convert_spiketrains(trains: Iterable[Any]) -> Rows:
    """Return rows (cell, time), cell by cell."""
    rows = [(t.annotations["source_index"], time) for t in trains for time in t.magnitude]
    return np.array(rows, dtype=float).reshape(-1, 2)


def convert_spikes(data: Any, run: int = 0) -> Rows:
    """Return rows (cell, time) of a segment."""
    return convert_spiketrains(_segment(data, run).spiketrains)


def convert_data(data: Any, name: str, run: int = 0) -> Rows:
    """Return the rows of a recorded variable in a segment."""
    segment = _segment(data, run)
    if name == "spikes":
        return convert_spikes(data, run)
    found = segment.filter(name=name)
    if not found:
        raise ValueError(f"{name!r} was not recorded in segment {run}; name one variable")
    return convert_analog_signal(found[0])


def convert_data_list(data: Any, name: str, runs: Sequence[int] | None = None) -> list[Rows]:
    """Return the rows of a variable in several segments, all by default."""
    return [convert_data(data, name, k) for k in runs or range(len(data.segments))]


def convert_v_list(data: Any, runs: Sequence[int] | None = None) -> list[Rows]:
    """Return the membrane potentials of several segments."""
    return convert_data_list(data, "v", runs)


def convert_gsyn_exc_list(data: Any, runs: Sequence[int] | None = None) -> list[Rows]:
    """Return the excitatory input of several segments."""
    return convert_data_list(data, "gsyn_exc", runs)


def convert_gsyn_inh_list(data: Any, runs: Sequence[int] | None = None) -> list[Rows]:
    """Return the inhibitory input of several segments."""
    return convert_data_list(data, "gsyn_inh", runs)


def convert_gsyn(gsyn_exc: Any, gsyn_inh: Any) -> Rows:
    """Return rows (cell, time, excitatory, inhibitory)."""
    exc, inh = convert_data(gsyn_exc, "gsyn_exc"), convert_data(gsyn_inh, "gsyn_inh")
    if not np.array_equal(exc[:, :2], inh[:, :2]):
        raise ValueError("gsyn_exc and gsyn_inh must be of the same cells and times")
    return np.column_stack([exc, inh[:, 2]])


def count_spiketrains(trains: Iterable[Any]) -> int:
    """Return the number of spikes."""
    return sum(map(len, trains))


def count_spikes(data: Any) -> int:
    """Return the number of spikes of the first segment."""
    return count_spiketrains(_segment(data, 0).spiketrains)


def _segment(data: Any, run: int) -> Any:
    if not 0 <= run < len(data.segments):
        raise ValueError(f"run must be in [0, {len(data.segments) - 1}]; got {run}")
    return data.segments[run]
