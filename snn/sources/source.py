"""What every source declares."""

from __future__ import annotations

from snn.errors import Problem
from snn.fields import Model


class Source(Model):
    """A population that emits spikes and receives none."""

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        """Return what does not fit a population of `size` neurons at step `dt` (ms)."""
        return []


class Input(Model):
    """A drive attached to the neurons of a population."""

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        """Return what does not fit a population of `size` neurons at step `dt` (ms)."""
        return []
