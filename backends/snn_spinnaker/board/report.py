"""What a board tells about itself, as plain data that goes through the pipe."""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.addresses import CLOCK_HZ
from snn_spinnaker.board.load import IDEAL_NOTE, to_report
from snn_spinnaker.board.server import Server


def make_report(server: Server) -> dict[str, Any]:
    """Return time, packets and loads of a board.

    Keys: ``note`` (what kind of board gave the results), ``version``, ``ticks`` and
    ``board_ms`` (time that passed on it), ``emulation_s`` (time that this took, packets and
    interrupts included) and ``emulation_cpu_s`` (processor time in it), ``packets`` and those
    ``dropped`` (a core that does not listen), ``unsupported`` (not multicast), ``cores``
    (`load.CoreLoad` each).
    """
    board = server.machine.board
    loads = server.machine.loads()
    return {
        "note": IDEAL_NOTE,
        "version": server.options.version,
        "ticks": int(board.ticks),
        "board_ms": int(board.now) * 1000 / CLOCK_HZ,
        "emulation_s": round(server.pacer.computed, 6),
        "emulation_cpu_s": round(server.pacer.processor, 6),
        "phases": int(board.phases),
        "parallel_phases": int(board.parallel_phases),
        "packets": int(board.packets),
        "dropped": int(board.dropped),
        "unsupported": int(board.unsupported),
        "warnings": [warning for load in loads for warning in load.warnings()],
        "cores": to_report(loads),
    }
