"""Run a PyNN script for SpiNNaker, unchanged, on a virtual board of its own."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from snn_spinnaker.board.errors import ConfigurationError
from snn_spinnaker.board.load import CoreLoad
from snn_spinnaker.board.options import Pacing
from snn_spinnaker.board.process import VirtualBoard


def run_script(
    path: Path | str,
    arguments: Sequence[str] = (),
    version: int = 3,
    pacing: Pacing = "auto",
) -> list[CoreLoad]:
    """Run a script as ``python FILE ARGUMENTS`` would, with sPyNNaker configured for the board.

    Parameters
    ----------
    path : path
        The script; it imports ``pyNN.spiNNaker`` and calls ``setup``, ``run`` and ``end``.
    arguments : sequence of str
        What it finds in ``sys.argv``.
    version : int
        3 for four chips, 5 for 48.
    pacing : {"auto", "real-time", "fast"}
        See `snn_spinnaker.board.options.BoardOptions`.

    Returns
    -------
    list of CoreLoad
        What the cores did, as a real board would feel it.

    Raises
    ------
    ConfigurationError
        If there is no such file.
    """
    script = Path(path)
    if not script.is_file():
        raise ConfigurationError(f"run_script: {str(path)!r} is not a file; give a PyNN script")
    before = sys.argv[:], sys.path[:]
    with VirtualBoard(version, pacing=pacing) as board:
        sys.argv = [str(script), *arguments]
        sys.path.insert(0, str(script.resolve().parent))
        try:
            runpy.run_path(str(script), run_name="__main__")
        finally:
            sys.argv[:], sys.path[:] = before
        return board.load()
