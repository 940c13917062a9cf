"""What the board cannot run, told before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterator

from snn.cells import Cell
from snn.compiler.rule_parameters import plain_problems
from snn.errors import Problem
from snn.network import Network, Population, Projection, Recording, population_of
from snn.plasticity import RewardSTDP, Rule
from snn.plasticity.rule import modulator_label
from snn.receptors import CurrentAlpha, CurrentDelta
from snn.sources import PoissonInput
from snn_spinnaker.numerics.binaries import binary_of, refusal
from snn_spinnaker.numerics.learning import FORMS, form_of
from snn_spinnaker.numerics.neuromodulation import LARGEST_LEVEL

_DELTA = ("the board's delta synapse is CurrentPulse: a weight of w nA moves v by "
          "w (tau_m / cm) (1 - exp(-dt / tau_m)) / dt mV")  # fmt: skip


def network_problems(network: Network, dt: float) -> list[Problem]:
    """Return everything of a network that has no form on the board."""
    return [
        *(x for p in network.populations for x in _population(p)),
        *(x for d in network.drives if isinstance(d.source, PoissonInput) for x in _drive(d.label)),
        *(x for r in network.recordings for x in _recording(r)),
        *(x for q in network.projections for x in _rules(q)),
        *_different_rules(network),
        *_modulators(network),
    ]


def _population(p: Population) -> Iterator[Problem]:
    if not isinstance(p.model, Cell):
        return
    if binary_of(p.model) is None:
        pulses = any(isinstance(r, CurrentDelta) for r in p.model.receptors.values())
        yield Problem(p.label, "", refusal(p.model), _DELTA if pulses else "")
    for name, receptor in p.model.receptors.items():
        if receptor.signed:
            message = "must not be signed: a ring buffer holds positive numbers"
            yield Problem(f"{p.label}.{name}", "signed", message, "use one receptor per sign")


def _drive(label: str) -> Iterator[Problem]:
    message = "a PoissonInput has no form on the board"
    yield Problem(label, "", message, "use a population of Poisson sources and OneToOne")


def _rules(q: Projection) -> Iterator[Problem]:
    if len(q.synapse.rules) > 1:
        message = f"may have one rule on the board; got {len(q.synapse.rules)}"
        yield Problem(q.label, "plasticity", message)
    yield from plain_problems(q)
    for rule in q.synapse.rules:
        if form_of(rule) is None:
            yield Problem(q.label, "plasticity", _unknown(rule))
        if isinstance(rule, RewardSTDP):
            yield from _reward(q, rule)


def _reward(q: Projection, rule: RewardSTDP) -> Iterator[Problem]:
    if rule.baseline != 0:
        message = f"must be 0 on the board; got {rule.baseline:g}"
        yield Problem(q.label, "baseline", message, "raise the rate of the modulator instead")
    if abs(rule.d_plus) >= LARGEST_LEVEL:
        message = f"must be in (-16, 16) 1/ms on the board (s4.11); got {rule.d_plus:g}"
        yield Problem(q.label, "d_plus", message, "raise the steps of the eligibility instead")


def _unknown(rule: Rule) -> str:
    part = getattr(rule, "dependence", None)
    own = type(rule).__name__ + (f" with {type(part).__name__}" if part is not None else "")
    known = ", ".join(f"{r.__name__} with {d.__name__}" for r, d in FORMS)
    return f"{own} has no binary on the board; there are {known}"


def _different_rules(network: Network) -> Iterator[Problem]:
    """Require one rule per population: a core holds one set of tables."""
    first: dict[int, Projection] = {}
    for q in network.projections:
        for rule in q.synapse.rules:
            other = first.setdefault(id(population_of(q.post)), q)
            if _numbers(rule) != _numbers(other.synapse.rules[0]):
                message = f"must be that of {other.label!r}: a population has one rule on the board"
                yield Problem(q.label, "plasticity", message, "split the population")


def _modulators(network: Network) -> Iterator[Problem]:
    """Require that a neuromodulator sends a population rewards only."""
    rewarded = {(id(population_of(q.post)), modulator_label(rule)): q for q in network.projections
                for rule in q.synapse.rules if isinstance(rule, RewardSTDP)}  # fmt: skip
    for q in network.projections:
        pre = population_of(q.pre).label
        taught = rewarded.get((id(population_of(q.post)), pre))
        if taught is not None:
            message = (
                f"must not be {pre!r}, which on the board sends only rewards for {taught.label!r}"
            )
            yield Problem(q.label, "pre", message, "reward by a relay population of its own")


def _numbers(rule: Rule) -> tuple[object, ...]:
    return (type(rule), type(getattr(rule, "dependence", None)), modulator_label(rule),
            tuple(rule.numbers().items()))  # fmt: skip


def _recording(r: Recording) -> Iterator[Problem]:
    if not isinstance(r.target, Population) or "." not in r.variable:
        return
    receptor, variable = r.variable.split(".", 1)
    model = population_of(r.target).model
    found = model.receptors.get(receptor) if isinstance(model, Cell) else None
    if isinstance(found, CurrentAlpha) and variable != "i":
        yield Problem(r.target.label, r.variable, "is not kept on the board; record the current i")
