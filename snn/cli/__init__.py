"""The command line `snn`."""

from snn.cli.command import main

__all__ = ["main"]
