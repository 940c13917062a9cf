"""The backend object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from snn.cells import Cell
from snn.compiler import Compiled
from snn.compiler.rule_parameters import plain_problems
from snn.connectors import Connector
from snn.errors import Problem, UnsupportedModelError
from snn.homeostasis import Reduction
from snn.host import CPU, KEPT, STATE, TRACES, host_problems
from snn.kernels import kernels_of
from snn.network import Network, Projection
from snn.plasticity import Dependence, EventRule
from snn.plasticity.rule import traces_of
from snn.receptors import Receptor
from snn.sources import Current, Input, Poisson, PoissonInput, Source, SpikeArray
from snn_brian2 import session
from snn_brian2.engine import Brian2Engine
from snn_brian2.synapses import delays_of

STATES = "tolerance: the same spikes; states within 1e-9 (sums in another order)"
WEIGHTS = "tolerance: weights within 1e-9 at every step"
LONGEST = 64
"""Steps of delay of learning synapses; what they deliver waits in as many variables."""
DRAWS = "draws numbers of our own streams at every spike, which Brian2 does not have"


class Brian2Backend:
    """Runs compiled networks in Brian2: every cell and event rule by translation."""

    name = "brian2"
    # What is on its way to a neuron cannot be taken back.
    restarts = False

    def missing(self) -> str:
        """Return what is not installed or does not fit, with the line that installs it."""
        return session.missing()

    def check(self, network: Network) -> list[Problem]:
        """Return every part of the network that Brian2 cannot run."""
        return [p for projection in network.projections for p in _problems(projection)]

    def support(self, cls: type[Any]) -> str:
        """Say how exactly a model runs here."""
        if not isinstance(cls, type) or issubclass(cls, Connector):
            return "exact"
        if issubclass(cls, Source | Input):
            known = issubclass(cls, Poisson | SpikeArray | PoissonInput | Current)
            return "exact" if known else "refused: not replayed"
        if issubclass(cls, Cell | Receptor):
            return STATES
        if issubclass(cls, EventRule):
            draws = any("uniform" in k.arguments for k in kernels_of(cls).values())
            return f"refused: {DRAWS}" if draws else WEIGHTS
        if issubclass(cls, Dependence):
            return WEIGHTS
        if issubclass(cls, Reduction) and cls.state:
            return f"refused: {STATE}"
        if issubclass(cls, Reduction):
            return f"refused: {TRACES}" if traces_of(cls) else WEIGHTS
        return f"refused: {KEPT}"

    def prepare(
        self, compiled: Compiled, *, target: str = "cython", coincident: int = 0, **options: Any
    ) -> Brian2Engine:
        """Return an engine at step 0.

        Parameters
        ----------
        compiled : Compiled
        target : {"cython", "numpy", "cpp_standalone"}
            How Brian2 runs code; Cython and C++ compile some ten modules, numpy none.
        coincident : int
            See `Brian2Engine`.

        Raises
        ------
        BackendUnavailableError
            The target needs a compiler that is not there.
        TypeError
            An option is unknown.
        UnsupportedModelError
            The numerics profile is not `exact`, or a learning synapse's delay is too long.
        """
        if options:
            raise TypeError(f"backend 'brian2' has no option {min(options)!r}; known: target, "
                            "coincident")  # fmt: skip
        session.require_target(target)
        if compiled.numerics != "exact":
            message = f"Brian2 computes numerics 'exact' only; got {compiled.numerics!r}"
            raise UnsupportedModelError(message)
        for q in compiled.projections:
            learns = any(isinstance(made.rule, EventRule) for made in q.rules)
            longest = int(delays_of(q).max(initial=1))
            if learns and longest > LONGEST:
                raise UnsupportedModelError(
                    f"{q.label}.delay: learning synapses on Brian2 have delays of up to {LONGEST} "
                    f"steps; got {longest}; use a larger dt, or backend='cpu'"
                )
        return Brian2Engine(compiled, target, coincident)


def _problems(projection: Projection) -> Iterator[Problem]:
    yield from host_problems(projection)
    yield from plain_problems(projection)
    for rule in projection.synapse.rules:
        for event, kernel in rule.kernels().items() if isinstance(rule, EventRule) else ():
            if "uniform" in kernel.arguments:
                name = f"{projection.label}.{type(rule).__name__}"
                yield Problem(name, event, DRAWS, CPU)
