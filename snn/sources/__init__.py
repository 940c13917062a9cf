"""Sources of spikes and of drive."""

from snn.sources.currents import Current, DCSource, NoiseTable, StepCurrentSource
from snn.sources.poisson import Poisson, PoissonInput
from snn.sources.source import Input, Source
from snn.sources.spike_array import SpikeArray

__all__ = [
    "Current", "DCSource", "Input", "NoiseTable", "Poisson", "PoissonInput", "Source",
    "SpikeArray", "StepCurrentSource",
]  # fmt: skip
