"""What can be wrong between a learning rule and the network around it."""

from __future__ import annotations

from snn.cells import Cell
from snn.compiler.populations import state_table
from snn.errors import Problem
from snn.network import Projection, index_of, population_of
from snn.plasticity import EventRule
from snn.plasticity.rule import modulator_label, post_states_of
from snn.sources import SpikeArray


def surroundings_problems(projection: Projection, rule: EventRule) -> list[Problem]:
    """Require that what the rule reads of the network is there."""
    component = f"{projection.label}.{type(rule).__name__}"
    return [*_states(component, projection, rule), *_modulator(component, projection, rule)]


def _states(component: str, projection: Projection, rule: EventRule) -> list[Problem]:
    post = population_of(projection.post)
    known = list(state_table(post.model)) if isinstance(post.model, Cell) else []
    return [
        Problem(component, name, f"reads the state {state!r}, which {post.label!r} has not; "
                f"it has {', '.join(known)}", "name one of them in PostState")
        for name, state in post_states_of(type(rule)).items() if state not in known
    ]  # fmt: skip


def _modulator(component: str, projection: Projection, rule: EventRule) -> list[Problem]:
    wanted = modulator_label(rule)
    if wanted is None:
        return []
    labels = [p.label for p in projection.network.populations]
    if wanted not in labels:
        message = f"must be a population of this network; got {wanted!r}"
        return [Problem(component, "modulator", message, f"known are {', '.join(labels)}")]
    others = {modulator_label(r) for r in projection.synapse.rules} - {None, wanted}
    if others:
        message = f"rules of one projection need one neuromodulator; {others.pop()!r} is another"
        return [Problem(component, "modulator", message, "use one of them for all rules")]
    return []


def source_problems(projection: Projection) -> list[Problem]:
    """Refuse a plastic projection whose source can never spike."""
    source = population_of(projection.pre)
    if not isinstance(source.model, SpikeArray):
        return []
    try:
        trains = source.model.trains(source.size)
        spikes = sum(trains[i].size for i in index_of(projection.pre))
    except (TypeError, ValueError, IndexError):
        return []  # reported with the source
    if spikes:
        return []
    message = f"{source.label!r} lists no spike, so nothing can be learned"
    return [Problem(projection.label, "pre", message, "give it spike times")]
