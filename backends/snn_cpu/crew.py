"""The threads of an engine: they work together where that pays, else one does all shares."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

RETRY = 8
"""Chunks after which the other way of working is tried again."""

TRIAL = 8
"""A trial is so much shorter than the chunk before it: it may be much slower."""


class Crew:
    """Threads that share a network; results do not depend on how many work at a time.

    A barrier waits for the slowest thread. Where another process has one of the cores, or
    the batches are short, one thread is faster alone: each way is timed now and then.

    Parameters
    ----------
    size : int
        Shares of the network, and threads that may work at the same time.
    """

    def __init__(self, size: int) -> None:
        self.size, self.together = size, size > 1
        self._chunks, self._steps, self._speed, self._seconds = 0, 0, 0.0, 0.0
        self._trying = False

    @property
    def most(self) -> int:
        """How many steps the next chunk may have."""
        return max(1, self._steps // TRIAL) if self._trying else 1 << 40

    def work(self, share: Callable[[Any, int, int], None], teams: tuple[Any, ...]) -> None:
        """Call ``share(teams of a thread, thread, threads)`` in as many threads as pay."""
        start = time.perf_counter()
        if not self.together:
            share(teams, 0, 1)
        else:
            others = [Thread(target=share, args=(teams[t : t + 1], t, self.size))
                      for t in range(1, self.size)]  # fmt: skip
            for other in others:
                other.start()
            share(teams[:1], 0, self.size)
            for other in others:
                other.join()
        self._seconds = time.perf_counter() - start

    def learn(self, steps: int) -> None:
        """Choose how to do the next chunk, knowing how long these steps took."""
        if self.size == 1:
            return
        speed = steps / max(self._seconds, 1e-9)
        self._chunks += 1
        if self._trying:
            self._trying = False
            if speed < self._speed:
                self.together = not self.together
        elif self._chunks % RETRY == 0 or self._chunks == 2:
            self._trying, self.together = True, not self.together
            self._steps, self._speed = steps, speed
