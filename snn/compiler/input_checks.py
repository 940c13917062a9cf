"""What can be wrong with drives, injected currents and recordings."""

from __future__ import annotations

from typing import Any

from snn.cells import Cell
from snn.compiler.population_checks import source_problems
from snn.compiler.projection_checks import GRID, side_problems, target_problems
from snn.conversion import initial_units, synapse_units
from snn.errors import Problem
from snn.fields import readable
from snn.network import Drive, Network, Projection, Recording, population_of
from snn.receptors import Receptor
from snn.sources import Input, PoissonInput
from snn.sources.currents import Current
from snn.units import unit_fault


def drive_problems(drive: Drive, network: Network, dt: float | None) -> list[Problem]:
    """Return every problem of a drive or an injected current."""
    label = drive.label
    found = side_problems(label, "target", drive.target, network) + _kind(drive)
    if found:
        return found
    if not isinstance(population_of(drive.target).model, Cell):
        message = f"{population_of(drive.target).label!r} is a source and receives nothing"
        return [Problem(label, "target", message, "target a population of cells")]
    if drive.receptor:
        found += target_problems(label, drive.target, drive.receptor)
    if dt is not None:
        found += source_problems(label, drive.source, len(drive.target), dt)
    return found or _sign(drive)


def _kind(drive: Drive) -> list[Problem]:
    """Tell drives, which go to a receptor, from currents, which do not."""
    source: Any = drive.source
    if not isinstance(source, Input):
        message = f"must be an input; got {source!r}"
        remedy = "write for example snn.PoissonInput(rate=1000.0, weight=0.01)"
        return [Problem(drive.label, "source", message, remedy)]
    if isinstance(source, Current) and drive.receptor:
        message = f"{type(source).__name__} is a current and goes to no receptor"
        return [Problem(drive.label, "source", message, "use network.inject")]
    if isinstance(source, PoissonInput) and not drive.receptor:
        message = "PoissonInput is a synaptic drive and needs a receptor"
        return [Problem(drive.label, "source", message, "use network.drive")]
    return []


def _sign(drive: Drive) -> list[Problem]:
    model = population_of(drive.target).model
    receptor = getattr(model, "receptors", {}).get(drive.receptor)
    weight = readable(getattr(drive.source, "weight", None))
    if not isinstance(receptor, Receptor) or receptor.signed or weight is None or weight >= 0:
        return []
    unit = synapse_units(drive.target, drive.receptor)["weight"]
    message = f"must be in [0, inf) {unit}; got {float(weight):g}"
    return [Problem(drive.label, "weight", message, "the receptor carries the sign")]


def recording_problems(recording: Recording, network: Network, dt: float | None) -> list[Problem]:
    """Return every problem of a recording."""
    target = recording.target
    if isinstance(target, Projection):
        found = _of_projection(recording, target, network)
    else:
        found = side_problems("recording", "target", target, network)
        found = found or _of_population(recording)
    owner = getattr(target, "population", target)
    return found + _interval(getattr(owner, "label", "recording"), recording.every, dt)


def _of_projection(recording: Recording, target: Projection, network: Network) -> list[Problem]:
    if target not in network.projections:
        message = f"{target.label!r} belongs to another network"
        return [Problem("recording", "target", message)]
    if recording.variable != "weights":
        message = f"a projection has no variable {recording.variable!r}; it has weights"
        return [Problem(target.label, "record", message, "record 'weights'")]
    return []


def _of_population(recording: Recording) -> list[Problem]:
    assert not isinstance(recording.target, Projection)
    population = population_of(recording.target)
    known = ["spikes", *initial_units(population.model)]
    alike = {*known, *(name.replace(".", "_") for name in known)}
    if recording.variable in alike:
        return []
    message = f"has no variable {recording.variable!r}; it has {', '.join(known)}"
    remedy = "weights are recorded from a projection" if recording.variable == "weights" \
        else "use one of them"  # fmt: skip
    return [Problem(population.label, "record", message, remedy)]


def _interval(label: str, every: Any, dt: float | None) -> list[Problem]:
    if every is None or dt is None:
        return []
    value = None if unit_fault(every, "ms") else readable(every)
    steps = float(value) / dt if value is not None and value.ndim == 0 else float("nan")
    if steps >= 1 - GRID and abs(steps - round(steps)) <= GRID * max(1.0, steps):
        return []
    message = f"must be a multiple of the step, {dt:g} ms; got {every!r}"
    return [Problem(label, "every", message)]
