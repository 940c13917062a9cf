"""`VirtualBoard`: start the board's process, configure sPyNNaker for it, ask it for its report."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from snn_spinnaker.board.configuration import configuration_text, configured
from snn_spinnaker.board.errors import BoardError, BoardStartError, MissingExtraError
from snn_spinnaker.board.load import CoreLoad, from_report, remarks
from snn_spinnaker.board.options import FIRST_ADDRESS, SCP_PORT, BoardOptions, Pacing

#: Free addresses are looked for in this many after the first one.
ADDRESSES = 200
#: How often an address is looked for while other boards start at the same time.
ATTEMPTS = 5
#: Seconds that a board gets to end by itself.
STOP_PATIENCE = 10.0


def free_address() -> str:
    """Return a loopback address on which no board answers.

    Raises
    ------
    BoardStartError
        If all are taken, or the system has no loopback addresses but 127.0.0.1 (macOS).
    """
    first = int.from_bytes(socket.inet_aton(FIRST_ADDRESS), "big")
    for number in range(first, first + ADDRESSES):
        address = socket.inet_ntoa(number.to_bytes(4, "big"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((address, SCP_PORT))
            except OSError:
                continue
            return address
    raise BoardStartError(
        f"no free loopback address from {FIRST_ADDRESS} on; on macOS make one with "
        f"'sudo ifconfig lo0 alias {FIRST_ADDRESS}'"
    )


def check_extra() -> None:
    """Raise `MissingExtraError` if the processor engine is not installed."""
    if importlib.util.find_spec("unicorn") is None:
        raise MissingExtraError(
            "the virtual board needs the package 'unicorn' (2.1 or later): "
            "pip install 'snn-spinnaker[board]'"
        )


class VirtualBoard:
    """A SpiNNaker board in a process of its own.

    Parameters
    ----------
    version : int
        3 for four chips, 5 for 48 chips.
    address : str
        Loopback address; empty for a free one.
    pacing : {"auto", "real-time", "fast"}
        See `snn_spinnaker.board.options.BoardOptions`.
    configure : bool
        Make sPyNNaker in this process use the board while the ``with`` block runs.
    **options
        Other fields of `BoardOptions`.

    Examples
    --------
    ::

        with VirtualBoard() as board:
            import pyNN.spiNNaker as sim
            sim.setup(1.0)
            ...
            sim.end()
            print(board.load())
    """

    def __init__(
        self,
        version: int = 3,
        address: str = "",
        pacing: Pacing = "auto",
        *,
        configure: bool = True,
        **options: Any,
    ) -> None:
        self.options = BoardOptions(version=version, address=address, pacing=pacing, **options)
        self._configure = configure
        self._process: subprocess.Popen[str] | None = None
        self._stack = ExitStack()

    @property
    def address(self) -> str:
        """The board's IP address; empty before it starts, unless it was given."""
        return self.options.address

    @property
    def configuration(self) -> str:
        """The lines of a ``spynnaker.cfg`` for this board."""
        return configuration_text(self.options.version, self.address)

    def start(self) -> Self:
        """Start the board's process and wait until it answers."""
        check_extra()
        for _ in range(1 if self.address else ATTEMPTS):
            # Another board may take a free address before this one binds it.
            chosen = replace(self.options, address=self.address or free_address())
            refusal = self._started(chosen)
            if not refusal:
                self.options = chosen
                return self
            if not refusal["taken"]:
                break
        raise BoardStartError(refusal["error"])

    def _started(self, options: BoardOptions) -> dict[str, Any]:
        """Start a process; return why it did not become ready, nothing where it did."""
        self._process = _spawn()
        self._tell(json.dumps(asdict(options)))
        reply = self._hear()
        if "error" not in reply:
            return {}
        self.stop()
        return reply

    def stop(self) -> None:
        """End the board's process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def report(self) -> dict[str, Any]:
        """Return what the board tells about itself: time, packets, load of every core."""
        self._tell("report")
        return self._hear()

    def load(self) -> list[CoreLoad]:
        """Return the load of every core with a timer, as a real board would feel it (estimated).

        Applications that were stopped are included, so this may come after ``sim.end()``.
        """
        return from_report(self.report()["cores"])

    def remarks(self) -> list[str]:
        """Return sentences for the results of a run: kind of board, estimated load, warnings."""
        return remarks(self.load())

    def wait(self) -> int:
        """Wait until the board's process ends; return its exit status."""
        if self._process is None:
            raise BoardError("the virtual board is not running; start it first")
        return self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        if self._configure:
            try:
                self._stack.enter_context(configured(self.options.version, self.address))
            except BaseException:
                self.stop()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self.stop()

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            raise BoardError("the virtual board is not running; use it inside 'with' or start it")
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise BoardError(self._ending()) from None

    def _hear(self) -> dict[str, Any]:
        if self._process is None or self._process.stdout is None:
            raise BoardError("the virtual board is not running; use it inside 'with' or start it")
        line = self._process.stdout.readline()
        if not line:
            raise BoardStartError(self._ending())
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _ending(self) -> str:
        status = self._process.wait(STOP_PATIENCE) if self._process else None
        return (
            f"the virtual board's process ended with status {status}; its log, on standard error, "
            "says why"
        )


def _spawn() -> subprocess.Popen[str]:
    package_root = Path(__file__).parents[2]
    paths = [str(package_root), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", f"{__package__}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Threads that wait for a phase to end must not burn the processor that another one needs.
        env={"OMP_WAIT_POLICY": "passive"}
        | os.environ
        | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)},
    )
