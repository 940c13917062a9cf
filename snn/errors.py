"""Every exception that snn raises on purpose, and its warning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class SnnError(Exception):
    """Root of all errors of this library."""


class SnnWarning(UserWarning):
    """Something that the user probably did not mean."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a network.

    Parameters
    ----------
    component : str
        Label of the population, projection or class concerned.
    field : str
        The offending field; empty when the component as a whole is meant.
    message : str
        What is allowed (with unit) and what came.
    remedy : str
        What to do about it.
    """

    component: str
    field: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.component}.{self.field}" if self.field else self.component
        hint = f" ({self.remedy})" if self.remedy else ""
        return f"{where}: {self.message}{hint}"


class ValidationError(SnnError, ValueError):
    """One or more values are outside what a model allows; lists every problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n  - ".join([head, *map(str, self.problems)]))


class KernelError(SnnError, SyntaxError):
    """A model function is outside the kernel grammar; names file and line."""


class UnsupportedModelError(SnnError, NotImplementedError):
    """A backend or numerics profile has no form of a model."""


class BackendUnavailableError(SnnError, ImportError):
    """A backend is unknown or its packages are not installed."""


class NumericalError(SnnError, ArithmeticError):
    """A state variable became NaN or infinite during a run.

    Parameters
    ----------
    message : str
        Neuron, variable and interval.
    result : Result, optional
        Everything recorded before the fault.
    """

    def __init__(self, message: str, result: object | None = None) -> None:
        super().__init__(message)
        self.result = result


class SimulatorError(SnnError, RuntimeError):
    """Another simulator, or a board, failed.

    Parameters
    ----------
    message : str
        What happened and what to do, in one sentence.
    logs : str
        Folder with what its tool chain wrote; empty where there is none.

    Attributes
    ----------
    result : Result, optional
        What was recorded before.
    """

    def __init__(self, message: str, logs: str = "") -> None:
        self.logs = logs
        self.result: object = None
        super().__init__(f"{message}; its log is in {logs}" if logs else message)


class NotRecordedError(SnnError, LookupError):
    """A result is asked for something that was not recorded; says how to record it."""


class ResultFileError(SnnError, OSError):
    """A result file is truncated, foreign or of another version."""


def raise_if(problems: Iterable[Problem]) -> None:
    """Raise a `ValidationError` when there is at least one problem."""
    collected = tuple(problems)
    if collected:
        raise ValidationError(collected)
