"""What the models of this package refuse in the same words."""

from __future__ import annotations

import numpy as np

from snn.errors import Problem
from snn.fields import Range


def whole(owner: object, **least: int) -> list[Problem]:
    """Return a problem for each named field that is no whole number of at least so much."""
    return [
        Problem(type(owner).__name__, name,
                f"must be a whole number of at least {low}; got {getattr(owner, name)!r}")
        for name, low in least.items() if not is_whole(getattr(owner, name), low)
    ]  # fmt: skip


def is_whole(value: object, low: int) -> bool:
    """Return whether a value is a whole number of at least `low`."""
    return isinstance(value, int | np.integer) and int(value) >= low


def inside(owner: object, allowed: Range, unit: str, *names: str) -> list[Problem]:
    """Return a problem for each named field that is no number in a range."""
    shown = f"{allowed} {unit}".strip()
    return [
        Problem(type(owner).__name__, name, f"must be in {shown}; got {getattr(owner, name)!r}")
        for name in names if not is_inside(getattr(owner, name), allowed)
    ]  # fmt: skip


def is_inside(value: object, allowed: Range) -> bool:
    """Return whether a value is a number in a range."""
    number = isinstance(value, int | float | np.integer | np.floating)
    return number and bool(allowed.admits(np.asarray(value, float)))
