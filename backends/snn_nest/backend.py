"""The backend object."""

from __future__ import annotations

from typing import Any

from snn import host
from snn.cells import Cell
from snn.compiler import Compiled
from snn.connectors import Connector
from snn.errors import Problem, UnsupportedModelError, raise_if
from snn.homeostasis import Reduction
from snn.network import Network
from snn.plasticity import Dependence, TrialRule
from snn.plasticity.rule import Rule, traces_of
from snn.receptors import Receptor
from snn.sources import Input, Source
from snn_nest import cells, checks, kernel, rules
from snn_nest.engine import NestEngine


class NestBackend:
    """Runs compiled networks in NEST: threads, MPI, NEST's own synapses."""

    name = "nest"
    # What is on its way to a neuron cannot be taken back.
    restarts = False

    def missing(self) -> str:
        """Return what is not installed, with the line that installs it."""
        return kernel.missing()

    def check(self, network: Network) -> list[Problem]:
        """Return every part of the network that NEST cannot run."""
        return list(checks.problems(network))

    def support(self, cls: type[Any]) -> str:
        """Say how exactly a model runs here."""
        if not isinstance(cls, type) or issubclass(cls, Connector | Source | Input):
            return "exact"
        return _support(cls)

    def prepare(self, compiled: Compiled, *, threads: int = 1, **options: Any) -> NestEngine:
        """Return an engine at step 0; a network that NEST held before is lost.

        Parameters
        ----------
        compiled : Compiled
            Weights are taken as they are; NEST computes in float64.
        threads : int
            Of each MPI process.

        Raises
        ------
        TypeError
            An option is unknown.
        UnsupportedModelError
            The numerics profile is not `exact`.
        """
        unknown = sorted(options)
        if unknown:
            raise TypeError(f"backend 'nest' has no option {unknown[0]!r}; known: threads")
        if compiled.numerics != "exact":
            message = f"NEST computes numerics 'exact' only; got {compiled.numerics!r}"
            raise UnsupportedModelError(message)
        if kernel.tics_for(compiled.dt) is None:
            message = "is not a whole number of NEST's ticks"
            raise_if([Problem("network", "dt", f"{compiled.dt:g} ms {message}",
                              "use a multiple of 0.001 ms")])  # fmt: skip
        return NestEngine(compiled, threads)


def _support(cls: type[Any]) -> str:
    if issubclass(cls, Cell):
        return _named([f for f in cells.FORMS if f.cell is cls], "cell")
    if issubclass(cls, Receptor):
        return _named([f for f in cells.FORMS if f.receptor is cls], "receptor")
    if issubclass(cls, TrialRule):
        return f"refused: {host.KEPT}"
    if issubclass(cls, Reduction) and cls.state:
        return f"refused: {host.STATE}"
    if issubclass(cls, Reduction):
        # They act between trials, on the host, by their own functions.
        return f"refused: {host.TRACES}" if traces_of(cls) else rules.EXACT
    if issubclass(cls, Dependence):
        known = any(cls in f.dependences for f in rules.FORMS)
        return rules.EXACT if known else "refused: no synapse of NEST has it"
    if issubclass(cls, Rule):
        form = next((f for f in rules.FORMS if f.rule is cls), None)
        return form.support if form else "refused: no synapse of NEST is this rule"
    return "refused: unknown kind of model"


def _named(forms: list[cells.Form], kind: str) -> str:
    if not forms:
        return f"refused: NEST has no such {kind}"
    if forms[0].cell.__name__ == "AdaptiveLIF" and kind == "cell":
        return f"{forms[0].support}; with adapting=0 only"
    return forms[0].support
