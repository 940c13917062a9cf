"""Results as data frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from snn.errors import BackendUnavailableError

if TYPE_CHECKING:
    import pandas

    from snn.results.result import Result

Content = Literal["spikes", "traces", "weights"]
_COLUMNS = {
    "spikes": ("time", "population", "neuron"),
    "traces": ("time", "population", "variable", "neuron", "value"),
    "weights": ("projection", "pre", "post", "weight", "delay"),
}


def to_pandas(result: Result, content: Content = "spikes") -> pandas.DataFrame:
    """Return spikes, traces or final weights in long form; times and delays in ms.

    Raises
    ------
    BackendUnavailableError
        pandas is not installed.
    """
    if content not in _COLUMNS:
        raise ValueError(f"content must be one of {', '.join(_COLUMNS)}; got {content!r}")
    try:
        import pandas as pd
    except ImportError as error:
        message = "pandas is not installed; pip install pandas"
        raise BackendUnavailableError(message) from error
    rows = {"spikes": _spikes, "traces": _traces, "weights": _weights}[content](result)
    parts = [pd.DataFrame(dict(zip(_COLUMNS[content], row, strict=True))) for row in rows]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS[content])


def _spikes(result: Result) -> Iterable[tuple[Any, ...]]:
    for label, population in result.populations.items():
        if population.spikes is not None:
            yield population.times, label, population.neurons


def _traces(result: Result) -> Iterable[tuple[Any, ...]]:
    for label, population in result.populations.items():
        for variable, trace in population.traces.items():
            samples, n = trace.values.shape
            times = np.repeat(trace.times, n)
            yield times, label, variable, np.tile(trace.neurons, samples), trace.values.ravel()


def _weights(result: Result) -> Iterable[tuple[Any, ...]]:
    for label, s in result.final_weights.items():
        yield label, s.pre, s.post, s.weight, s.delay
