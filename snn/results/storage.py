"""Results in HDF5 files."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snn.results.result import Result


def save(result: Result, path: str | PathLike[str]) -> None:
    """Write a result to a file."""
    raise NotImplementedError


def load(path: str | PathLike[str]) -> Result:
    """Read a result from a file that `Result.save` wrote."""
    raise NotImplementedError
