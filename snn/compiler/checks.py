"""Collect everything that is wrong with a network before anything is compiled."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from snn.compiler.input_checks import drive_problems, recording_problems
from snn.compiler.population_checks import population_problems
from snn.compiler.projection_checks import projection_problems
from snn.errors import Problem
from snn.network import Network
from snn.units import magnitude_or_same


def check(network: Network, dt: float, precision: str, numerics: Any) -> list[Problem]:
    """Return every problem of the network.

    Parameters
    ----------
    network : Network
    dt : float, ms
        What is not a possible step is a problem like the others; times are then not
        compared with the grid.
    precision : str
    numerics : str or Profile
    """
    found = _settings(dt, precision, numerics)
    step = step_of(dt)
    found += _labels(network)
    for population in network.populations:
        found += population_problems(population, step)
    for projection in network.projections:
        found += projection_problems(projection, network, step)
    for drive in network.drives:
        found += drive_problems(drive, network, step)
    for recording in network.recordings:
        found += recording_problems(recording, network, step)
    return found


def step_of(dt: Any) -> float | None:
    """Return the step in ms, None when it is not one."""
    value = magnitude_or_same(dt, "ms")
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if usable and math.isfinite(value) and value > 0 else None


def _settings(dt: Any, precision: str, numerics: Any) -> list[Problem]:
    from snn.engine import names

    found = []
    if step_of(dt) is None:
        found.append(Problem("network", "dt", f"must be in (0, inf) ms; got {dt!r}"))
    if precision not in ("float32", "float64"):
        found.append(Problem("network", "precision", f"must be one of float32, float64; "
                             f"got {precision!r}"))  # fmt: skip
    known = sorted({"exact", *names("snn.numerics")})
    if not hasattr(numerics, "lower") if not isinstance(numerics, str) else numerics not in known:
        message = f"must be one of {', '.join(known)}; got {numerics!r}"
        found.append(Problem("network", "numerics", message))
    return found


def _labels(network: Network) -> list[Problem]:
    """Require labels to be distinct: results and random streams go by them."""
    results = [p.label for p in network.populations] + [p.label for p in network.projections]
    return _repeated(results) + _repeated(d.label for d in network.drives)


def _repeated(labels: Iterable[Any]) -> list[Problem]:
    found, seen = [], set()
    for label in labels:
        if not isinstance(label, str):
            found.append(Problem(str(label), "label", f"must be a string; got {label!r}"))
        elif label in seen:
            message = f"must be unique; {label!r} is used more than once"
            found.append(Problem(label, "label", message, "rename one of them"))
        seen.add(label)
    return found
