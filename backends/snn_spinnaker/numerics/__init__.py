"""The board's numerics as a profile: `numerics="spinnaker"`."""

from snn_spinnaker.numerics.profile import Spinnaker, spinnaker

__all__ = ["Spinnaker", "spinnaker"]
