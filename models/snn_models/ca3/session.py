"""A memory at work: learn, recall, forget, save, go on."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any

from snn.errors import Problem, SnnError, raise_if
from snn.simulation import Simulation
from snn_models.ca3.constants import CA3Constants
from snn_models.ca3.memory import CA3Memory
from snn_models.ca3.operations import (
    SETTLED_MS,
    Answer,
    Operation,
    answers,
    trains,
    warn_of_haste,
    warn_of_numerics,
)

_DECLARATION, _STATE = "memory.json", "state.npz"


class CA3Session:
    """A memory on a backend; made by `CA3Memory.on`.

    Parameters
    ----------
    memory : CA3Memory
    backend : str
    numerics : str or Profile, optional
        By default the profile that the memory's constants were made for.
    spacing : float, ms, optional
        Time from one operation to the next; the safe one by default.
    **options
        Passed to `Simulation`.
    """

    def __init__(
        self, memory: CA3Memory, backend: str = "cpu", *, numerics: Any = None,
        spacing: float | None = None, **options: Any,
    ) -> None:  # fmt: skip
        values = memory.values
        # What is given now acts in the next step.
        self._shortest = SETTLED_MS + values.dt
        self.memory = memory
        self.spacing = max(self._shortest, values.safe_ms) if spacing is None else spacing
        raise_if(self._spacing_problems())
        warn_of_haste(self.spacing, values)
        warn_of_numerics(numerics or values.numerics, values)
        net = memory.network()
        self._input = net.populations[0]
        self.simulation = Simulation(
            net, backend=backend, numerics=numerics or values.numerics, progress=False, **options
        )

    def _spacing_problems(self) -> list[Problem]:
        if self.spacing >= self._shortest:
            return []
        message = f"must be at least {self._shortest:g} ms, an answer's end; got {self.spacing:g}"
        return [Problem("CA3Session", "spacing", message)]

    def __enter__(self) -> CA3Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Nothing is held open."""

    @property
    def time(self) -> float:
        """When the next operation begins, in ms of model time."""
        return self.simulation.time + self.memory.values.dt

    def learn(self, *, cue: int, content: Iterable[int]) -> Answer:
        """Store a content under a cue, in place of what the cue held.

        Raises
        ------
        ValidationError
            Cue or content is out of range, or the content is empty.
        """
        bits = _bits(content)
        operation = Operation(time=self.time, cue=cue, content=bits)
        if not bits:
            message, cure = "needs at least one bit to learn", "forget(cue) empties a cue"
            raise_if([Problem(str(operation), "content", message, cure)])
        return self._do(operation)

    def recall(
        self, *, cue: int | None = None, content: Iterable[int] | None = None
    ) -> tuple[int, ...]:
        """Return the content of a cue, or the cues that hold a bit of a content.

        Raises
        ------
        ValidationError
            Not one of both is given, or it is out of range.
        """
        if (cue is None) == (content is None):
            message = "needs either a cue or a content"
            raise_if([Problem(f"recall at {self.time:g} ms", "", message)])
        bits = _bits(content or ())
        answer = self._do(Operation(time=self.time, cue=cue, content=bits))
        return answer.cues if cue is None else answer.content

    def forget(self, *, cue: int) -> tuple[int, ...]:
        """Empty a cue; return what it held.

        The cue is recalled first, because what it says is part of the spikes that make it
        forget.
        """
        held = self.recall(cue=cue)
        if held:
            self._do(Operation(time=self.time, cue=cue, content=held, forgets=True))
        return held

    def _do(self, operation: Operation) -> Answer:
        """Give the spikes of an operation, wait, and read the output."""
        given = trains([operation], self.memory.cues, self.memory.contents)
        self.simulation.set(self._input, times=given)
        # A forget shows the cue a second time.
        result = self.simulation.run(self.spacing + (SETTLED_MS if operation.forgets else 0.0))
        return answers(result, [operation], self.memory.cues)[0]

    def save(self, path: str | PathLike[str]) -> None:
        """Write the memory, with all that its future depends on, to one file."""
        declared = {"cues": self.memory.cues, "contents": self.memory.contents,
                    "constants": asdict(self.memory.values)}  # fmt: skip
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path, "w") as file:
            state = Path(folder, _STATE)
            self.simulation.save_checkpoint(state)
            file.writestr(_DECLARATION, json.dumps(declared))
            file.write(state, _STATE)

    @classmethod
    def load(cls, path: str | PathLike[str], backend: str = "cpu", **options: Any) -> CA3Session:
        """Return a saved memory, to go on; options as of `CA3Memory.on`.

        Raises
        ------
        SnnError
            The file is damaged or something else.
        """
        try:
            with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as file:
                declared = json.loads(file.read(_DECLARATION))
                constants = CA3Constants(**declared.pop("constants"))
                session = cls(CA3Memory(**declared, constants=constants), backend, **options)
                session.simulation.load_checkpoint(file.extract(_STATE, folder))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
            if isinstance(error, SnnError | FileNotFoundError):
                raise
            raise SnnError(
                f"{path} is not a whole memory file ({error}); needed is what CA3Session.save wrote"
            ) from error
        return session


def _bits(content: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(int(bit) for bit in content))
