"""Everything that a PyNN simulator cannot do with a network, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from snn.cells import Cell
from snn.compiler import Compiled, CompiledPopulation
from snn.compiler.rule_parameters import plain_problems
from snn.distributions import Distribution
from snn.errors import Problem
from snn.network import Drive, Network, Population, Projection, Recording, population_of
from snn.numerics import profile
from snn.receptors import CurrentAlpha
from snn.sources import Current, NoiseTable, Poisson, PoissonInput, SpikeArray
from snn_on_pynn import cells, rules
from snn_on_pynn.targets import BRIAN2, SPINNAKER, Target

SOURCES = (Poisson, SpikeArray)
ALIKE = {BRIAN2.name: ("tau_refrac", "v_reset")}
"""Parameters that must be the same in all cells of a population."""


def problems(network: Network, target: Target) -> list[Problem]:
    """Return what can be told from the declaration."""
    return [
        *(x for p in network.populations for x in _population(p, target)),
        *(x for d in network.drives for x in _drive(d, target)),
        *(x for q in network.projections for x in _projection(q, target)),
        *(x for r in network.recordings for x in _recording(r, target)),
        *_of_the_board(network, target),
    ]


def _of_the_board(network: Network, target: Target) -> list[Problem]:
    """Ask the profile of the board's arithmetic, which knows its binaries."""
    return profile("spinnaker").check(network, float(network.dt)) if target is SPINNAKER else []


def _population(p: Population, target: Target) -> Iterator[Problem]:
    if not isinstance(p.model, Cell):
        if not isinstance(p.model, SOURCES):
            message = f"{type(p.model).__name__} has no form on {target.title}"
            yield Problem(p.label, "", message, f"use {cells.names(SOURCES)}")
    elif cells.form_of(p.model, target) is None:
        if target is not SPINNAKER:
            yield Problem(p.label, "", cells.refusal(p.model, target))
    else:
        yield from _alike(p.label, p.model, target)
        yield from _one_tau(p.label, p.model, target)


def _alike(label: str, cell: Cell, target: Target) -> Iterator[Problem]:
    for name in ALIKE.get(target.name, ()):
        values = getattr(cell, name, 0.0)
        if isinstance(values, Distribution) or len(np.unique(values)) > 1:
            message = f"must be the same in all cells on {target.title}"
            yield Problem(label, name, message, "split the population")


def _one_tau(label: str, cell: Cell, target: Target) -> Iterator[Problem]:
    alphas = [r.tau_syn for r in cell.receptors.values() if isinstance(r, CurrentAlpha)]
    if target is BRIAN2 and len(alphas) == 2 and not np.array_equal(*alphas):
        message = "IF_curr_alpha of PyNN's Brian2 lets inhibition decay as excitation does"
        yield Problem(label, "tau_syn", message, "use one tau_syn, or backend='brian2'")


def _drive(d: Drive, target: Target) -> Iterator[Problem]:
    source = d.source
    if isinstance(source, NoiseTable) and source.repeat:
        message = f"a repeated table has no form on {target.title}"
        yield Problem(d.label, "repeat", message, "repeat the rows: np.tile(values, (k, 1))")
    elif isinstance(source, PoissonInput):
        if target is not SPINNAKER and source.weight < 0:
            message = f"must be 0 or more; got {source.weight:g}"
            yield Problem(d.label, "weight", message, "use a receptor of the other sign")
    elif not isinstance(source, Current):
        yield Problem(d.label, "", f"{type(source).__name__} has no form on {target.title}")


def _projection(q: Projection, target: Target) -> Iterator[Problem]:
    cell = population_of(q.post).model
    yield from plain_problems(q)
    for rule in q.synapse.rules:
        form = rules.form_of(rule, target)
        if form is None:
            if target is not SPINNAKER:
                yield Problem(q.label, "plasticity", rules.refusal(rule, target))
        elif target not in form.lower_bound and rule.numbers().get("w_min", 0.0):
            message = f"must be 0 on {target.title}; got {rule.numbers()['w_min']:g}"
            yield Problem(q.label, "w_min", message)
    if len(q.synapse.rules) > 1 and target is not SPINNAKER:
        message = f"may have one rule on {target.title}; got {len(q.synapse.rules)}"
        yield Problem(q.label, "plasticity", message)
    receptor = cell.receptors.get(q.receptor) if isinstance(cell, Cell) else None
    if q.synapse.rules and receptor is not None and receptor.signed:
        message = "synapses that learn cannot have both signs here"
        yield Problem(q.label, "receptor", message, "use one receptor per sign")


def _recording(r: Recording, target: Target) -> Iterator[Problem]:
    if isinstance(r.target, Projection):
        return
    p = population_of(r.target)
    if not isinstance(p.model, Cell) or r.variable == "spikes":
        return
    form = cells.form_of(p.model, target)
    if form is None:
        return
    name = r.variable.replace(".", "_")
    if cells.variable_of(p.model, form, name, target) is None:
        known = ", ".join(["spikes", *form.states])
        message = f"cannot be recorded on {target.title}; of {form.name} there are {known}"
        yield Problem(p.label, r.variable, message)


def compiled_problems(compiled: Compiled, target: Target) -> list[Problem]:
    """Return what can be told from the numbers only."""
    return [
        *(x for p in compiled.populations for x in _numbers(compiled, p, target)),
        *(x for p in compiled.populations for x in _early(compiled, p, target)),
        *(_axonal(q.label, target) for q in compiled.projections if q.rules and q.axonal),
    ]


def _numbers(compiled: Compiled, p: CompiledPopulation, target: Target) -> Iterator[Problem]:
    cell = p.model
    form = cells.form_of(cell, target) if isinstance(cell, Cell) else None
    if form is None:
        return
    finest = form.finest.get(target.name)
    if finest is not None and compiled.dt > finest:
        message = (f"must be at most {finest:g} ms for {type(cell).__name__} on {target.title}, "
                   f"which is unstable beyond; got {compiled.dt:g}")  # fmt: skip
        yield Problem(p.label, "dt", message, f"pass dt={finest:g}")
    yield from _inputs(p, form, target)


def _inputs(p: CompiledPopulation, form: cells.Form, target: Target) -> Iterator[Problem]:
    known = {*form.states, *cells.initial_inputs(p, form, target)}
    for name, values in p.initial.items():
        if name not in known and np.any(values != 0) and _of_a_receptor(p, name):
            message = f"cannot start from other than 0 on {target.title}"
            yield Problem(p.label, name, message)


def _of_a_receptor(p: CompiledPopulation, state: str) -> bool:
    assert isinstance(p.model, Cell)
    return any(state.startswith(f"{name}_") for name in p.model.receptors)


def _axonal(label: str, target: Target) -> Problem:
    message = f"must be 0 where synapses learn: delays are dendritic on {target.title}"
    return Problem(label, "axonal_delay", message, "let a relay population fire that much later")


def _early(compiled: Compiled, p: CompiledPopulation, target: Target) -> Iterator[Problem]:
    if p.spike_steps is None or not p.spike_steps.size:
        return
    first = int(p.spike_steps.min())
    if first < target.first_spike:
        message = (f"must be {target.first_spike * compiled.dt:g} ms or later on {target.title}; "
                   f"got {first * compiled.dt:g}")  # fmt: skip
        yield Problem(p.label, "times", message, "shift all times")


def only(found: Sequence[Problem], fields: tuple[str, ...]) -> list[Problem]:
    """Return the problems of some fields."""
    return [p for p in found if p.field in fields]
