"""What every source declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from snn.errors import Problem
from snn.fields import Model


class Source(Model):
    """A population that emits spikes and receives none.

    Class attributes
    ----------------
    units : dict
        Unit of each field that has one.
    """

    units: ClassVar[Mapping[str, str]] = {}

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        """Return what does not fit a population of `size` neurons at step `dt` (ms)."""
        return []


class Input(Model):
    """A drive attached to the neurons of a population; `units` as in `Source`."""

    units: ClassVar[Mapping[str, str]] = {}

    def problems(self, component: str, size: int, dt: float) -> list[Problem]:
        """Return what does not fit a population of `size` neurons at step `dt` (ms)."""
        return []
