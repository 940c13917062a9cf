"""Published networks, to import, parameterise and build upon."""

from snn_models import sparse_codes
from snn_models.active_dendrites import ActiveDendrites
from snn_models.symmetric_stdp import SymmetricClassifier

__all__ = ["ActiveDendrites", "SymmetricClassifier", "sparse_codes"]
