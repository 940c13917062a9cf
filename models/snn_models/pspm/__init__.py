"""Learning a recurrent network's spike trains by pre-synaptic pool modification."""

from snn_models.pspm.measures import avalanches, distances, exponent, isi_distance, smoothed
from snn_models.pspm.network import CONDITIONS, PSPMNetwork, Trained

__all__ = ["CONDITIONS", "PSPMNetwork", "Trained", "avalanches", "distances", "exponent",
           "isi_distance", "smoothed"]  # fmt: skip
