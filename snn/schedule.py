"""Schedules: trials that run inside compiled code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from snn.errors import Problem
from snn.network import Network, Population, Projection
from snn.sources import Poisson


@dataclass(frozen=True, kw_only=True, eq=False)
class Phase:
    """One part of a trial.

    Parameters
    ----------
    duration : float, ms
    rates : mapping of Population to array_like, Hz
        Rates of `Poisson` populations, shape (trials, n), (n,) or a number. A source
        that the schedule names in some phase is silent in those that do not name it.
    """

    duration: float
    rates: Mapping[Population, ArrayLike] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Repeat:
    """Show a trial again while a population was too quiet.

    Parameters
    ----------
    population : Population
        Whose spikes in the counted phase are summed.
    at_least : int
        The trial is accepted when there are at least so many.
    gain : float
        Attempt k (from 0) multiplies all rates by ``1 + gain k``.
    limit : int
        Largest number of repetitions.
    """

    population: Population
    at_least: int
    gain: float = 0.5
    limit: int = 30


@dataclass(frozen=True, kw_only=True, eq=False)
class Readout:
    """A plasticity rate that a read-out sets: its spikes in the counted phase.

    At the end of each presentation the spikes of `population` in the counted phase are
    totalled; the rate is linear between the listed counts and constant beyond them. It holds
    from the next presentation on.

    Parameters
    ----------
    population : Population
    counts : sequence of float
        Ascending, two or more.
    rates : sequence of float
        Rate at each count, from 0 to 1.
    """

    population: Population
    counts: Sequence[float]
    rates: Sequence[float]

    def fault(self) -> str:
        """Say what is wrong with the counts and rates; empty when nothing is."""
        at, rates = np.asarray(self.counts, float), np.asarray(self.rates, float)
        if at.ndim != 1 or at.size < 2 or at.shape != rates.shape or not (np.diff(at) > 0).all():
            return "needs two or more ascending counts, and a rate for each"
        return "" if _is_rate(rates) else "needs rates in [0, 1]"


def _is_rate(values: ArrayLike) -> bool:
    numbers = np.asarray(values, dtype=float)
    return bool(((numbers >= 0) & (numbers <= 1)).all())


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """A sequence of trials of equal structure.

    At the end of each trial spikes are counted, then the repeat condition is tested,
    then every rule with a trial trigger acts (on each presentation, repeated or not).

    Parameters
    ----------
    trials : int
    phases : sequence of Phase
    count : sequence of Population
        Whose spikes are counted per trial (in the last presentation).
    count_phase : int
        In which phase; the first by default.
    learning : mapping of Projection to bool or (trials,) array_like of bool
        Plasticity switches during the schedule; others stay as they are.
    repeat : Repeat, optional
    plasticity_rate : mapping of Projection to Readout, float or (trials,) array_like
        Factor in [0, 1] by which every change of a projection's weights is scaled: for each
        trial, or as a read-out says. It stays as the schedule left it.
    """

    trials: int
    phases: Sequence[Phase]
    count: Sequence[Population] = ()
    count_phase: int = 0
    learning: Mapping[Projection, ArrayLike] = field(default_factory=dict)
    repeat: Repeat | None = None
    plasticity_rate: Mapping[Projection, ArrayLike | Readout] = field(default_factory=dict)

    def sources(self) -> list[Population]:
        """Return the populations whose rates the schedule sets, in network order."""
        named = {id(p): p for phase in self.phases for p in phase.rates}
        return sorted(named.values(), key=lambda p: p.network.populations.index(p))

    def problems(self, network: Network, dt: float) -> list[Problem]:
        """Return what does not fit the network."""
        found = []
        if self.trials < 0 or not self.phases:
            found.append(Problem("schedule", "trials", "needs trials >= 0 and at least one phase"))
        for k, phase in enumerate(self.phases):
            found += self._phase_problems(f"schedule.phases[{k}]", phase, network, dt)
        members: list[Population] = list(self.count)
        if self.repeat:
            members.append(self.repeat.population)
        for population in members:
            if population.network is not network:
                found.append(Problem("schedule", "count", f"{population.label!r} belongs to "
                                     "another network"))  # fmt: skip
        for projection, switch in self.learning.items():
            if projection.network is not network:
                found.append(Problem("schedule", "learning", f"{projection.label!r} belongs to "
                                     "another network"))  # fmt: skip
            if np.shape(switch) not in ((), (self.trials,)):
                found.append(Problem("schedule", "learning", f"needs shape () or ({self.trials},);"
                                     f" got {np.shape(switch)}"))  # fmt: skip
        for projection, rate in self.plasticity_rate.items():
            fault = self._plasticity_fault(projection, rate, network)
            message = f"{projection.label!r} {fault}"
            found += [Problem("schedule", "plasticity_rate", message)] if fault else []
        if not 0 <= self.count_phase < len(self.phases):
            found.append(Problem("schedule", "count_phase", "must be the index of a phase"))
        return found

    def _plasticity_fault(
        self, projection: Projection, rate: ArrayLike | Readout, network: Network
    ) -> str:
        if projection.network is not network:
            return "belongs to another network"
        if not projection.synapse.rules:
            return "has no rule whose changes could be scaled"
        if isinstance(rate, Readout):
            alien = rate.population.network is not network
            return "is read out of another network" if alien else rate.fault()
        if np.shape(rate) not in ((), (self.trials,)):
            return f"needs shape () or ({self.trials},); got {np.shape(rate)}"
        return "" if _is_rate(rate) else "needs rates in [0, 1]"

    def _phase_problems(
        self, name: str, phase: Phase, network: Network, dt: float
    ) -> list[Problem]:
        found = []
        steps = phase.duration / dt
        if not (steps > 0 and abs(steps - round(steps)) < 1e-6 * max(1.0, steps)):
            message = f"must be a positive multiple of {dt:g} ms; got {phase.duration:g}"
            found.append(Problem(name, "duration", message))
        for population, rates in phase.rates.items():
            found += self._rate_problems(name, population, rates, network)
        return found

    def _rate_problems(
        self, name: str, population: Population, rates: ArrayLike, network: Network
    ) -> list[Problem]:
        if population.network is not network:
            return [Problem(name, "rates", f"{population.label!r} belongs to another network")]
        if not isinstance(population.model, Poisson):
            return [Problem(name, "rates", f"{population.label!r} is not a Poisson source")]
        values = np.asarray(rates, dtype=float)
        allowed = ((), (population.size,), (self.trials, population.size))
        if values.shape not in allowed:
            return [Problem(name, "rates", f"{population.label!r} needs one of the shapes "
                            f"{allowed}; got {values.shape}")]  # fmt: skip
        if not (np.isfinite(values) & (values >= 0)).all():
            return [Problem(name, "rates", f"{population.label!r} needs finite rates >= 0 Hz")]
        return []
