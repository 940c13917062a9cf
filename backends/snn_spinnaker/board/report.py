"""What a board tells about itself."""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.server import Server


def make_report(server: Server) -> dict[str, Any]:
    """Return the state of the board."""
    b = server.machine.board
    return {"ticks": int(b.ticks), "phases": int(b.phases), "seconds": server.pacer.computed}
