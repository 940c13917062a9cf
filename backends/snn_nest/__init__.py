"""Networks on NEST, built from the compiled arrays: threads, MPI, NEST's own rules."""

from snn_nest.backend import NestBackend

__all__ = ["NestBackend", "backend"]

backend = NestBackend()
