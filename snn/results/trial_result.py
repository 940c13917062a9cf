"""What a schedule gives: the recordings, and counts trial by trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from snn.results.result import Result

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrialResult:
    """What a schedule gave.

    Parameters
    ----------
    counts : dict
        Per counted population, by label: spikes in the counted phase of each trial's
        last presentation, shape (trials, n).
    attempts : (trials,) int64
        How often each trial was repeated.
    first_step : (trials,) int64
        First step of each trial's last presentation.
    result : Result
        What was recorded meanwhile.
    """

    counts: Mapping[str, Array]
    attempts: Array
    first_step: Array
    result: Result
