"""What `setup` is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from snn.errors import Problem, ValidationError

DIALECTS = ("pynn", "spinnaker")
ENGINE_OPTIONS = ("threads", "sleep")
OWN_OPTIONS = {
    "brian2": ("target",),
    "spinnaker": ("host", "spalloc", "virtual", "version", "logs"),
}
"""Options of one backend only."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What `setup` is told.

    Parameters
    ----------
    timestep : float, ms
    min_delay, max_delay : float or "auto", ms
    backend : str
        Registered backend; see ``snn backends``.
    numerics : str
        Numerics profile: ``"exact"`` or ``"spinnaker"``.
    precision : {"float64", "float32"}
    seed : int
        Root of all random input that PyNN leaves to the simulator.
    dialect : {"pynn", "spinnaker"}
        Whose conventions scripts follow.
    spike_precision : {"on_grid", "off_grid"}
        Whether listed spikes off the grid are moved to the nearest step, or fire in the
        step they lie in and are recorded at the listed times.
    options : dict
        Passed to the backend.
    """

    timestep: float = 0.1
    min_delay: float | str = "auto"
    max_delay: float | str = "auto"
    backend: str = "cpu"
    numerics: str = "exact"
    precision: str = "float64"
    seed: int = 0
    dialect: str = "pynn"
    spike_precision: str = "on_grid"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.dialect not in DIALECTS:
            known = ", ".join(DIALECTS)
            message = f"must be one of {known}; got {self.dialect!r}"
            raise ValidationError([Problem("setup", "dialect", message)])


def from_keywords(timestep: float, min_delay: float | str, extra: Mapping[str, Any]) -> Settings:
    """Return settings from the keywords of `setup`; those of other simulators are ignored."""
    known = ("backend", "numerics", "precision", "dialect", "spike_precision", "max_delay")
    chosen = {name: extra[name] for name in known if name in extra}
    backend = chosen.get("backend", "cpu")
    own = OWN_OPTIONS.get(backend, ())
    options = {name: extra[name] for name in (*ENGINE_OPTIONS, *own) if name in extra}
    if backend == "cpu":
        options.setdefault("sleep", "never")
    seed = int(extra.get("seed", extra.get("rng_seed", 0)))
    return Settings(
        timestep=float(timestep), min_delay=min_delay, seed=seed, options=options, **chosen
    )
