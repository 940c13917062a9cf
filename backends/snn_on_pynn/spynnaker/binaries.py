"""Which of sPyNNaker's compiled programs a population needs, and whether it is there."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from snn.plasticity import (
    Additive,
    InhibitorySTDP,
    Multiplicative,
    NearestPairSTDP,
    PairSTDP,
    RewardSTDP,
    Rule,
    TripletSTDP,
)

PROGRAMS = {"IF_curr_exp": "IF_curr_exp", "IF_curr_alpha": "IF_curr_alpha",
            "IF_curr_delta": "IF_curr_delta", "IF_cond_exp": "IF_cond_exp",
            "extra_models.IF_curr_dual_exp": "IF_curr_exp_dual", "Izhikevich": "IZK_curr_exp",
            "extra_models.Izhikevich_cond": "IZK_cond_exp"}  # fmt: skip
"""Program of each class."""

RULES = {
    (PairSTDP, Additive): "stdp_mad_pair_additive",
    (PairSTDP, Multiplicative): "stdp_mad_pair_multiplicative",
    (NearestPairSTDP, Additive): "stdp_mad_nearest_pair_additive",
    (NearestPairSTDP, Multiplicative): "stdp_mad_nearest_pair_multiplicative",
    (TripletSTDP, Additive): "stdp_mad_pfister_triplet_additive",
    (InhibitorySTDP, Additive): "stdp_mad_vogels_2011_additive",
    (RewardSTDP, Additive): "stdp_izhikevich_neuromodulation_pair_additive",
}
"""What the program of a rule is called."""


def together(name: str, rule: Rule | None) -> str:
    """Return the program that has neurons and synapses on one core."""
    return PROGRAMS[name] + ("" if rule is None else f"_{_suffix(rule)}")


def apart(name: str, rule: Rule | None) -> tuple[str, str]:
    """Return the programs of neurons and of synapses on cores of their own."""
    synapses = "synapses" if rule is None else f"synapses_{_suffix(rule)}"
    return f"{PROGRAMS[name]}_neuron", synapses


def _suffix(rule: Rule) -> str:
    return RULES[type(rule), type(getattr(rule, "dependence", Additive()))]


def needs_split(name: str, rule: Rule | None) -> bool:
    """Return whether a cell with a rule can only run on cores of their own."""
    if isinstance(rule, RewardSTDP):  # sPyNNaker never uses the programs that have both.
        return True
    return image(together(name, rule)) is None and all(map(image, apart(name, rule)))


@cache
def image(program: str) -> Path | None:
    """Return the file of a program, None where sPyNNaker ships none (or is not installed)."""
    package = find_spec("spynnaker")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "pyNN" / "model_binaries" / f"{program}.aplx"
    return path if path.exists() else None
