"""What of the simulators is installed, found without importing them."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path


def installed(package: str) -> bool:
    """Return whether a distribution is installed."""
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def release(version: str) -> tuple[int, int]:
    """Return the first two numbers of a version."""
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def tool(name: str) -> str | None:
    """Return where a program is: on PATH, or beside Python."""
    return shutil.which(name) or shutil.which(name, path=str(beside_python()))


def beside_python() -> Path:
    """Return the folder of programs of this environment."""
    return Path(sys.executable).parent


def put_tools_on_path() -> None:
    """Let programs beside Python be found; an environment may be used without activating it."""
    places = os.environ.get("PATH", "").split(os.pathsep)
    if str(beside_python()) not in places:
        os.environ["PATH"] = os.pathsep.join([str(beside_python()), *places])
