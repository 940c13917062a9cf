"""Where a result comes from."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

_PACKAGES = {"snn": "snn-spinnaker", "numpy": "numpy", "numba": "numba"}


@dataclass(frozen=True)
class Duration:
    """How long something took.

    Parameters
    ----------
    wall : float, s
        By the clock on the wall.
    cpu : float, s
        Processor time of all threads.
    """

    wall: float
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long the parts of a run took.

    Parameters
    ----------
    build, compile, run : Duration
        Declaring the network (where it was measured), compiling it (network and engine),
        advancing it.
    """

    build: Duration = Duration(0.0, 0.0)
    compile: Duration = Duration(0.0, 0.0)
    run: Duration = Duration(0.0, 0.0)

    @property
    def total(self) -> Duration:
        """Sum of all parts."""
        parts = (self.build, self.compile, self.run)
        return Duration(sum(p.wall for p in parts), sum(p.cpu for p in parts))

    def __str__(self) -> str:
        parts = (("build", self.build), ("compile", self.compile), ("run", self.run))
        return ", ".join(f"{name} {part.wall:.3g} s" for name, part in parts)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Everything that is needed to say how a result was made.

    Parameters
    ----------
    backend, numerics, precision : str
    seed : int
    dt : float, ms
    network : str
        Hash of the compiled network.
    timing : Timing
    options : mapping
        Options given to the backend (numbers, strings and booleans).
    started : str
        When the run began, ISO 8601 with the time zone.
    versions : mapping of str to str
        Of snn, numpy, numba and python.
    platform : str
        Operating system and processor architecture.
    """

    backend: str = ""
    numerics: str = "exact"
    precision: str = "float32"
    seed: int = 0
    dt: float = 0.1
    network: str = ""
    timing: Timing = Timing()
    options: Mapping[str, Any] = field(default_factory=dict)
    started: str = field(default_factory=lambda: now())
    versions: Mapping[str, str] = field(default_factory=lambda: versions())
    platform: str = field(default_factory=lambda: described_platform())


def now() -> str:
    """Return the present time in ISO 8601, to the second, with the time zone."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    found = {name: _version(package) for name, package in _PACKAGES.items()}
    return {**found, "python": platform.python_version()}


def described_platform() -> str:
    """Return operating system and processor architecture."""
    return f"{platform.system()} {platform.machine()}".strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
