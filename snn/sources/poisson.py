"""Poisson spike trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from snn.errors import Problem
from snn.fields import readable
from snn.sources.source import Input, Source


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Poisson(Source):
    """Independent Poisson trains, one per neuron.

    The number of spikes in a step is Poisson distributed, so any rate is legal.

    Parameters
    ----------
    rate : float or (n,) array, Hz
        One rate, or one per neuron; a `Schedule` may replace it in each trial.
    """

    rate: ArrayLike = 1.0
    units: ClassVar[Mapping[str, str]] = {"rate": "Hz"}

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        return rate_problems(component, self.rate, size)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PoissonInput(Input):
    """Private Poisson drive of each neuron: a count per step, any rate.

    Parameters
    ----------
    rate : float or (n,) array, Hz
        Total rate of the spikes that one neuron gets.
    weight : float
        Weight of each, in the receptor's unit.
    """

    rate: ArrayLike
    weight: float
    units: ClassVar[Mapping[str, str]] = {"rate": "Hz"}

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        found = rate_problems(component, self.rate, size)
        weight = readable(self.weight)
        if weight is None or weight.ndim or not np.isfinite(weight):
            message = f"must be one finite number; got {self.weight!r}"
            found.append(Problem(component, "weight", message))
        return found


def rate_problems(component: str, rate: Any, size: int) -> list[Problem]:
    """Check a rate or one rate per neuron."""
    rates = readable(rate)
    if rates is None:
        return [Problem(component, "rate", f"must be a number or an array in Hz; got {rate!r}")]
    if rates.shape not in ((), (size,)):
        return [Problem(component, "rate", f"needs shape () or ({size},); got {rates.shape}")]
    if not (np.isfinite(rates) & (rates >= 0)).all():
        bad = rates[~(np.isfinite(rates) & (rates >= 0))].flat[0]
        return [Problem(component, "rate", f"must be in [0, inf) Hz; got {bad:g}")]
    return []
