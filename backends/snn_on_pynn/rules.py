"""The translation table of learning rules: which mechanism of PyNN is a rule of ours.

Our additive steps are absolute. PyNN's simulators multiply them by `w_max`; sPyNNaker does so
for the triplet rule only, so each form divides by what its target multiplies with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from snn.plasticity import (
    Additive,
    InhibitorySTDP,
    Multiplicative,
    NearestPairSTDP,
    PairSTDP,
    RewardSTDP,
    Rule,
    TripletSTDP,
    TsodyksMarkram,
)
from snn_on_pynn.targets import BRIAN2, NEST, NEURON, SPINNAKER, Target

Values = Mapping[str, float]
Builder = Callable[[Any, Values, Target], Any]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A rule with its dependence, and how it is written.

    Parameters
    ----------
    rule, dependence : type
        `dependence` is None for rules that have none.
    build : callable
        (PyNN module, numbers of the rule, target) -> synapse type of PyNN.
    on : tuple of Target
    lower_bound : tuple of Target
        On which `w_min` may differ from 0.
    """

    rule: type[Rule]
    dependence: type | None
    build: Builder
    on: tuple[Target, ...]
    lower_bound: tuple[Target, ...] = (SPINNAKER, NEURON)


def _bounds(values: Values) -> dict[str, float]:
    return {"w_min": values["w_min"], "w_max": values["w_max"]}


def _stdp(sim: Any, timing: Any, weight: Any, target: Target) -> Any:
    # All of our delay is dendritic.
    extra = {} if target is SPINNAKER else {"dendritic_delay_fraction": 1.0}
    return sim.STDPMechanism(timing_dependence=timing, weight_dependence=weight, **extra)


def _pair(sim: Any, timing: Any, values: Values, weight: Any, target: Target, by: float) -> Any:
    rule = timing(tau_plus=values["tau_plus"], tau_minus=values["tau_minus"],
                  A_plus=values["A_plus"] / by, A_minus=values["A_minus"] / by)  # fmt: skip
    return _stdp(sim, rule, weight, target)


def pair_additive(sim: Any, values: Values, target: Target) -> Any:
    weight = sim.AdditiveWeightDependence(**_bounds(values))
    by = values["w_max"] if target.scaled_steps else 1.0
    return _pair(sim, sim.SpikePairRule, values, weight, target, by)


def pair_multiplicative(sim: Any, values: Values, target: Target) -> Any:
    weight = sim.MultiplicativeWeightDependence(**_bounds(values))
    return _pair(sim, sim.SpikePairRule, values, weight, target, 1.0)


def nearest_additive(sim: Any, values: Values, target: Target) -> Any:
    weight = sim.AdditiveWeightDependence(**_bounds(values))
    return _pair(sim, sim.extra_models.SpikeNearestPairRule, values, weight, target, 1.0)


def nearest_multiplicative(sim: Any, values: Values, target: Target) -> Any:
    weight = sim.MultiplicativeWeightDependence(**_bounds(values))
    return _pair(sim, sim.extra_models.SpikeNearestPairRule, values, weight, target, 1.0)


def triplet(sim: Any, values: Values, target: Target) -> Any:
    # The one rule whose steps sPyNNaker multiplies by w_max.
    steps = {f"{name}": values[name] / values["w_max"]
             for name in ("A2_plus", "A2_minus", "A3_plus", "A3_minus")}  # fmt: skip
    timing = sim.extra_models.PfisterSpikeTriplet(
        tau_plus=values["tau_plus"], tau_minus=values["tau_minus"], tau_x=values["tau_x"],
        tau_y=values["tau_y"], A_plus=steps["A2_plus"], A_minus=steps["A2_minus"],
    )  # fmt: skip
    weight = sim.extra_models.WeightDependenceAdditiveTriplet(
        **_bounds(values), A3_plus=steps["A3_plus"], A3_minus=steps["A3_minus"]
    )
    return _stdp(sim, timing, weight, target)


def inhibitory(sim: Any, values: Values, target: Target) -> Any:
    timing = sim.extra_models.Vogels2011Rule(
        alpha=2e-3 * values["rate"] * values["tau"], tau=values["tau"],
        A_plus=values["eta"], A_minus=values["eta"],
    )  # fmt: skip
    return _stdp(sim, timing, sim.AdditiveWeightDependence(**_bounds(values)), target)


def reward(sim: Any, values: Values, target: Target) -> Any:
    # These bounds are those of the eligibility; those of the weight go with the neuromodulator.
    weight = sim.AdditiveWeightDependence(w_min=0.0, w_max=values["w_max"])
    return _pair(sim, sim.SpikePairRule, values, weight, target, 1.0)


FORMS = (
    Form(rule=PairSTDP, dependence=Additive, build=pair_additive, on=(SPINNAKER, NEURON, NEST)),
    Form(rule=PairSTDP, dependence=Multiplicative, build=pair_multiplicative,
         on=(SPINNAKER, NEST)),
    Form(rule=NearestPairSTDP, dependence=Additive, build=nearest_additive, on=(SPINNAKER,)),
    Form(rule=NearestPairSTDP, dependence=Multiplicative, build=nearest_multiplicative,
         on=(SPINNAKER,)),
    Form(rule=TripletSTDP, dependence=Additive, build=triplet, on=(SPINNAKER,)),
    Form(rule=InhibitorySTDP, dependence=Additive, build=inhibitory, on=(SPINNAKER,)),
    Form(rule=RewardSTDP, dependence=None, build=reward, on=(SPINNAKER,)),
)  # fmt: skip

REASONS: dict[tuple[type[Rule], str], str] = {
    (PairSTDP, NEURON.name): "PyNN's soft-bound mechanisms for NEURON learn other weights than "
                             "the rule says (NaN with powers)",
    (PairSTDP, NEST.name): "PyNN's GutigWeightDependence for NEST drops its exponents",
    (PairSTDP, BRIAN2.name): "PyNN computes every weight dependence as additive there, with axonal "
                             "delays",
    (InhibitorySTDP, NEURON.name): "PyNN's Vogels2011Rule for NEURON drives weights to its bounds",
    **{(TsodyksMarkram, t.name): "PyNN's TsodyksMarkramSynapse is another model, with three states"
       for t in (NEURON, NEST, BRIAN2)},
}  # fmt: skip
"""Why a rule that PyNN has is refused; each was measured, and has a test."""


def form_of(rule: Rule, target: Target) -> Form | None:
    """Return how a target writes a rule; None without a way."""
    part = getattr(rule, "dependence", None)
    kind = None if part is None else type(part)
    alike = (f for f in FORMS if target in f.on and f.rule is type(rule) and f.dependence is kind)
    return next(alike, None)


def refusal(rule: Rule, target: Target) -> str:
    """Say why a target has no form of a rule, and which it has."""
    part = getattr(rule, "dependence", None)
    own = type(rule).__name__ + (f" with {type(part).__name__}" if part is not None else "")
    known = ", ".join(_listed(f) for f in FORMS if target in f.on)
    why = REASONS.get((type(rule), target.name), f"it has no form on {target.title}")
    return f"{own} is refused: {why}; there are: {known or 'none'}"


def _listed(form: Form) -> str:
    name = form.rule.__name__
    return f"{name} with {form.dependence.__name__}" if form.dependence else name
