"""Which synapse of NEST a learning rule is, and its parameters in NEST's conventions.

NEST's synapses scale steps by the largest weight, keep the time constant of the post trace in the
neuron, and take all of the delay for dendritic, as we do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from snn import plasticity
from snn.plasticity.rule import Rule

EXACT = "tolerance: weights within 1e-9 of w_max at every step"
CLIPPED = (
    "tolerance: weights within 1e-9 of w_max where no bound is met (NEST clips between the two "
    "terms of a pre spike, we after both)"
)
ONCE = (
    "tolerance: weights within 1e-9 of w_max for sources that fire at most once a step (NEST's "
    "second spike sees the first one)"
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A rule as a synapse of NEST.

    Parameters
    ----------
    rule : type
    dependences : tuple of type
        What its weight dependence may be; empty where it has none.
    synapse : str
        NEST's name of it.
    parameters : function
        From the rule and NEST's weight for a weight of 1 to NEST's parameters.
    post : function
        What the neurons must have.
    still : tuple of str
        Parameters that are set to 0 to stop learning.
    support : str
    """

    rule: type[Rule]
    synapse: str
    parameters: Callable[[Any, float], dict[str, float]]
    post: Callable[[Any], dict[str, float]]
    dependences: tuple[type[plasticity.Dependence], ...] = ()
    still: tuple[str, ...] = ()
    support: str = EXACT


def _pair(rule: Any, factor: float) -> dict[str, float]:
    """Return `stdp_synapse`: step of potentiation lambda, of depression alpha lambda."""
    additive = isinstance(rule.dependence, plasticity.Additive)
    power = isinstance(rule.dependence, plasticity.PowerLaw)
    up, down = ((rule.dependence.mu_plus, rule.dependence.mu_minus) if power
                else (0.0, 0.0) if additive else (1.0, 1.0))  # fmt: skip
    step = rule.A_plus / rule.w_max if additive else rule.A_plus
    return {"tau_plus": rule.tau_plus, "lambda": step, "mu_plus": up, "mu_minus": down,
            "alpha": rule.A_minus / rule.A_plus if rule.A_plus else 0.0,
            "Wmax": rule.w_max * factor}  # fmt: skip


def _triplet(rule: Any, factor: float) -> dict[str, float]:
    size = abs(factor)
    return {"tau_plus": rule.tau_plus, "tau_plus_triplet": rule.tau_x, "Wmax": rule.w_max * factor,
            "Aplus": size * rule.A2_plus, "Aplus_triplet": size * rule.A3_plus,
            "Aminus": size * rule.A2_minus, "Aminus_triplet": size * rule.A3_minus}  # fmt: skip


def _inhibitory(rule: Any, factor: float) -> dict[str, float]:
    return {"tau": rule.tau, "eta": rule.eta * abs(factor), "Wmax": rule.w_max * factor,
            "alpha": 2.0 * rule.rate * rule.tau * 1e-3}  # fmt: skip


def _short_term(rule: Any, factor: float) -> dict[str, float]:
    # NEST leaves both variables alone at the first spike, which so delivers their initial values.
    return {"U": rule.U, "u": rule.U, "x": 1.0, "tau_rec": rule.tau_rec, "tau_fac": rule.tau_fac}


def _minus(rule: Any) -> dict[str, float]:
    return {"tau_minus": rule.tau_minus}


FORMS = (
    Form(rule=plasticity.PairSTDP, synapse="stdp_synapse", parameters=_pair, post=_minus,
         dependences=(plasticity.Additive, plasticity.Multiplicative, plasticity.PowerLaw),
         still=("lambda",)),
    Form(rule=plasticity.NearestPairSTDP, synapse="stdp_nn_symm_synapse", parameters=_pair,
         post=_minus, still=("lambda",),
         dependences=(plasticity.Additive, plasticity.Multiplicative, plasticity.PowerLaw)),
    Form(rule=plasticity.TripletSTDP, synapse="stdp_triplet_synapse", parameters=_triplet,
         dependences=(plasticity.Additive,), support=ONCE,
         post=lambda r: {"tau_minus": r.tau_minus, "tau_minus_triplet": r.tau_y},
         still=("Aplus", "Aplus_triplet", "Aminus", "Aminus_triplet")),
    Form(rule=plasticity.InhibitorySTDP, synapse="vogels_sprekeler_synapse",
         parameters=_inhibitory, post=lambda r: {"tau_minus": r.tau},
         dependences=(plasticity.Additive,), still=("eta",), support=CLIPPED),
    Form(rule=plasticity.TsodyksMarkram, synapse="tsodyks2_synapse", parameters=_short_term,
         post=lambda r: {}),
)  # fmt: skip


def form_of(rule: Rule) -> Form | None:
    """Return the synapse of NEST that a rule is; its weight dependence aside."""
    return next((f for f in FORMS if f.rule is type(rule)), None)


def faults(rule: Any, form: Form) -> list[tuple[str, str, str]]:
    """Return (field, message, remedy) of what NEST's synapse cannot do."""
    found = []
    part = getattr(rule, "dependence", None)
    if part is not None and type(part) not in form.dependences:
        known = ", ".join(d.__name__ for d in form.dependences)
        found.append(("dependence", f"{form.synapse} has no {type(part).__name__}",
                      f"use {known}"))  # fmt: skip
    if getattr(rule, "w_min", 0.0) != 0.0:
        found.append(("w_min", f"must be 0 in {form.synapse}; got {rule.w_min:g}", "set w_min=0"))
    if not np.isfinite(getattr(rule, "w_max", 1.0)) or getattr(rule, "w_max", 1.0) <= 0:
        found.append(("w_max", f"must be in (0, inf) in {form.synapse}; got {rule.w_max:g}",
                      "set a finite w_max"))  # fmt: skip
    if "A_plus" in vars(rule) and (rule.A_plus < 0 or rule.A_minus < 0):
        message = f"{form.synapse} potentiates at post and depresses at pre spikes only"
        found.append(("A_minus", message, "use A_plus >= 0 and A_minus >= 0"))
    elif "A_plus" in vars(rule) and rule.A_plus == 0 < rule.A_minus:
        message = f"{form.synapse} has no depression without potentiation; got A_plus=0"
        found.append(("A_plus", message, "use a tiny A_plus"))
    return found


def constants_of(rule: Rule) -> Mapping[str, float]:
    """Return the numbers that a rule's functions read."""
    return rule.numbers()
