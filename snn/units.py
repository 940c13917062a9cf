"""Numbers that come with units of other packages, and numbers that look foreign."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

_SCALE = {
    "ms": ("second", 1e3), "mV": ("volt", 1e3), "nF": ("farad", 1e9), "nA": ("amp", 1e9),
    "uS": ("siemens", 1e6), "nS": ("siemens", 1e9), "Hz": ("hertz", 1.0), "1/ms": ("hertz", 1e-3),
}  # fmt: skip

# name: (unit, suspicious when below, suspicious when above, what it looks like)
_SUSPECT: dict[str, tuple[float, float, str]] = {
    "tau_m": (0.1, 2000.0, "seconds"),
    "tau_syn": (0.02, 1000.0, "seconds"),
    "cm": (1e-4, 50.0, "pF (NEST)"),
    "v_rest": (-200.0, 200.0, "another unit"),
    "v_thresh": (-200.0, 200.0, "another unit"),
}


class SuspiciousUnitWarning(UserWarning):
    """A value is legal but looks like another simulator's unit."""


def magnitude(value: Any, unit: str) -> Any:
    """Return `value` as plain numbers in `unit`.

    Accepts numbers, arrays, `quantities` and Brian2 quantities; distributions and other
    objects pass through.

    Raises
    ------
    ValueError
        The quantity's dimension is not that of `unit`.
    """
    module = type(value).__module__
    if module.startswith("quantities"):
        return _shaped(value.rescale(unit.replace("uS", "uS")).magnitude)
    if module.startswith("brian2"):
        return _from_brian2(value, unit)
    return value


def _from_brian2(value: Any, unit: str) -> Any:
    from brian2.units import allunits, get_dimensions

    name, scale = _SCALE[unit]
    wanted = get_dimensions(getattr(allunits, name))
    if get_dimensions(value) != wanted:
        raise ValueError(f"{value} is not a quantity in {unit}")
    return _shaped(np.asarray(value) * scale)


def _shaped(numbers: Any) -> Any:
    array = np.asarray(numbers, dtype=float)
    return float(array) if array.ndim == 0 else array


def warn_if_foreign(component: str, name: str, value: Any) -> None:
    """Warn when a number looks like another simulator's unit."""
    if name not in _SUSPECT or not isinstance(value, int | float | np.ndarray):
        return
    low, high, guess = _SUSPECT[name]
    numbers = np.asarray(value, dtype=float)
    if numbers.size and ((numbers < low) | (numbers > high)).any():
        came = numbers[(numbers < low) | (numbers > high)].flat[0]
        warnings.warn(
            f"{component}.{name} = {came:g}: is this in {guess}? snn uses PyNN's units "
            f"(ms, mV, nA, nF, uS)",
            SuspiciousUnitWarning,
            stacklevel=2,
        )
