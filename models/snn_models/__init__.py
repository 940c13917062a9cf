"""Published networks, to import, parameterise and build upon."""

from snn_models import sparse_codes
from snn_models.active_dendrites import ActiveDendrites
from snn_models.astrocyte_memory import AstrocyteMemory
from snn_models.ca3 import CA3Memory, CA3Session, OscillatoryMemory, RegulatedMemory
from snn_models.motifs import MotifDetector, SpikingMotifs
from snn_models.pspm import PSPMNetwork
from snn_models.spatial import Detector, SpatialPatterns
from snn_models.symmetric_stdp import SymmetricClassifier

__all__ = [
    "ActiveDendrites", "AstrocyteMemory", "CA3Memory", "CA3Session", "Detector", "MotifDetector",
    "OscillatoryMemory", "PSPMNetwork", "RegulatedMemory", "SpatialPatterns", "SpikingMotifs",
    "SymmetricClassifier", "sparse_codes",
]  # fmt: skip
