"""Options of a run on SpiNNaker, checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from snn.errors import Problem, raise_if

Expected = float | Sequence[float] | Mapping[str, float | Sequence[float]]
LOGS = "spinnaker_logs"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where to run, and how sPyNNaker is told to map.

    Parameters
    ----------
    host : str
        Name or IP address of a board.
    spalloc : str
        URL of a spalloc server, which lends boards.
    virtual : bool
        Run on a virtual board that executes the real binaries.
    version : int
        3: a board of four chips; 5: boards of 48 chips.
    logs : path
        Folder for what the tool chain writes; ``spinnaker_logs/<time>`` by default.
    neurons_per_core : int or dict, optional
        At most so many, for all populations or by label.
    expand : {"lists", "board"}
        Whether drawn connectivity goes out as lists, or is drawn again by the board.
    spikes_per_second, ring_buffer_sigma, max_expected_summed_weight : optional
        What the host assumes of the input when it scales the weights; the last for all
        populations or by label.
    time_scale_factor : int, optional
        How many times slower than real time.
    timeout : float, s
        How much longer than expected a run may take.
    """

    host: str = ""
    spalloc: str = ""
    virtual: bool = False
    version: int = 5
    logs: Path = field(default_factory=lambda: Path(LOGS) / f"{datetime.now():%Y%m%d-%H%M%S-%f}")
    neurons_per_core: int | Mapping[str, int] | None = None
    expand: str = "lists"
    spikes_per_second: float | None = None
    ring_buffer_sigma: float | None = None
    max_expected_summed_weight: Expected | None = None
    time_scale_factor: int | None = None
    timeout: float = 60.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "logs", Path(self.logs).absolute())
        raise_if(self._problems())

    def _problems(self) -> list[Problem]:
        places = [n for n in ("host", "spalloc", "virtual") if getattr(self, n)]
        found = []
        if len(places) > 1:
            found.append(_problem(places[1], f"cannot go with {places[0]}", "name one place"))
        if self.version not in (3, 5):
            found.append(_problem("version", f"must be 3 (four chips) or 5 (48 chips); got "
                                  f"{self.version!r}", ""))  # fmt: skip
        if self.expand not in ("lists", "board"):
            found.append(_problem("expand", f'must be "lists" or "board"; got {self.expand!r}', ""))
        if self.time_scale_factor is not None and self.time_scale_factor < 1:
            came = self.time_scale_factor
            found.append(_problem("time_scale_factor", f"must be 1 or more; got {came!r}", ""))
        return found

    def per_core(self, label: str) -> int | None:
        """Return the limit on neurons per core of a population."""
        given = self.neurons_per_core
        return given.get(label) if isinstance(given, Mapping) else given

    def expected(self, label: str) -> Any:
        """Return the largest expected sum of weights of a population."""
        given = self.max_expected_summed_weight
        return given.get(label) if isinstance(given, Mapping) else given


def _problem(name: str, message: str, remedy: str) -> Problem:
    return Problem("spinnaker", name, message, remedy)
