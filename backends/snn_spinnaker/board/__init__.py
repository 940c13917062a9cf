"""A SpiNNaker board in software: the real tool chain and the real binaries, no hardware.

`VirtualBoard` starts a process that answers on a loopback address as a SpiNN-3 (four chips) or
SpiNN-5 (48 chips) does, and executes the binaries of the installed sPyNNaker on emulated ARM968
cores. It needs the optional extra ``board`` (sPyNNaker and unicorn).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snn_spinnaker.board.errors import (
        BoardError,
        BoardStartError,
        ConfigurationError,
        MissingExtraError,
    )
    from snn_spinnaker.board.options import BoardOptions
    from snn_spinnaker.board.process import VirtualBoard

__all__ = [
    "BoardError",
    "BoardOptions",
    "BoardStartError",
    "ConfigurationError",
    "MissingExtraError",
    "VirtualBoard",
]
_HOMES = {"BoardOptions": "options", "VirtualBoard": "process"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: pytest loads `fixture` in every session."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
