"""`check`: what would happen to a network on a backend, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from snn import engine
from snn.compiler import compile_network
from snn.errors import Problem, ValidationError
from snn.network import Network
from snn.numerics import profile


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a backend's arithmetic does to a network.

    Parameters
    ----------
    component : str
        Label of the population, receptor or projection.
    topic : str
        Short name of what it is about, the same for all findings of a kind.
    message : str
        What happens, with numbers.
    cure : str
        What to change; empty where nothing is wrong.
    """

    component: str
    topic: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        cure = f"\n      cure: {self.cure}" if self.cure else ""
        return f"{self.component}: {self.topic}: {self.message}{cure}"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What `check` found: problems that prevent a run, and findings about its numbers.

    Parameters
    ----------
    backend : str
    problems : tuple of Problem
    findings : tuple of Finding
    """

    backend: str
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the network runs and nothing needs a cure."""
        return not self.problems and not self.warnings

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that have a cure."""
        return tuple(f for f in self.findings if f.cure)

    def __str__(self) -> str:
        lines = [f"{self.backend}: {len(self.problems)} problems, {len(self.warnings)} warnings"]
        lines += [f"  problem  {p}" for p in self.problems]
        lines += [f"  {'warning' if f.cure else 'note   '}  {f}" for f in self.findings]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, for JSON."""
        return {
            "backend": self.backend, "ok": self.ok,
            "problems": [dict(vars(p)) for p in self.problems],
            "findings": [dict(vars(f)) for f in self.findings],
        }  # fmt: skip


def check(
    network: Network, *, backend: str = "cpu", dt: float | None = None, seed: int = 0,
    numerics: Any = None,
) -> Report:  # fmt: skip
    """Return what a backend would refuse, and what its arithmetic would do to the numbers.

    Parameters
    ----------
    network : Network
        Frozen from now on.
    backend : str
        A backend, or the name of a numerics profile.
    dt : float, ms, optional
        Overrides the network's step.
    seed : int
    numerics : str or Profile, optional
        By default the profile that has the backend's name, else `exact`.
    """
    chosen = numerics or (backend if backend in engine.names("snn.numerics") else "exact")
    # What a backend can do is known without what it needs to run.
    known = backend in engine.names("snn.backends")
    found: Any = engine.load("snn.backends", backend) if known else None
    problems: list[Problem] = found.check(network) if found else []
    try:
        compiled = compile_network(network, dt=dt, seed=seed, precision="float64")
        compile_network(network, dt=dt, seed=seed, numerics=chosen)
    except ValidationError as error:
        every = dict.fromkeys([*problems, *error.problems])
        return Report(backend=backend, problems=tuple(every))
    used = profile(chosen)
    inspectors = [getattr(part, "findings", None) for part in (used, found)]
    findings = (f for inspect in inspectors if inspect for f in inspect(compiled))
    return Report(
        backend=backend, problems=tuple(problems),
        findings=(*_unmet(network, used.name), *findings),
    )  # fmt: skip


def _unmet(network: Network, numerics: str) -> Iterator[Finding]:
    """Yield a warning for each part whose constants were made for another profile."""
    for a in network.assumptions:
        if a.numerics != numerics:
            yield Finding(component=a.component, topic="numerics", message=a.reason, cure=a.cure)
