"""Detection of spiking motifs by heterogeneous delays."""

from snn_benchmarks.motifs.command import benchmark

__all__ = ["benchmark"]
