"""What is asked of the memory, as spikes, and what its answer is."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from snn.errors import Problem, SnnWarning, raise_if
from snn.results import Result
from snn_models.ca3.constants import CA3Constants

ANSWER_MS = 5.0
"""From an operation to the first spike of its answer."""

SETTLED_MS = 8.0
"""From an operation to the end of its answer."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A learn (cue and content), a recall (one of them), or a forget.

    Parameters
    ----------
    time : float, ms
    cue : int, optional
    content : tuple of int
        Indices of the bits that are set; to forget a cue, what it holds.
    forgets : bool
        The cue alone is shown, then what it held; that unlearns content -> cue. The cue
        alone again, 8 ms after, unlearns cue -> content.
    """

    time: float
    cue: int | None = None
    content: tuple[int, ...] = ()
    forgets: bool = False

    @property
    def learns(self) -> bool:
        """Whether cue and content are given."""
        return self.cue is not None and bool(self.content) and not self.forgets

    @property
    def name(self) -> str:
        """What is done."""
        return "forget" if self.forgets else "learn" if self.learns else "recall"

    def spikes(self, cues: int) -> list[tuple[float, int]]:
        """Return (time, input neuron), cues first."""
        own = [] if self.cue is None else [self.cue]
        bits = [cues + bit for bit in self.content]
        if self.forgets:
            again = (0.0, 1.0, 2.0, SETTLED_MS, SETTLED_MS + 1.0, SETTLED_MS + 2.0)
            shown = [(t, line) for t in again for line in own] + [(3.0, line) for line in bits]
        else:
            shown = [(float(t), line) for t in range(3 if self.learns else 1)
                     for line in own + bits]  # fmt: skip
        return [(self.time + t, line) for t, line in shown]

    def problems(self, cues: int, contents: int) -> list[Problem]:
        """Return what is out of range."""
        found = []
        if self.cue is not None and not 0 <= self.cue < cues:
            message = f"must be in 0..{cues - 1}; got {self.cue}"
            found.append(Problem(str(self), "cue", message, "or make a memory with more cues"))
        out = [bit for bit in self.content if not 0 <= bit < contents]
        if out:
            message = f"must be bits in 0..{contents - 1}; got {out}"
            found.append(Problem(str(self), "content", message, "or make a memory with more bits"))
        if len(set(self.content)) < len(self.content):
            message = f"must name each bit once; got {list(self.content)}"
            found.append(Problem(str(self), "content", message))
        if self.cue is None and not self.content:
            found.append(Problem(str(self), "", "needs a cue or a content", "an empty content "
                                 "cannot be told from silence"))  # fmt: skip
        return found

    def __str__(self) -> str:
        return f"{self.name} at {self.time:g} ms"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the output showed of one operation.

    Parameters
    ----------
    cues, content : tuple of int
        Indices that spiked, ascending.
    """

    cues: tuple[int, ...]
    content: tuple[int, ...]


def trains(operations: Sequence[Operation], cues: int, contents: int) -> list[list[float]]:
    """Return the times of each input neuron, cues first.

    Raises
    ------
    ValidationError
        With everything that is out of range.
    """
    raise_if(p for operation in operations for p in operation.problems(cues, contents))
    times: list[list[float]] = [[] for _ in range(cues + contents)]
    for operation in operations:
        for t, line in operation.spikes(cues):
            times[line].append(t)
    return [sorted(train) for train in times]


def answers(
    result: Result, operations: Sequence[Operation], cues: int, output: str = "OUT"
) -> list[Answer]:
    """Return the answer to each operation: the output's spikes until the next one's."""
    spikes = result[output].spikes
    starts = np.array([operation.time for operation in operations]) + ANSWER_MS - 1e-6
    of = np.searchsorted(starts, spikes.times, side="right") - 1
    found = []
    for k in range(len(operations)):
        lines = np.unique(spikes.neurons[of == k])
        found.append(Answer(
            cues=tuple(map(int, lines[lines < cues])),
            content=tuple(map(int, lines[lines >= cues] - cues)),
        ))  # fmt: skip
    return found


def expected(operations: Sequence[Operation]) -> list[Answer]:
    """Return the answers of a memory that makes no mistake."""
    held: dict[int, set[int]] = {}
    found = []
    for operation in operations:
        asked = set(operation.content)
        if operation.forgets and operation.cue is not None:
            held.pop(operation.cue, None)
        if operation.learns and operation.cue is not None:
            held[operation.cue] = asked
        if operation.cue is not None:
            cues, content = {operation.cue}, held.get(operation.cue, set())
        else:
            cues, content = {cue for cue, bits in held.items() if bits & asked}, asked
        found.append(Answer(cues=tuple(sorted(cues)), content=tuple(sorted(content))))
    return found


def wrong(operations: Sequence[Operation], given: Sequence[Answer]) -> list[bool]:
    """Return which recalls were not answered as a memory that makes no mistake would.

    While a cue is overwritten, what it held before appears once at the output; so learns and
    forgets are judged by what is recalled later.
    """
    return [operation.name == "recall" and answer != wanted
            for operation, answer, wanted in zip(operations, given, expected(operations),
                                                 strict=True)]  # fmt: skip


def duration(operation: Operation, constants: CA3Constants) -> float:
    """Return the shortest time in which the network can follow an operation, in ms."""
    if operation.forgets:
        return SETTLED_MS + constants.learn_ms
    return constants.learn_ms if operation.learns else constants.recall_ms


def warn_of_overlap(operations: Sequence[Operation], constants: CA3Constants) -> None:
    """Warn of operations that begin before the network is through with the one before."""
    fast = [f"{after} comes {after.time - before.time:g} ms after a {before.name}, which takes "
            f"{duration(before, constants):g} ms"
            for before, after in pairwise(operations)
            if after.time - before.time < duration(before, constants) - 1e-6]  # fmt: skip
    if fast:
        more = f" (and {len(fast) - 1} more)" if len(fast) > 1 else ""
        message = f"{fast[0]}{more}; {constants.safe_ms:g} ms between operations are safe"
        warnings.warn(message, SnnWarning, stacklevel=3)


def warn_of_haste(spacing: float, constants: CA3Constants) -> None:
    """Warn of operations that follow each other faster than is safe."""
    if spacing < constants.safe_ms - 1e-6:
        message = (f"operations {spacing:g} ms apart leave traces in each other and answers may be "
                   f"wrong; {constants.safe_ms:g} ms are safe")  # fmt: skip
        warnings.warn(message, SnnWarning, stacklevel=4)


def warn_of_numerics(numerics: Any, constants: CA3Constants) -> None:
    """Warn of a profile for which the constants were not made."""
    name = getattr(numerics, "name", numerics)
    if name != constants.numerics:
        message = f"{constants.reason}; this is {name!r}: {constants.cure}"
        warnings.warn(message, SnnWarning, stacklevel=4)
