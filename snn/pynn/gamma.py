"""Gamma trains whose parameters change in time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import errors
from pyNN.standardmodels import cells

from snn.pynn.cells import Parameters
from snn.pynn.trains import BLOCK, Renewal
from snn.pynn.translation import unchanged

Array = NDArray[Any]


class SpikeSourceInhGamma(Renewal, cells.SpikeSourceInhGamma):
    """`SpikeSourceInhGamma` of PyNN: the hazard is that of a gamma interval of present shape.

    From ``tbins[k]`` on, until the next bin, the probability of a spike per unit of time is
    the hazard at the present age of an interval with shape ``a[k]`` and scale ``b[k]``
    seconds; `start` counts as a spike.

    References
    ----------
    Muller, Buesing, Schemmel and Meier, Neural Computation 19 (2007) 2958.
    """

    translations = unchanged(cells.SpikeSourceInhGamma)

    def check(self, values: Parameters) -> None:
        for a, b, bins in zip(values["a"], values["b"], values["tbins"], strict=True):
            if not len(a.value) == len(b.value) == len(bins.value) or not len(a.value):
                raise errors.InvalidParameterValueError(
                    "SpikeSourceInhGamma.a, b and tbins must have one value per bin; got "
                    f"{len(a.value)}, {len(b.value)} and {len(bins.value)}"
                )
            if min(*a.value, *b.value) <= 0 or (np.diff(bins.value) <= 0).any():
                raise errors.InvalidParameterValueError(
                    "SpikeSourceInhGamma.a and b must be above 0 and tbins must ascend; got "
                    f"a = {a.value}, b = {b.value}, tbins = {bins.value}"
                )

    def intervals(
        self, values: Parameters, neuron: int, stream: np.random.Generator, last: float
    ) -> Array:
        shape, scale, begins = (np.atleast_1d(values[n][neuron].value) for n in ("a", "b", "tbins"))
        ends = np.append(begins[1:], math.inf)
        found = np.empty(BLOCK)
        for k in range(BLOCK):
            found[k] = _interval(stream, last, shape, 1000.0 * scale, ends)
            last += found[k]
        return found


def _interval(
    stream: np.random.Generator, last: float, shape: Array, scale: Array, ends: Array
) -> float:
    """Return the interval after a spike at `last`, in ms: bin by bin, as long as none came."""
    age = 0.0
    for a, b, end in zip(shape, scale, ends, strict=True):
        if last + age < end:
            length = _longer(stream, float(a), float(b), age)
            if last + length < end:
                return length
            age = float(end) - last
    raise AssertionError("the last bin has no end")


def _longer(stream: np.random.Generator, a: float, b: float, age: float) -> float:
    """Return a gamma interval among those longer than `age`."""
    if age <= (a + math.sqrt(a)) * b:
        while True:
            length = stream.gamma(a, b)
            if length > age:
                return float(length)
    # In the tail: an exponential that lies above it, tangent to it where it begins.
    slope = 1.0 / b - max(a - 1.0, 0.0) / age
    while True:
        more = stream.exponential(1.0 / slope)
        log_ratio = (a - 1.0) * math.log1p(more / age) - max(a - 1.0, 0.0) * more / age
        if math.log1p(-stream.random()) <= log_ratio:
            return float(age + more)
