"""Figures of a result, fit for a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snn.results.result import Result


@dataclass(frozen=True, eq=False)
class Plots:
    """Figures of a result; each method returns a `matplotlib.figure.Figure`."""

    result: Result
