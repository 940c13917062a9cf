"""``snn bench curves``: the published windows and curves of the learning rules."""

from snn_benchmarks.curves.command import FIGURES, benchmark

__all__ = ["FIGURES", "benchmark"]
