"""What can be wrong between a learning rule and the network around it."""

from __future__ import annotations

import math

import numpy as np

from snn.cells import Cell
from snn.compiler.populations import state_table
from snn.compiler.projections import is_implicit, rule_above
from snn.compiler.rule_parameters import array_parameters, side_of
from snn.connectors import AllToAll
from snn.errors import Problem
from snn.homeostasis import Reduction
from snn.network import Projection, index_of, population_of
from snn.plasticity import EventRule, TrialRule
from snn.plasticity.rule import modulator_label, post_states_of
from snn.plasticity.trial_rule import GIVEN, unknown_arguments
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


def trial_problems(projection: Projection, rule: TrialRule) -> list[Problem]:
    """Require what a trial rule's function takes, and that it finds a matrix of weights."""
    component = f"{projection.label}.{type(rule).__name__}"
    shape = len(projection.pre), len(projection.post)
    wrong = rule.misfits(component, shape)
    wrong = wrong or _above(component, projection, rule)
    if wrong:
        return wrong
    found = [
        Problem(component, "at_trial_end", f"has an unknown argument {name!r}",
                "take parameters, arrays of the rule, or " + ", ".join(GIVEN))
        for name in unknown_arguments(rule, shape)
    ]  # fmt: skip
    if not (isinstance(projection.connector, AllToAll) and is_implicit(projection)):
        message = "needs AllToAll between contiguous neurons, with one delay"
        found.append(Problem(component, "connector", message))
    return found


def _above(component: str, projection: Projection, rule: TrialRule) -> list[Problem]:
    """Require that the rule above is there, acts first, and begins where this one ends."""
    if rule.above is None:
        return []
    name, place = getattr(rule.above, "label", rule.above), rule_above(projection, rule)
    every = projection.network.projections
    if place is None:
        message = f"must be a projection with {type(rule).__name__}; got {name!r}"
        return [Problem(component, "above", message, "give that projection the rule")]
    if place[0] >= every.index(projection):
        message = f"must be declared before this projection, since it acts first; {name!r} is not"
        return [Problem(component, "above", message, "connect the last layer first")]
    ends = [(population_of(v).label, index_of(v).tolist())
            for v in (every[place[0]].pre, projection.post)]  # fmt: skip
    if ends[0] != ends[1]:
        message = f"must begin at the neurons where this one ends; {name!r} begins elsewhere"
        return [Problem(component, "above", message)]
    return []


def moved_state_problems(projection: Projection, rule: Reduction) -> list[Problem]:
    """Require that a rule over a state finds it in every neuron of the population."""
    if not rule.state:
        return []
    component, post = f"{projection.label}.{type(rule).__name__}", population_of(projection.post)
    known = list(state_table(post.model)) if isinstance(post.model, Cell) else []
    found = []
    if rule.state not in known:
        message = (
            f"{rule.state!r} is a state that {post.label!r} has not; it has {', '.join(known)}"
        )
        found.append(Problem(component, "state", message, "use snn.AdaptiveLIF or a cell of yours"))
    if "term" in rule.kernels() or rule.over != "post":
        message = "a rule over a state has no term, and over = 'post'"
        found.append(Problem(component, "state", message, "drop the term"))
    if not np.array_equal(np.sort(index_of(projection.post)), np.arange(post.size)):
        message = f"acts on all of {post.label!r}, and this projection reaches a part of it"
        remedy = "give the rule to a projection onto the whole population"
        found.append(Problem(component, "post", message, remedy))
    return found + _per_neuron(component, projection, rule)


def _per_neuron(component: str, projection: Projection, rule: Reduction) -> list[Problem]:
    size = len(projection.post)
    return [
        Problem(component, name, f"must have a value for each of {size} neurons; got {x.shape}",
                f"give it the shape ({size},)")
        for name, x in array_parameters(rule).items() if side_of(projection, x.shape) != "post"
    ]  # fmt: skip


def sum_problems(projection: Projection, rule: Reduction) -> list[Problem]:
    """Refuse a sum that the bounds of the other rules do not let the weights reach."""
    bounds = [float(np.max(r.w_max)) for r in projection.synapse.rules if hasattr(r, "w_max")]
    members = len(projection.pre if rule.over == "post" else projection.post)
    target = float(np.max(getattr(rule, "target", -math.inf)))
    component = f"{projection.label}.{type(rule).__name__}"
    low = max((float(np.max(r.w_min)) for r in projection.synapse.rules if hasattr(r, "w_min")),
              default=-math.inf)  # fmt: skip
    everyone = isinstance(projection.connector, AllToAll) and low > 0
    if everyone and np.min(getattr(rule, "target", math.inf)) < rule.smallest(members, low):
        message = (f"cannot be reached: {members} weights of at least {low:g} make "
                   f"{rule.smallest(members, low):g}; got {np.min(rule.target):g}")  # type: ignore[attr-defined]  # fmt: skip
        return [Problem(component, "target", message, "raise the target or lower w_min")]
    if not bounds or target <= rule.largest(members, min(bounds)):
        return []
    message = (f"cannot be reached: at most {members} weights of at most {min(bounds):g} make "
               f"{rule.largest(members, min(bounds)):g}; got {target:g}")  # fmt: skip
    return [Problem(component, "target", message, "lower the target or raise w_max")]


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
