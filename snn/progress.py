"""A progress line for runs that take longer than two seconds, and a polite Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any

from snn.results.provenance import Duration

PATIENCE = 2.0
"""Seconds of wall time before the line appears."""

CHUNK = 0.1
"""Seconds of wall time that a chunk should take."""


class Watch:
    """Follows a run chunk by chunk: shows progress, notices Ctrl-C.

    Parameters
    ----------
    goal : float, ms
        Model time to go.
    show : bool, optional
        Whether to print; by default on a terminal or in a notebook.
    """

    def __init__(self, goal: float, show: bool | None = None) -> None:
        self.goal, self.interrupted = goal, False
        self.show = _interactive() if show is None else show
        self._shown = False
        self._start = time.perf_counter()
        self._previous: Any = None

    def __enter__(self) -> Watch:
        # Only the main thread may handle signals; elsewhere Ctrl-C raises as usual.
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
        if self._shown:
            sys.stderr.write("\n")

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.interrupted = True

    def update(self, done: float) -> None:
        """Show how much of the goal (ms) is done."""
        elapsed = time.perf_counter() - self._start
        if not self.show or elapsed < PATIENCE or self.goal <= 0:
            return
        self._shown = True
        left = elapsed * (self.goal - done) / max(done, 1e-9)
        speed = done * 1e-3 / elapsed
        sys.stderr.write(
            f"\r{done / self.goal:4.0%}  {done:,.0f} of {self.goal:,.0f} ms  "
            f"{speed:.3g} x real time  {left:.0f} s left   "
        )
        sys.stderr.flush()


class Pace:
    """Chooses chunks that take about `CHUNK` seconds.

    Parameters
    ----------
    first : int
        Steps of the first chunk.
    whole : bool
        Cut nothing: for engines whose every run costs as much as a long one.
    """

    def __init__(self, first: int, whole: bool = False) -> None:
        self.steps, self.whole = max(1, first), whole
        self._start = time.perf_counter()

    def next(self, left: int) -> int:
        """Return the number of steps of the next chunk."""
        self._start = time.perf_counter()
        return left if self.whole else min(self.steps, left)

    def done(self, steps: int) -> None:
        """Learn from the chunk that has just ended."""
        taken = max(time.perf_counter() - self._start, 1e-6)
        wanted = steps * CHUNK / taken
        self.steps = max(1, int(min(wanted, 4 * steps)))


def _interactive() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules


class Clock:
    """Measures what passed since it was last asked."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self) -> Duration:
        """Return the time since the last lap."""
        wall, cpu = time.perf_counter(), time.process_time()
        lap = Duration(wall - self._wall, cpu - self._cpu)
        self._wall, self._cpu = wall, cpu
        return lap
