"""How a model declares its parameters, states and derived values.

A model is a frozen dataclass: annotated fields made by `param` are its parameters,
plain class attributes of type `State` its dynamical variables, functions under
`derived` its constants, and the remaining static functions its kernels.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, dataclass_transform

import numpy as np
from numpy.typing import ArrayLike, NDArray

from snn.distributions import Distribution
from snn.errors import Problem

Values = float | NDArray[Any] | Distribution
"""What a per-neuron or per-synapse parameter may be."""

T = TypeVar("T", bound=type)
V = TypeVar("V")


@dataclass(frozen=True)
class Range:
    """An interval of allowed values; `above` and `below` exclude their end."""

    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    below: float = math.inf

    def admits(self, value: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say for each element whether it is allowed (NaN never is)."""
        finite_or_open = ~np.isnan(value)
        inside = (value >= self.low) & (value <= self.high)
        strictly = (value > self.above) | (self.above == -math.inf)
        under = (value < self.below) | (self.below == math.inf)
        return np.asarray(finite_or_open & inside & strictly & under)

    def spans(self, low: float, high: float) -> bool:
        """Say whether a distribution on [low, high] stays inside.

        It may touch an excluded end: a continuous variable is never exactly there.
        """
        return low >= max(self.low, self.above) and high <= min(self.high, self.below)

    def __str__(self) -> str:
        left = f"({self.above:g}" if self.above > -math.inf else f"[{self.low:g}"
        right = f"{self.below:g})" if self.below < math.inf else f"{self.high:g}]"
        return f"{left}, {right}"


@dataclass(frozen=True)
class Spec:
    """Metadata of one parameter.

    Parameters
    ----------
    unit : str
        Unit of the number, as printed.
    range : Range
        Allowed values.
    doc : str
        One line of meaning.
    shared : bool
        True when all elements must have the same value (no arrays).
    """

    unit: str
    range: Range
    doc: str
    shared: bool = False


@dataclass(frozen=True)
class State:
    """A dynamical variable.

    Parameters
    ----------
    initial : float or str
        Initial value, or the name of the parameter that holds it.
    unit : str
        Unit of the variable.
    slow : bool
        Kept in float64 whatever the precision of the run, because single precision
        would freeze it (time constants beyond 1e4 steps).
    """

    initial: float | str
    unit: str = ""
    doc: str = ""
    slow: bool = False


class derived:  # noqa: N801  (a decorator, spelled like property)
    """A constant computed once by the compiler from parameters and `dt`."""

    def __init__(self, function: Callable[..., float]) -> None:
        self.function = function

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., float]:
        return self.function


def param(
    default: Any = dataclasses.MISSING,
    *,
    unit: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
    doc: str = "",
    shared: bool = False,
) -> Any:
    """Declare a parameter of a model (use as the value of an annotated field)."""
    spec = Spec(unit, Range(low, high, above, below), doc, shared)
    return dataclasses.field(default=default, metadata={"snn": spec})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(param,))
def model(cls: T) -> T:
    """Turn a class into a model: a frozen, keyword-only dataclass with checked kernels.

    Raises
    ------
    KernelError
        A function of the class is outside the kernel grammar, or its source is not
        available.
    """
    from snn.kernels import kernels_of

    make: Any = dataclass(frozen=True, kw_only=True, eq=False, repr=False)
    made: T = make(cls)
    kernels_of(made)
    return made


class Model:
    """Common behaviour of every declared model: printing and introspection."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(_shown(self))})"


def _shown(instance: Any) -> list[str]:
    shown = []
    for field in dataclasses.fields(instance):
        value = getattr(instance, field.name)
        if isinstance(value, np.ndarray):
            value = f"array{value.shape}"
        shown.append(f"{field.name}={value}")
    return shown


def per_class(function: Callable[[Any], V]) -> Callable[[Any], V]:
    """Remember what a function returns for a class (mypy takes classes for unhashable)."""
    return cache(function)


@per_class
def params_of(cls: Any) -> Mapping[str, Spec]:
    """Return the parameters of a model class, in order of declaration."""
    if not dataclasses.is_dataclass(cls):
        return {}
    return {f.name: f.metadata["snn"] for f in dataclasses.fields(cls) if "snn" in f.metadata}


@per_class
def states_of(cls: Any) -> Mapping[str, State]:
    """Return the states of a model class, in order of declaration."""
    return _declared(cls, State)


@per_class
def derived_of(cls: Any) -> Mapping[str, Callable[..., float]]:
    """Return the derived constants of a model class, in order of declaration."""
    return {name: d.function for name, d in _declared(cls, derived).items()}


def _declared(cls: type, kind: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found.update({k: v for k, v in vars(base).items() if isinstance(v, kind)})
    return found


def values_of(instance: Any) -> dict[str, Any]:
    """Return the parameter values of a model instance by name."""
    return {name: getattr(instance, name) for name in params_of(type(instance))}


def plain(value: ArrayLike) -> NDArray[np.float64]:
    """Return numbers as a float64 array, whatever came (list, quantity, scalar)."""
    return np.asarray(value, dtype=np.float64)


def undecorated(cls: type) -> bool:
    """Say whether a model class declares parameters that `model` never saw."""
    own = vars(cls)
    return "__dataclass_fields__" not in own and any(
        isinstance(value, dataclasses.Field) for value in own.values()
    )


def readable(value: Any) -> NDArray[np.float64] | None:
    """Return numbers as a float64 array, None for what is not numbers."""
    if isinstance(value, str | bytes | bool) or value is None:
        return None
    try:
        return plain(value)
    except (TypeError, ValueError):
        return None


def range_problems(component: str, instance: Any, size: int | None = None) -> list[Problem]:
    """Check every parameter of `instance` against its declared range.

    Where `size` is given, arrays must have one element for each of so many neurons.
    """
    problems = []
    for name, spec in params_of(type(instance)).items():
        value = getattr(instance, name)
        if isinstance(value, Distribution):
            problem = _spread_problem(component, name, spec, value)
        else:
            problem = _range_problem(component, name, spec, value, size)
        if problem:
            problems.append(problem)
    return problems


def _spread_problem(component: str, name: str, spec: Spec, value: Distribution) -> Problem | None:
    fault = fault_of(value)
    if spec.shared:
        return Problem(component, name, "must be one number for all", "pass a scalar")
    if fault:
        return Problem(component, name, f"{type(value).__name__} {fault}")
    low, high = value.support()
    if spec.range.spans(low, high):
        return None
    message = f"must be in {spec.range}{_spaced(spec.unit)}; {value} reaches [{low:g}, {high:g}]"
    return Problem(component, name, message, "give the distribution bounds")


def fault_of(distribution: Distribution) -> str:
    """Say what is wrong with a distribution, even when its parameters are not numbers."""
    try:
        return distribution.invalid()
    except (TypeError, ValueError):
        return f"needs plain numbers; got {distribution}"


def _range_problem(
    component: str, name: str, spec: Spec, value: Any, size: int | None
) -> Problem | None:
    numbers = readable(value)
    if numbers is None:
        return Problem(component, name, f"must be a number or an array; got {value!r}")
    if spec.shared and numbers.ndim:
        return Problem(component, name, "must be one number for all", "pass a scalar")
    if size is not None and numbers.shape not in ((), (size,)):
        return Problem(component, name, f"needs shape () or ({size},); got {numbers.shape}")
    bad = numbers[~spec.range.admits(numbers)] if numbers.size else numbers
    if not bad.size:
        return None
    unit = _spaced(spec.unit)
    return Problem(component, name, f"must be in {spec.range}{unit}; got {bad.flat[0]:g}")


def _spaced(unit: str) -> str:
    return f" {unit}" if unit else ""
