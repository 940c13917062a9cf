"""A simulator in use: one at a time for each PyNN module, because each keeps global state."""

from __future__ import annotations

import importlib
import signal
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from snn.compiler import Compiled
from snn.errors import SimulatorError, SnnError
from snn.openmp import restore_threads
from snn_on_pynn.building import Circuit, State, Trains
from snn_on_pynn.installation import put_tools_on_path
from snn_on_pynn.targets import BRIAN2, Target

_OPEN: dict[str, Session] = {}
"""The session that has set up each module."""


class Session:
    """A PyNN module from `setup` to `end`.

    Parameters
    ----------
    target : Target
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.sim: Any = None
        self.replaced = False

    def begin(self, compiled: Compiled) -> None:
        """Set the simulator up; a session that had it ends."""
        other = _OPEN.get(self.target.module)
        if other is not None:
            other.end()
            other.replaced = other is not self
        self._enter()
        # PyNN calls NumPy in ways that NumPy 2 deprecates; nothing of the user's can change it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.sim = importlib.import_module(self.target.module)
            restore_threads()
            self._setup(compiled)
        _OPEN[self.target.module] = self

    def _enter(self) -> None:
        """Prepare the surroundings of the simulator."""
        put_tools_on_path()
        if self.target is BRIAN2:
            # Small networks are slower to compile (a minute and more) than to run.
            importlib.import_module("brian2").prefs.codegen.target = "numpy"

    @property
    def active(self) -> bool:
        """Whether the simulator is set up, and by this session."""
        return _OPEN.get(self.target.module) is self

    def _setup(self, compiled: Compiled) -> None:
        if self.target is BRIAN2:
            # PyNN's spike sources keep Brian2's default clock, whatever the step of the network.
            brian2 = importlib.import_module("brian2")
            brian2.defaultclock.dt = compiled.dt * brian2.ms
        longest = max(compiled.max_delay, 1) * compiled.dt
        self.sim.setup(
            timestep=compiled.dt, min_delay=compiled.dt, max_delay=longest, **self.target.setup
        )

    def circuit(self, compiled: Compiled, state: State, trains: Mapping[int, Trains]) -> Circuit:
        """Return the network as populations and projections of the simulator."""
        return Circuit(self.sim, self.target, compiled, state, trains)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Turn what the simulator raises into a `SimulatorError`; Ctrl-C ends it."""
        if self.replaced:
            raise SnnError(f"another network was started on {self.target.title} since; it holds "
                           "one at a time: take the results of the first before")  # fmt: skip
        try:
            with interruptible(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                restore_threads()
                yield
        except (SnnError, KeyboardInterrupt):
            self.end()
            raise
        except SystemExit as error:  # What sPyNNaker makes of Ctrl-C.
            self.end()
            raise KeyboardInterrupt from error
        except Exception as error:
            self.end()
            raise self.explained(error) from error

    def explained(self, error: Exception) -> SimulatorError:
        """Return an error of ours for one of the simulator's."""
        return SimulatorError(f"{self.target.title} failed: {first_line(error)}")

    def remarks(self) -> list[str]:
        """Return what the user should know of the run."""
        return []

    def end(self) -> None:
        """End the simulator and release what it holds."""
        if self.active:
            del _OPEN[self.target.module]
            self._leave()

    def _leave(self) -> None:
        self.sim.end()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C raise, which those who run in pieces only note."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or its type where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
