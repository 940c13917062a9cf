"""The row of each model in the catalogue: on which terms a simulator has it."""

from __future__ import annotations

from typing import Any

from snn.cells import Cell
from snn.connectors import Connector
from snn.host import STATE
from snn.plasticity import Dependence
from snn.plasticity.rule import Rule
from snn.receptors import Receptor
from snn.sources import Current, Input, PoissonInput, Source
from snn_on_pynn import cells, rules
from snn_on_pynn.checks import SOURCES
from snn_on_pynn.targets import SPINNAKER, Target

BOARD = 'tolerance: the integers of the board, which numerics="spinnaker" predicts exactly'
OTHERS = "tolerance: that of tests/on_pynn"
PARTS = "tolerance: that of its cells, receptors and rules, where none is refused"


def support(cls: type[Any], target: Target) -> str:
    """Say how exactly a model runs on a target, or why not."""
    if not isinstance(cls, type):
        return PARTS
    if not issubclass(cls, tuple(_REFUSALS)):
        return PARTS
    reason = _refusal(cls, target)
    if reason:
        return f"refused: {reason}"
    return BOARD if target is SPINNAKER else OTHERS


def _refusal(cls: type, target: Target) -> str:
    for base, refusal in _REFUSALS.items():
        if issubclass(cls, base):
            return refusal(cls, target)
    return ""


def _cell(cls: type, target: Target) -> str:
    return "" if any(f.cell is cls for f in cells.forms_on(target)) else "no class of PyNN has it"


def _receptor(cls: type, target: Target) -> str:
    known = any(f.receptor is cls for f in cells.forms_on(target))
    return "" if known else "no class of PyNN has it"


def _rule(cls: type, target: Target) -> str:
    known = any(f.rule is cls for f in rules.FORMS if target in f.on)
    if not known and getattr(cls, "state", ""):
        return STATE
    return "" if known else 'no mechanism of PyNN has it; `unsupported="host"`'


def _dependence(cls: type, target: Target) -> str:
    known = any(f.dependence is cls for f in rules.FORMS if target in f.on)
    return "" if known else "no mechanism of PyNN has it"


def _source(cls: type, target: Target) -> str:
    return "" if issubclass(cls, SOURCES) else "not replayed"


def _input(cls: type, target: Target) -> str:
    if issubclass(cls, Current):
        return ""
    if cls is PoissonInput and target is not SPINNAKER:
        return ""
    return "use a population of Poisson sources and OneToOne"


def _connector(cls: type, target: Target) -> str:
    return ""  # All go out as lists.


_REFUSALS = {Cell: _cell, Receptor: _receptor, Rule: _rule, Dependence: _dependence,
             Source: _source, Input: _input, Connector: _connector}  # fmt: skip
