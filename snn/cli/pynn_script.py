"""A script that was written for PyNN, run on snn."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from snn.cli.failure import Failure

ALIASES = ("pyNN.snn", "pyNN.spiNNaker", "spynnaker8")


def run_script(file: Path, arguments: tuple[str, ...]) -> None:
    """Execute a script unmodified.

    Parameters
    ----------
    file : Path
        Takes the name of a simulator (it is told ``snn``) or imports `pyNN.spiNNaker`.
    arguments : tuple of str
        What the script is told besides.
    """
    try:
        from snn.pynn.installation import install_as
    except ModuleNotFoundError as error:
        raise Failure(f"{error}: pip install snn-spinnaker[pynn]") from error
    for name in ALIASES:
        install_as(name)
    kept = sys.argv, sys.path[:]
    sys.argv = [str(file), "snn", *arguments]
    sys.path.insert(0, str(file.resolve().parent))
    try:
        runpy.run_path(str(file), run_name="__main__")
    finally:
        sys.argv, sys.path[:] = kept
