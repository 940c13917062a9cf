"""What PyNN keeps global, in one object that `setup` starts and `end` finishes."""

from __future__ import annotations

from typing import Any

from pyNN import common
from pyNN.common.control import BaseState

from snn.pynn.session import Session
from snn.pynn.settings import Settings

name = "snn"


class ID(int, common.IDMixin):
    """A cell: an integer that knows its population."""

    def __init__(self, n: int) -> None:
        common.IDMixin.__init__(self)


class WouldRun(BaseException):
    """Ends a script, whose network alone is wanted, where it would begin to run.

    Parameters
    ----------
    duration : float, ms
        How long it would run.
    """

    def __init__(self, duration: float) -> None:
        super().__init__()
        self.duration = duration


class State(BaseState):
    """Everything that was declared since `setup`, and how far it was run.

    `prescribed` are keywords that stand before those of the script's own `setup`; with
    `declares`, the first run raises `WouldRun`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.prescribed: dict[str, Any] = {}
        self.declares = False
        self.begin(Settings())

    def begin(self, settings: Settings) -> None:
        """Forget the network and start over with other settings."""
        self.settings = settings
        self.mpi_rank = 0
        self.num_processes = 1
        self.write_on_end: list[Any] = []
        self.recorders: set[Any] = set()
        self.populations: list[Any] = []
        self.projections: list[Any] = []
        self.electrodes: list[Any] = []
        self.machine: dict[str, Any] = {}
        self.id_counter = 0
        self.segment_counter = -1
        self.session = Session(self)
        self.reset()

    clear = begin

    def reset(self) -> None:
        """Go back to time 0 and begin a segment."""
        self.running = False
        self.t_start = 0
        self.segment_counter += 1
        self.session.rewind()

    def expect(self, duration: float) -> None:
        """Take note of a run that a script asks for."""
        if self.declares:
            raise WouldRun(duration)

    def run(self, duration: float) -> None:
        """Advance by a duration, in ms."""
        self.run_until(self.t + duration)

    def run_until(self, time: float) -> None:
        """Advance to a time, in ms."""
        self.running = True
        self.session.run_until(time)

    @property
    def dt(self) -> float:
        """Time step, in ms."""
        return self.settings.timestep

    @property
    def t(self) -> float:
        """Time reached, in ms."""
        return self.session.time

    @property
    def min_delay(self) -> float:
        """Smallest delay: what `setup` was told, else that of the network."""
        given = self.settings.min_delay
        return float(given) if given != "auto" else self._delay(min)

    @property
    def max_delay(self) -> float:
        """Largest delay: what `setup` was told, else that of the network."""
        given = self.settings.max_delay
        return float(given) if given != "auto" else self._delay(max)

    def _delay(self, choose: Any) -> float:
        found = [p.delay_range() for p in self.projections if len(p)]
        return float(choose((choose(pair) for pair in found), default=self.dt))


state = State()
