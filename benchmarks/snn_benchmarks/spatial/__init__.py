"""Spatial patterns taught with STDP and homeostasis: the paper's networks, and uses of them."""

from snn_benchmarks.spatial.command import benchmark

__all__ = ["benchmark"]
