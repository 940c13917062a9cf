"""Sparse representations and active dendrites."""

from snn_benchmarks.dendrites.command import benchmark

__all__ = ["benchmark"]
