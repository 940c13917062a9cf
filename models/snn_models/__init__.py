"""Published networks, to import, parameterise and build upon."""

from snn_models import sparse_codes
from snn_models.active_dendrites import ActiveDendrites
from snn_models.ca3 import CA3Memory, CA3Session, OscillatoryMemory, RegulatedMemory
from snn_models.pspm import PSPMNetwork
from snn_models.spatial import Detector, SpatialPatterns
from snn_models.symmetric_stdp import SymmetricClassifier

__all__ = [
    "ActiveDendrites", "CA3Memory", "CA3Session", "Detector", "OscillatoryMemory",
    "PSPMNetwork", "RegulatedMemory", "SpatialPatterns", "SymmetricClassifier", "sparse_codes",
]  # fmt: skip
