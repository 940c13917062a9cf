"""Scripts that were written for PyNN: run on snn, or read for the network that they declare."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from snn.cli.failure import Failure
from snn.network import Network
from snn.results import Result

ALIASES = ("pyNN.snn", "pyNN.spiNNaker", "spynnaker8")


def run_script(file: Path, arguments: tuple[str, ...], prescribed: dict[str, Any]) -> None:
    """Execute a script unmodified.

    Parameters
    ----------
    file : Path
        Takes the name of a simulator (it is told ``snn``) or imports `pyNN.spiNNaker`.
    arguments : tuple of str
        What the script is told besides.
    prescribed : dict
        Keywords that stand before those of the script's own `setup`.
    """
    state = _state()
    state.prescribed = prescribed
    try:
        with _imitated(file, arguments):
            runpy.run_path(str(file), run_name="__main__")
    finally:
        state.prescribed = {}


def recorded() -> Result:
    """Return what the script that ran last has recorded."""
    from snn.pynn.outcome import as_result

    return as_result()


def declared(
    file: Path, arguments: tuple[str, ...]
) -> tuple[Network, float | None, dict[str, Any]]:
    """Execute a script up to its first run.

    Parameters
    ----------
    file, arguments
        As for `run_script`.

    Returns
    -------
    tuple
        The network declared so far; how long it would run, in ms (None where the script ends
        without a run); what the script told SpiNNaker's machine, as options of `snn.deploy`.

    Raises
    ------
    Failure
        The script declares no population.
    """
    from snn.pynn.control import as_network
    from snn.pynn.machine import machine_options
    from snn.pynn.simulator import WouldRun

    state, duration = _state(), None
    state.declares = True
    try:
        with _imitated(file, arguments):
            runpy.run_path(str(file), run_name="__main__")
    except WouldRun as stopped:
        duration = stopped.duration
    finally:
        state.declares = False
    if not state.populations:
        raise Failure(f"{file} declares no population before its first run, or uses another "
                      "simulator than the one it is told")  # fmt: skip
    return as_network(duration or 1000.0), duration, machine_options()


def _state() -> Any:
    """Return what the front end keeps, empty."""
    try:
        from snn.pynn import simulator
        from snn.pynn.settings import Settings
    except ModuleNotFoundError as error:
        raise Failure(f"{error}: pip install snn-spinnaker[pynn]") from error
    simulator.state.begin(Settings())
    return simulator.state


@contextmanager
def _imitated(file: Path, arguments: tuple[str, ...]) -> Iterator[None]:
    """Let a script find this front end, its arguments and the modules that lie beside it."""
    from snn.pynn.installation import installed_as

    kept = sys.argv, sys.path[:]
    sys.argv = [str(file), "snn", *arguments]
    sys.path.insert(0, str(file.resolve().parent))
    try:
        with installed_as(*ALIASES):
            yield
    finally:
        sys.argv, sys.path[:] = kept
