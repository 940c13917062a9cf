"""Published networks, to import, parameterise and build upon."""

from snn_models.symmetric_stdp import SymmetricClassifier

__all__ = ["SymmetricClassifier"]
