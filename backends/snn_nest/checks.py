"""What of a network NEST cannot run: all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from snn.cells import AdaptiveLIF, Cell
from snn.compiler.rule_parameters import array_parameters, plain_problems
from snn.errors import Problem
from snn.host import CPU, host_problems
from snn.network import Network, Population, Projection, population_of
from snn.plasticity import EventRule
from snn.sources import Current, Poisson, PoissonInput, SpikeArray
from snn_nest.cells import match, states_of
from snn_nest.kernel import TICS, tics_for
from snn_nest.rules import FORMS, faults, form_of


def problems(network: Network) -> Iterator[Problem]:
    """Yield every problem of a declared network."""
    yield from _step(network)
    for population in network.populations:
        yield from _population(population)
    for projection in network.projections:
        yield from _projection(projection)
    yield from _post_traces(network)
    for drive in network.drives:
        if not isinstance(drive.source, Current | PoissonInput):
            yield Problem(drive.label, "source", f"{type(drive.source).__name__} has no form in "
                          "NEST", CPU)  # fmt: skip
    yield from _recordings(network)


def _step(network: Network) -> Iterator[Problem]:
    if isinstance(network.dt, float | int) and tics_for(float(network.dt)) is None:
        message = f"must be a whole number of NEST's ticks of 1/{TICS[-1]} ms; got {network.dt:g}"
        yield Problem("network", "dt", message, "use a multiple of 0.001 ms")


def _population(population: Population) -> Iterator[Problem]:
    cell = population.model
    if not isinstance(cell, Cell):
        if not isinstance(cell, Poisson | SpikeArray):
            message = f"{type(cell).__name__} has no form in NEST"
            yield Problem(population.label, "model", message, "use Poisson or SpikeArray")
        return
    found = match(cell)
    if found.form is None or found.reason:
        yield Problem(population.label, "model", found.reason, found.remedy)
        return
    if isinstance(cell, AdaptiveLIF) and np.any(np.asarray(cell.adapting) != 0):
        message = "NEST has no threshold that grows at spikes and decays slowly"
        yield Problem(population.label, "adapting", message, "freeze it with adapting=0")
    known = states_of(cell)
    for name in population.initial:
        if not known.get(name.replace(".", "_"), ("", 0.0, False))[2]:
            message = f"{found.model} does not let {name} be set"
            yield Problem(
                population.label, f"initial[{name!r}]", message, f"leave it out, or {CPU}"
            )


def _projection(projection: Projection) -> Iterator[Problem]:
    rules = [r for r in projection.synapse.rules if isinstance(r, EventRule)]
    yield from host_problems(projection)
    if len(rules) > 1:
        came = ", ".join(type(r).__name__ for r in rules)
        message = f"a synapse of NEST has one rule; got {came}"
        yield Problem(projection.label, "plasticity", message, f"choose one, or {CPU}")
    yield from plain_problems(projection)
    for rule in rules if not any(map(array_parameters, rules)) else ():
        yield from _rule(projection, rule)


def _rule(projection: Projection, rule: Any) -> Iterator[Problem]:
    form, name = form_of(rule), f"{projection.label}.{type(rule).__name__}"
    if form is None:
        known = ", ".join(f.rule.__name__ for f in FORMS)
        yield Problem(projection.label, "plasticity", f"{type(rule).__name__} has no synapse in "
                      "NEST", f"use {known}, or backend='cpu'")  # fmt: skip
        return
    for field, message, remedy in faults(rule, form):
        yield Problem(name, field, message, remedy)
    cell = population_of(projection.post).model
    receptor = cell.receptors.get(projection.receptor) if isinstance(cell, Cell) else None
    if form.still and receptor is not None and receptor.signed:
        message = f"{form.synapse} keeps the sign of a weight; the receptor is signed"
        yield Problem(name, "receptor", message, "use two receptors, one of each sign")


def _post_traces(network: Network) -> Iterator[Problem]:
    """Compare the post traces that the projections of a population need."""
    needs: dict[tuple[str, str], tuple[float, str]] = {}
    for projection in network.projections:
        for rule in projection.synapse.rules:
            form = form_of(rule)
            for name, value in (form.post(rule) if form else {}).items():
                post = population_of(projection.post).label
                other, label = needs.setdefault((post, name), (value, projection.label))
                if other != value:
                    message = (f"a neuron of NEST has one {name}; {post} needs {value:g} ms here "
                               f"and {other:g} ms for {label}")  # fmt: skip
                    yield Problem(projection.label, name, message, "use one time constant")


def _recordings(network: Network) -> Iterator[Problem]:
    for r in network.recordings:
        if isinstance(r.target, Projection) or r.variable == "spikes":
            continue
        cell = population_of(r.target).model
        if not isinstance(cell, Cell) or match(cell).form is None:
            continue
        known = states_of(cell)
        if r.variable.replace(".", "_") not in known:
            message = f"{match(cell).model} does not show {r.variable}"
            yield Problem(population_of(r.target).label, "recording", message,
                          f"record one of {', '.join(known)}, or {CPU}")  # fmt: skip
