"""Which rules a target hands over to the host, and the network that is left to the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from snn.cells import Cell
from snn.compiler import Compiled
from snn.compiler.compiled import CompiledRecording
from snn.errors import Problem
from snn.homeostasis import Reduction
from snn.network import Network
from snn.plasticity import EventRule, TrialRule
from snn.plasticity.rule import post_states_of


def split(
    network: Network, problems: Sequence[Problem], unsupported: str, restarts: bool = True
) -> tuple[tuple[int, ...], list[Problem]]:
    """Return the projections whose rules the host applies, and the problems that are left.

    Parameters
    ----------
    unsupported : {"refuse", "host"}
    restarts : bool
        Whether the target can put neurons back to their initial states, with nothing on its
        way to them.
    """
    if unsupported not in ("refuse", "host"):
        message = f'must be "refuse" or "host"; got {unsupported!r}'
        return (), [*problems, Problem("simulation", "unsupported", message)]
    if unsupported == "refuse":
        return (), list(problems)
    ours = {k: _about_rules(network, k, problems) for k in range(len(network.projections))}
    hosted = tuple(k for k, own in ours.items() if own)
    solved = [p for own in ours.values() for p in own]
    left = [p for p in problems if p not in solved]
    return hosted, [*left, *(x for k in hosted for x in _unhosted(network, k, restarts))]


def _about_rules(network: Network, k: int, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that a projection has no more when its rules are taken away."""
    q = network.projections[k]
    rules = {f"{q.label}.{type(rule).__name__}" for rule in q.synapse.rules}
    return [
        p for p in problems
        if p.component in rules or (p.component, p.field) == (q.label, "plasticity")
    ]  # fmt: skip


def _unhosted(network: Network, k: int, restarts: bool) -> Iterator[Problem]:
    q = network.projections[k]
    for rule in q.synapse.rules:
        if isinstance(rule, TrialRule) and rule.restart and not restarts:
            message = (f"{type(rule).__name__} puts neurons back to their initial states after "
                       "each trial, which this backend cannot")  # fmt: skip
            yield Problem(q.label, "plasticity", message, 'run it with backend="cpu"')
            continue
        if isinstance(rule, TrialRule) and len(q.synapse.rules) == 1 and rule.above is None:
            continue
        reads = isinstance(rule, EventRule) and (post_states_of(type(rule)) or rule.delivers)
        inside = reads or (isinstance(rule, Reduction) and bool(getattr(rule, "state", "")))
        if isinstance(rule, TrialRule) or inside or not hasattr(rule, "numbers"):
            message = f"{type(rule).__name__} cannot be applied by the host, which sees spikes only"
            yield Problem(q.label, "plasticity", message, 'run it with backend="cpu"')


def stripped(compiled: Compiled, hosted: Sequence[int]) -> Compiled:
    """Return a network without the rules of some projections, that records what they see."""
    projections = tuple(replace(q, rules=()) if q.index in hosted else q
                        for q in compiled.projections)  # fmt: skip
    own = [compiled.projections[k] for k in hosted]
    seen = {k for q in own for k in (q.pre, q.post)}
    seen |= {r.modulator for q in own for r in q.rules if r.modulator is not None}
    peaks = {q.post for q in own for made in q.rules
             if isinstance(made.rule, TrialRule) and "peak" in made.rule.arguments()}  # fmt: skip
    extra = [_recording(compiled, k, "spikes") for k in sorted(seen)]
    extra += [_recording(compiled, k, membrane(compiled, k)) for k in sorted(peaks)]
    return replace(compiled, projections=projections, recordings=(*compiled.recordings, *extra))


def _recording(compiled: Compiled, k: int, variable: str) -> CompiledRecording:
    p = compiled.populations[k]
    return CompiledRecording(label=p.label, population=k, projection=-1, variable=variable,
                             index=np.arange(p.size), every=1)  # fmt: skip


def membrane(compiled: Compiled, k: int) -> str:
    """Return the state of a population that its threshold is on."""
    cell = compiled.populations[k].model
    assert isinstance(cell, Cell)
    return str(cell.membrane)
