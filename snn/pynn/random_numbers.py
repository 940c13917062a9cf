"""The random numbers of `NativeRNG`, which PyNN leaves to the simulator."""

from __future__ import annotations

from pyNN import random


class NativeRNG(random.NativeRNG, random.NumpyRNG):
    """The generator of this front end: the same as `pyNN.random.NumpyRNG`."""
