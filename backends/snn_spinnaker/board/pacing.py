"""How many ticks to run before looking at the sockets again, and when to wait for the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from snn_spinnaker.board.addresses import CLOCK_HZ
from snn_spinnaker.board.options import Pacing

#: Seconds that the board may compute before the sockets are looked at; far below the second after
#: which SpiNNMan sends a request again.
SLICE = 0.02
MOST_TICKS = 1000
#: A board that fell this far behind its clock (seconds) does not try to catch up.
FORGIVEN = 1.0


class Pacer:
    """Choose how far the board advances.

    Parameters
    ----------
    pacing : {"auto", "real-time", "fast"}
        See `options.BoardOptions`.
    clock : callable
        Returns seconds.
    """

    def __init__(self, pacing: Pacing, clock: Callable[[], float] = time.perf_counter) -> None:
        self._pacing = pacing
        self._clock = clock
        self._ticks = 1
        self._started = 0.0
        self._origin: tuple[float, int] | None = None
        self._ahead = 0.0
        #: Seconds spent computing ticks, and processor time of all threads in them.
        self.computed = 0.0
        self.processor = 0.0
        self._processor_then = 0.0

    def ticks(self, now: int, live: bool) -> int:
        """Return how many ticks to run.

        Parameters
        ----------
        now : int
            Time of the board, clock cycles.
        live : bool
            Whether something outside listens or talks to the network.
        """
        self._started, self._processor_then = self._clock(), time.process_time()
        if self._pacing == "fast" or (self._pacing == "auto" and not live):
            self._origin = None
            self._ahead = 0.0
            return self._ticks
        return self._paced(now)

    def _paced(self, now: int) -> int:
        """Return one tick if the board is not ahead of the clock, else none."""
        if self._origin is None:
            self._origin = (self._started, now)
        start, first = self._origin
        self._ahead = (now - first) / CLOCK_HZ - (self._started - start)
        if self._ahead < -FORGIVEN:
            self._origin = (self._started, now)
        return 1 if self._ahead <= 0 else 0

    def wait(self) -> float:
        """Return how many seconds to wait for packets while cores have timers."""
        return min(max(self._ahead, 0.0), SLICE)

    def done(self, ticks: int) -> None:
        """Note that ticks were run, and adapt the next number to the time that they took."""
        took = self._clock() - self._started if ticks else 0.0
        if not ticks:
            return
        self.computed += took
        self.processor += time.process_time() - self._processor_then
        if took < SLICE / 2:
            self._ticks = min(2 * self._ticks, MOST_TICKS)
        elif took > SLICE:
            self._ticks = max(self._ticks // 2, 1)
