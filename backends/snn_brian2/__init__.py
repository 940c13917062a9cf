"""Networks on Brian2, built from the compiled arrays: numpy, Cython, C++ standalone."""

from snn_brian2.backend import Brian2Backend

__all__ = ["Brian2Backend", "backend"]

backend = Brian2Backend()
