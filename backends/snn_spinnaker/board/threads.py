"""Whether several threads pay: measured while the board runs, because the machine is shared.

Two threads ran a 64-core network in 1.3 s instead of 2.3 s when both processors of the machine
were free, and in 8 s when they were not: each phase then waits for whoever was put aside.
"""

from __future__ import annotations

#: One batch in so many tries the other choice.
TRIAL_INTERVAL = 40
#: Weight of a new measurement in the running mean.
MEMORY = 0.3


class ThreadChoice:
    """Choose between one thread and several by their seconds per instruction.

    Parameters
    ----------
    most : int
        Threads to use when several are used; 1 leaves no choice.
    """

    def __init__(self, most: int) -> None:
        self._options = (1,) if most <= 1 else (1, most)
        self._cost: dict[int, float] = {}
        self._batches = 0
        self.current = self._options[0]

    def next(self) -> int:
        """Return the number of threads for the next batch."""
        self._batches += 1
        untried = [option for option in self._options if option not in self._cost]
        if untried:
            self.current = untried[0]
        else:
            ordered = sorted(self._options, key=self._cost.__getitem__)
            self.current = ordered[-1 if self._batches % TRIAL_INTERVAL == 0 else 0]
        return self.current

    def note(self, seconds: float, instructions: int) -> None:
        """Note what a batch with the current choice took; batches without work tell nothing."""
        if instructions <= 0:
            return
        cost = seconds / instructions
        before = self._cost.get(self.current, cost)
        self._cost[self.current] = before + MEMORY * (cost - before)
