"""What the board cannot run, told before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterator

from snn.cells import Cell
from snn.errors import Problem
from snn.network import Network, Population, Recording, population_of
from snn.receptors import CurrentAlpha
from snn.sources import PoissonInput
from snn_spinnaker.numerics.binaries import binary_of, refusal


def network_problems(network: Network, dt: float) -> list[Problem]:
    """Return everything of a network that has no form on the board."""
    return [
        *(x for p in network.populations for x in _population(p)),
        *(x for d in network.drives if isinstance(d.source, PoissonInput) for x in _drive(d.label)),
        *(x for r in network.recordings for x in _recording(r)),
    ]


def _population(p: Population) -> Iterator[Problem]:
    if not isinstance(p.model, Cell):
        return
    if binary_of(p.model) is None:
        yield Problem(p.label, "", refusal(p.model))
    for name, receptor in p.model.receptors.items():
        if receptor.signed:
            message = "must not be signed: a ring buffer holds positive numbers"
            yield Problem(f"{p.label}.{name}", "signed", message, "use one receptor per sign")


def _drive(label: str) -> Iterator[Problem]:
    message = "a PoissonInput has no form on the board"
    yield Problem(label, "", message, "use a population of Poisson sources and OneToOne")


def _recording(r: Recording) -> Iterator[Problem]:
    if not isinstance(r.target, Population) or "." not in r.variable:
        return
    receptor, variable = r.variable.split(".", 1)
    model = population_of(r.target).model
    found = model.receptors.get(receptor) if isinstance(model, Cell) else None
    if isinstance(found, CurrentAlpha) and variable != "i":
        yield Problem(r.target.label, r.variable, "is not kept on the board; record the current i")
