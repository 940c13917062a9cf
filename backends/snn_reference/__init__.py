"""Part of snn."""
