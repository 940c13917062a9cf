"""The three experiments of the paper, as operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import snn
from snn.numerics import Profile
from snn.results import Result
from snn_models.ca3 import Answer, CA3Memory, Operation
from snn_models.ca3.operations import answers, wrong


def learn(time: float, cue: int, *bits: int) -> Operation:
    """Return a learn."""
    return Operation(time=time, cue=cue, content=bits)


def ask(time: float, *bits: int) -> Operation:
    """Return a recall by content."""
    return Operation(time=time, content=bits)


def cue(time: float, index: int) -> Operation:
    """Return a recall by cue."""
    return Operation(time=time, cue=index)


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One experiment.

    Parameters
    ----------
    title : str
    cues, contents : int
    duration : float, ms
    operations : tuple of Operation
    """

    title: str
    cues: int
    contents: int
    duration: float
    operations: tuple[Operation, ...]

    def run(
        self, constants: str = "published", numerics: str | Profile = "spinnaker",
        backend: str = "cpu", **options: Any,
    ) -> Result:  # fmt: skip
        """Run it on a fresh memory; options go to `snn.run`."""
        memory = CA3Memory(self.cues, self.contents, constants)
        return snn.run(memory.network(self.operations), self.duration, backend=backend,
                       numerics=numerics, progress=False, **options)  # fmt: skip

    def answers(self, result: Result) -> list[Answer]:
        """Return what was answered."""
        return answers(result, self.operations, self.cues)

    def wrong(self, result: Result) -> int:
        """Return how many recalls were answered wrongly."""
        return sum(wrong(self.operations, self.answers(result)))

    @property
    def recalls(self) -> int:
        """How many recalls there are."""
        return sum(operation.name == "recall" for operation in self.operations)


def _functional() -> Experiment:
    return Experiment(
        title="functional test", cues=5, contents=10, duration=90.0,
        operations=(
            learn(0.0, 0, 0, 1, 8, 9), learn(10.0, 4, 1, 5, 6), learn(20.0, 3, 4, 5, 6),
            cue(30.0, 0), ask(40.0, 6), ask(50.0, 0, 4),
            learn(60.0, 3, 1, 3, 4, 8), cue(70.0, 3), ask(80.0, 6),
        ),
    )  # fmt: skip


def _stress() -> Experiment:
    """Return three rounds of 5 learns, 5 recalls by cue, 10 by content, every 14 ms."""
    made: list[Operation] = []

    def now() -> float:
        return 1.0 + 14.0 * len(made)

    for complement in (0, 1023, 0):
        for k in range(5):
            word = (k + 1) ^ complement
            made.append(learn(now(), k, *(bit for bit in range(10) if word >> bit & 1)))
        for k in range(5):
            made.append(cue(now(), k))
        for bit in range(10):
            made.append(ask(now(), bit))
    return Experiment(title="stress test", cues=5, contents=10, duration=851.0,
                      operations=tuple(made))  # fmt: skip


STATES = ("unknown", "start", "goal", "free", "path", "obstacle")
MAP = (0, 5, 1, 3, 0, 3, 4, 5, 0, 5, 4, 3, 2, 4, 4, 3)
"""State of each cell of a 4 x 4 map, row by row."""


def _map() -> Experiment:
    learns = [learn(7.0 * k, k, state) for k, state in enumerate(MAP)]
    asked = [ask(112.0, 1, 2, 4), ask(118.0, 3), ask(124.0, 5), ask(130.0, 0)]
    return Experiment(title="map of states", cues=16, contents=6, duration=140.0,
                      operations=(*learns, *asked))  # fmt: skip


EXPERIMENTS = {1: _functional(), 2: _stress(), 3: _map()}
