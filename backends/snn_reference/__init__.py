"""The plain reading of docs/numerics.md: slow, obvious, what other engines are held against."""

from snn_reference.backend import ReferenceBackend

__all__ = ["ReferenceBackend", "backend"]

backend = ReferenceBackend()
