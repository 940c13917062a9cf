"""The backend objects: one per PyNN simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from snn.checking import Finding
from snn.compiler import Compiled
from snn.errors import Problem, UnsupportedModelError, raise_if
from snn.network import Network
from snn.numerics import profile
from snn_on_pynn import checks, installation, support
from snn_on_pynn.engine import PynnEngine
from snn_on_pynn.installation import installed
from snn_on_pynn.session import Session
from snn_on_pynn.targets import BRIAN2, NEURON, SPINNAKER, Target

if TYPE_CHECKING:
    from snn_on_pynn.spynnaker.mapping import BoardMapping


class PynnBackend:
    """Runs networks on a simulator that has a PyNN interface."""

    precision = "float64"
    """The only type of numbers that these simulators are given."""

    def __init__(self, target: Target) -> None:
        self.target, self.name = target, target.name
        self.numerics = "spinnaker" if target is SPINNAKER else None

    def missing(self) -> str:
        """Return what is not installed and the line that installs it."""
        for package in ("PyNN", self.target.distribution):
            if not installed(package):
                return f"{package} is not installed: {self._install}"
        return self._broken()

    @property
    def _install(self) -> str:
        extras = dict.fromkeys(("pynn", self.target.extra))
        own = self.target in (SPINNAKER, NEURON)
        return f"pip install 'snn-spinnaker[{self.target.extra if own else ','.join(extras)}]'"

    def _broken(self) -> str:
        """Return what is installed and cannot work, with the remedy."""
        if self.target is NEURON and not installation.tool("nrnivmodl"):
            return ("nrnivmodl, which compiles PyNN's mechanisms for NEURON, is not on PATH: "
                    "activate the environment in which NEURON is installed")  # fmt: skip
        numpy = version("numpy")
        if self.target is BRIAN2 and installation.release(numpy) >= (2, 4):
            return f"Brian2 2.9 does not import with numpy {numpy}: {self._install}"
        return ""

    def check(self, network: Network) -> list[Problem]:
        """Return everything of a network that the simulator cannot run."""
        return checks.problems(network, self.target)

    def findings(self, compiled: Compiled) -> Iterator[Finding]:
        """Yield what a network will meet there, for `snn.check`."""
        if self.target is SPINNAKER:
            from snn_on_pynn.spynnaker.capabilities import findings

            yield from findings(compiled)
        for problem in checks.compiled_problems(compiled, self.target):
            yield Finding(component=problem.component, topic=problem.field,
                          message=problem.message, cure=problem.remedy or "change it")  # fmt: skip

    def support(self, cls: type[Any]) -> str:
        """Say how exactly a model runs here."""
        return support.support(cls, self.target)

    def prepare(self, compiled: Compiled, **options: Any) -> PynnEngine:
        """Return an engine at step 0; the simulator starts with the first run.

        Parameters
        ----------
        compiled : Compiled
            Of the exact profile.
        **options
            On SpiNNaker those of `snn_on_pynn.spynnaker.options.Options`, none elsewhere.

        Raises
        ------
        TypeError
            An option is unknown.
        UnsupportedModelError
            The numerics profile is not `exact`.
        ValidationError
            Options contradict each other, or the simulator cannot run the network.
        """
        self._require_exact(compiled)
        session = self._session(options)
        raise_if(checks.compiled_problems(compiled, self.target))
        if self.target is SPINNAKER:
            _require_range(compiled, options)
        return PynnEngine(compiled, session)

    def _require_exact(self, compiled: Compiled) -> None:
        """Refuse a network whose numbers another profile has made its own."""
        if compiled.numerics == "exact":
            return
        message = f"{self.target.title} computes numerics 'exact' only; got {compiled.numerics!r}"
        if self.target is SPINNAKER:
            message = ("the board computes in numerics='spinnaker' itself: leave numerics out, and "
                       "pass max_expected_summed_weight, spikes_per_second or ring_buffer_sigma "
                       "as options of the backend")  # fmt: skip
        raise UnsupportedModelError(message)

    def map(
        self, compiled: Compiled, *, duration: float, rates: Any, **options: Any
    ) -> BoardMapping:
        """Return what a network takes of SpiNNaker; see `snn.deploy`."""
        from snn_on_pynn.spynnaker.mapped import map_network
        from snn_on_pynn.spynnaker.options import Options

        _refuse_unknown(self.name, options, tuple(f.name for f in fields(Options)))
        raise_if(checks.compiled_problems(compiled, self.target))
        return map_network(compiled, Options(**options), duration=duration, rates=rates)

    def _session(self, options: dict[str, Any]) -> Session:
        if self.target is not SPINNAKER:
            _refuse_unknown(self.name, options, ())
            return Session(self.target)
        from snn_on_pynn.spynnaker.options import Options
        from snn_on_pynn.spynnaker.session import BoardSession

        _refuse_unknown(self.name, options, tuple(f.name for f in fields(Options)))
        return BoardSession(Options(**options))


def _require_range(compiled: Compiled, options: dict[str, Any]) -> None:
    """Raise a `ValidationError` for numbers that the board's integers cannot hold."""
    names = ("max_expected_summed_weight", "spikes_per_second", "ring_buffer_sigma")
    given = {name: options[name] for name in names if options.get(name) is not None}
    arithmetic: Any = profile("spinnaker")
    replace(arithmetic, **given).lower(compiled)


def _refuse_unknown(name: str, options: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(set(options) - set(known))
    if unknown:
        listed = f"; known: {', '.join(known)}" if known else ""
        raise TypeError(f"backend {name!r} has no option {unknown[0]!r}{listed}")
