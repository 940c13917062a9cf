"""The FILE.py that a command is given: it leaves `net` (or `build()`) and maybe `duration`."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from snn.cli.failure import Failure
from snn.network import Network


@dataclass(frozen=True)
class UserFile:
    """What a user's file leaves.

    Parameters
    ----------
    path : Path
    network : Network
    duration : float, ms, optional
    """

    path: Path
    network: Network
    duration: float | None


def read(path: Path) -> UserFile:
    """Execute a user's file and return what it leaves.

    Raises
    ------
    Failure
        The file cannot be read, raises an error, or leaves no network.
    """
    module = ModuleType(f"snn_file_{path.stem}")
    module.__file__ = str(path)
    # Dataclasses look their module up there when they resolve annotations.
    sys.modules[module.__name__] = module
    with _neighbours(path), _located(path):
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
        network = _network(path, module)
    return UserFile(path, network, _duration(path, module))


def _network(path: Path, module: ModuleType) -> Network:
    network = getattr(module, "net", None)
    build = getattr(module, "build", None)
    if network is None and callable(build):
        network = build()
    if not isinstance(network, Network):
        came = "" if network is None else f"; `net` is {type(network).__name__}"
        raise Failure(f"{path} leaves no network{came}: end it with `net = snn.Network(...)`, "
                      "or define `build()` that returns one")  # fmt: skip
    return network


def _duration(path: Path, module: ModuleType) -> float | None:
    duration: Any = getattr(module, "duration", None)
    if duration is None:
        return None
    if not isinstance(duration, int | float) or not duration > 0:
        raise Failure(f"{path}: `duration` must be a positive number of ms; got {duration!r}")
    return float(duration)


@contextmanager
def _neighbours(path: Path) -> Iterator[None]:
    """Let the file import modules that lie beside it."""
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


@contextmanager
def _located(path: Path) -> Iterator[None]:
    """Turn any error of the user's code into one line with file and line number."""
    try:
        yield
    except Failure:
        raise
    except SyntaxError as error:
        where = f"{error.filename or path}, line {error.lineno}"
        raise Failure(f"{where}: {type(error).__name__}: {error.msg}") from error
    except OSError as error:
        raise Failure(_message(path, error)) from error
    except Exception as error:
        raise Failure(_message(path, error)) from error


def _message(path: Path, error: Exception) -> str:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    where = f"{path}, line {lines[-1]}" if lines else f"{path}"
    return f"{where}: {type(error).__name__}: {error}"
