"""Numbers that come with units of other packages, and numbers that look foreign."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from snn.distributions import Distribution
from snn.errors import Problem

# Name of the SI unit in Brian2, and how many of ours it is.
_SI = {
    "ms": ("second", 1e3), "mV": ("volt", 1e3), "nF": ("farad", 1e9), "nA": ("amp", 1e9),
    "uS": ("siemens", 1e6), "nS": ("siemens", 1e9), "Hz": ("hertz", 1.0),
}  # fmt: skip

# Name of the parameter: (suspicious from, to, what it looks like). Very large values are
# what people write for "never", and thresholds of normalised models are small.
_SUSPECT: dict[str, tuple[float, float, str]] = {
    "tau_m": (0.001, 0.1, "seconds"),
    "tau_syn": (0.0, 0.02, "seconds"),
    "cm": (50.0, 1e5, "pF (NEST)"),
    "v_rest": (-0.2, 0.0, "volts"),
    "v_reset": (-0.2, 0.0, "volts"),
    "v_thresh": (-0.2, 0.0, "volts"),
    "e_rev": (-0.2, 0.0, "volts"),
}


class SuspiciousUnitWarning(UserWarning):
    """A value is legal but looks like another simulator's unit."""


def magnitude(value: Any, unit: str) -> Any:
    """Return `value` as plain numbers in `unit`.

    Accepts numbers, arrays, `quantities` and Brian2 quantities, sequences of them and
    distributions whose parameters they are; other objects pass through unchanged.

    Raises
    ------
    ValueError
        The quantity's dimension is not that of `unit`.
    """
    if isinstance(value, Distribution):
        return _of_fields(value, unit)
    if isinstance(value, list | tuple):
        return _of_items(value, unit)
    module = type(value).__module__
    if module.startswith("quantities"):
        return _tidy(value.rescale(unit or "dimensionless").magnitude)
    if module.startswith("brian2"):
        return _from_brian2(value, unit)
    return value


def _of_items(values: Any, unit: str) -> Any:
    """Convert a sequence; return it as it is when nothing in it has a unit."""
    if all(type(v) is float for v in values):
        return values
    made = [magnitude(v, unit) for v in values]
    return values if all(a is b for a, b in zip(made, values, strict=True)) else made


def _of_fields(distribution: Any, unit: str) -> Any:
    if not dataclasses.is_dataclass(distribution) or isinstance(distribution, type):
        return distribution
    names = [f.name for f in dataclasses.fields(distribution)]
    old = {name: getattr(distribution, name) for name in names}
    new = {name: magnitude(value, unit) for name, value in old.items()}
    changed = any(new[name] is not old[name] for name in names)
    return dataclasses.replace(distribution, **new) if changed else distribution


def _from_brian2(value: Any, unit: str) -> Any:
    from brian2.units import allunits
    from brian2.units.fundamentalunits import DIMENSIONLESS, get_dimensions

    wanted, scale = DIMENSIONLESS, 1.0
    for place, name in enumerate(unit.split("/") if unit else []):
        if name == "1":
            continue
        if name not in _SI:
            raise ValueError(f"{value} cannot be converted to {unit!r}; pass a plain number")
        of_name, factor = get_dimensions(getattr(allunits, _SI[name][0])), _SI[name][1]
        wanted = wanted / of_name if place else of_name
        scale = scale / factor if place else factor
    if get_dimensions(value) != wanted:
        raise ValueError(f"{value} is not a quantity in {unit or 'pure numbers'}")
    return _tidy(np.asarray(value) * scale)


def _tidy(numbers: Any) -> Any:
    """Return a float or an array, without the last digit that the conversion garbled."""
    array = np.asarray(numbers, dtype=float)
    return float(f"{float(array):.15g}") if array.ndim == 0 else array


def unit_fault(value: Any, unit: str) -> str:
    """Say why a value is not in `unit`; empty when it is, or is a plain number."""
    try:
        magnitude(value, unit)
    except ValueError as error:
        return f"must be in {unit or 'no unit'}: {error}"
    return ""


def magnitude_or_same(value: Any, unit: str) -> Any:
    """Return plain numbers in `unit`, or the value itself where its dimension is another.

    For declarations: what is wrong is reported when the network is compiled.
    """
    return value if unit_fault(value, unit) else magnitude(value, unit)


def in_own_units(instance: Any, units: Mapping[str, str]) -> Any:
    """Return a model whose fields named in `units` are plain numbers in those units.

    What cannot be converted is left alone, for `unit_problems` to report.
    """
    changed = {}
    for name, unit in units.items():
        value = getattr(instance, name)
        made = magnitude_or_same(value, unit)
        if made is not value:
            changed[name] = made
    return dataclasses.replace(instance, **changed) if changed else instance


def unit_problems(component: str, instance: Any, units: Mapping[str, str]) -> list[Problem]:
    """Return the fields whose values have a unit of another dimension."""
    faults = {name: unit_fault(getattr(instance, name), unit) for name, unit in units.items()}
    remedy = "pass a quantity of that dimension, or a plain number"
    return [Problem(component, name, fault, remedy) for name, fault in faults.items() if fault]


def warn_if_foreign(component: str, name: str, value: Any) -> None:
    """Warn when a number looks like another simulator's unit."""
    if name not in _SUSPECT or not isinstance(value, int | float | list | np.ndarray):
        return
    low, high, guess = _SUSPECT[name]
    numbers = np.atleast_1d(np.asarray(value, dtype=float))
    strange = numbers[(numbers > low) & (numbers < high)]
    if strange.size:
        warnings.warn(
            f"{component}.{name} = {strange[0]:g}: is this in {guess}? snn uses PyNN's units "
            f"(ms, mV, nA, nF, uS)",
            SuspiciousUnitWarning,
            stacklevel=2,
        )
