"""sPyNNaker in use: a place to run, a folder for its logs, and its errors in one sentence."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TextIO

from snn import engine
from snn.compiler import Compiled
from snn.errors import BackendUnavailableError, SimulatorError
from snn_on_pynn.building import Circuit, State, Trains
from snn_on_pynn.session import Session
from snn_on_pynn.spynnaker import failures, provenance
from snn_on_pynn.spynnaker.circuit import BoardCircuit
from snn_on_pynn.spynnaker.configuration import FILE_NAME, Settings, configured
from snn_on_pynn.spynnaker.options import Options
from snn_on_pynn.targets import SPINNAKER

LOG_NAME = "toolchain.log"


class BoardSession(Session):
    """sPyNNaker from `setup` to `end`, on a board, a lent board or a virtual one."""

    def __init__(self, options: Options) -> None:
        super().__init__(SPINNAKER)
        self.options = options
        self.board: Any = None
        self._stack = ExitStack()
        self._remarks: list[str] = []

    @property
    def logs(self) -> Path:
        """Folder with everything that the tool chain wrote."""
        return self.options.logs

    @property
    def place(self) -> str:
        """Where the run takes place."""
        if self.options.virtual:
            return "the virtual board"
        named = self.options.host or self.options.spalloc
        return named or f"the board of ~/{FILE_NAME}"

    def _enter(self) -> None:
        """Find the board and configure sPyNNaker for it."""
        require_place(self.options)
        self.logs.mkdir(parents=True, exist_ok=True)
        self._stack = ExitStack()
        if self.options.virtual:
            kind = engine.load("snn.boards", "virtual")
            self.board = self._stack.enter_context(kind(self.options.version))
        own = bool(self.options.host or self.options.spalloc or self.options.virtual)
        settings = self._settings()
        # A virtual board has made a home of its own already.
        users = self.options.virtual or not own
        self._stack.enter_context(configured(settings, self.logs, users=users))

    def _settings(self) -> Settings:
        return {"Machine": machine(self.options), "Reports": REPORTS | {
            "default_report_file_path": str(self.logs)}}  # fmt: skip

    def _setup(self, compiled: Compiled) -> None:
        self.sim.setup(
            timestep=compiled.dt, min_delay=compiled.dt,
            time_scale_factor=self.options.time_scale_factor,
        )  # fmt: skip

    def circuit(self, compiled: Compiled, state: State, trains: Mapping[int, Trains]) -> Circuit:
        """Return the network as populations and projections of sPyNNaker."""
        return BoardCircuit(self.sim, self.options, compiled, state, trains, self.note)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Also keep what the tool chain prints and logs."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = (self.logs / LOG_NAME).open("a", encoding="utf-8")
        with log, captured(log), super().working():
            yield

    def explained(self, error: Exception) -> SimulatorError:
        """Return an error of ours, with the folder of the logs; they get the traceback."""
        with (self.logs / LOG_NAME).open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        return SimulatorError(failures.sentence(error, self.place), str(self.logs))

    def remarks(self) -> list[str]:
        """Return overruns, lost packets and saturations that the board reports."""
        own = self.board.remarks() if self.board is not None and self.active else []
        return self._remarks + own + (provenance.remarks() if self.active else [])

    def note(self, text: str) -> None:
        """Add a remark to the results."""
        if text not in self._remarks:
            self._remarks.append(text)

    def _leave(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            with (self.logs / LOG_NAME).open("a", encoding="utf-8") as file, captured(file):
                self.sim.end()
        finally:
            self._stack.close()


REPORTS = {"read_placements_provenance_data": "True", "read_router_provenance_data": "True"}
"""Without these the board does not tell of lost packets and saturated inputs."""


def machine(options: Options) -> dict[str, str]:
    """Return the settings of the section ``Machine``."""
    found = {"post_simulation_overrun_before_error": str(int(options.timeout))}
    if options.host:
        found |= {"version": str(options.version), "machine_name": options.host,
                  "spalloc_server": "None", "virtual_board": "False"}  # fmt: skip
    if options.spalloc:
        found |= {"version": "5", "spalloc_server": options.spalloc, "machine_name": "None",
                  "virtual_board": "False"}  # fmt: skip
    # An emulated board may be slower than a real one; it brings its own settings.
    return {} if options.virtual else found


def require_place(options: Options) -> None:
    """Raise `BackendUnavailableError` if nothing says on which board to run."""
    own = Path(os.path.expanduser("~")) / FILE_NAME
    if options.host or options.spalloc or options.virtual or own.exists():
        return
    raise BackendUnavailableError(
        "spinnaker: no board is named; pass host='ADDRESS' (--host), spalloc='URL' (--spalloc) or "
        f"virtual=True (--virtual), or write the machine into ~/{FILE_NAME}"
    )


@contextmanager
def captured(file: TextIO) -> Iterator[None]:
    """Write what is printed and logged to a file; give back the hooks that sPyNNaker takes."""
    root, handler = logging.getLogger(), logging.StreamHandler(file)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    kept, hook = (root.handlers[:], root.level), sys.excepthook
    root.handlers[:], root.level = [handler], logging.INFO
    try:
        with redirect_stdout(file), redirect_stderr(file):
            yield
    finally:
        root.handlers[:], root.level = kept
        sys.excepthook = hook
