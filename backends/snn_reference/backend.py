"""The backend object."""

from __future__ import annotations

from typing import Any

from snn.cells import Cell
from snn.compiler import Compiled
from snn.connectors import Connector
from snn.errors import Problem, UnsupportedModelError
from snn.homeostasis import Reduction
from snn.network import Network
from snn.plasticity import Dependence, EventRule, TopologyRule, TrialRule
from snn.plasticity.rule import Rule
from snn.receptors import Receptor
from snn.sources import Input, Source
from snn_reference.engine import ReferenceEngine

IGNORED = ("sleep", "threads")
"""Options of faster engines that change no result."""

KINDS = (Cell, Connector, Dependence, EventRule, Input, Receptor, Reduction, Source, TopologyRule,
         TrialRule)  # fmt: skip
"""What the engine can run: any model of these kinds."""


class ReferenceBackend:
    """Runs any network in plain Python, of integer profiles in Python's integers."""

    name = "reference"

    def missing(self) -> str:
        """Return nothing: Python is enough."""
        return ""

    def check(self, network: Network) -> list[Problem]:
        """Return the rules that the backend cannot run."""
        return [
            Problem(projection.label, "plasticity", _refusal(rule))
            for projection in network.projections
            for rule in projection.synapse.rules
            if not _known(rule)
        ]

    def support(self, cls: type[Any]) -> str:
        """Say how exactly a model runs here."""
        known = not isinstance(cls, type) or issubclass(cls, KINDS)
        return "exact" if known else "refused: unknown kind of model"

    def prepare(self, compiled: Compiled, **options: Any) -> ReferenceEngine:
        """Return an engine at step 0.

        Parameters
        ----------
        compiled : Compiled
        **options
            ``sleep`` and ``threads`` are accepted and do nothing.

        Raises
        ------
        UnsupportedModelError
            A rule is unknown here.
        TypeError
            An option is unknown.
        """
        unknown = sorted(set(options) - set(IGNORED))
        if unknown:
            raise TypeError(f"backend 'reference' has no option {unknown[0]!r}")
        # Any profile: what it changes is in the plans.
        for projection in compiled.projections:
            for made in projection.rules:
                if not _known(made.rule):
                    raise UnsupportedModelError(f"{projection.label}: {_refusal(made.rule)}")
        return ReferenceEngine(compiled)


def _known(rule: Rule) -> bool:
    return isinstance(rule, EventRule | Reduction | TrialRule | TopologyRule)


def _refusal(rule: Rule) -> str:
    return f"backend 'reference' has no form of the rule {type(rule).__name__}"
