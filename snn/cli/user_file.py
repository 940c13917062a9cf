"""The FILE.py that a command is given: it leaves `net` (or `build()`) and maybe `duration`."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from snn.cli.failure import Failure
from snn.cli.pynn_script import declared
from snn.network import Network


@dataclass(frozen=True)
class UserFile:
    """What a user's file leaves.

    Parameters
    ----------
    path : Path
    network : Network
    duration : float, ms, optional
    machine : dict
        What a script for PyNN tells SpiNNaker's machine, as options of `snn.deploy`.
    """

    path: Path
    network: Network
    duration: float | None
    machine: dict[str, Any] = field(default_factory=dict)


def read(path: Path, language: str | None = None, arguments: tuple[str, ...] = ()) -> UserFile:
    """Execute a user's file and return what it leaves.

    Parameters
    ----------
    path : Path
    language : {"pynn"}, optional
        The file is a script for PyNN, which is executed up to its first run.
    arguments : tuple of str
        For such a script.

    Raises
    ------
    Failure
        The file cannot be read, raises an error, or leaves no network.
    """
    if language:
        with _located(path):
            return UserFile(path, *declared(path, arguments))
    if arguments:
        raise Failure(f"{path} takes no arguments; got {' '.join(arguments)}")
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
