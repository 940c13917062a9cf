"""What a backend makes of every model, tried: a suite for backends of one's own.

Every cell, receptor, source, input, connector, event rule and homeostasis of the catalogue is put
into a small network, which runs on the reference engine and on the backend. The outcome is
*exact*, *tolerance* (how far spikes, states and weights differ) or *refused* (why), and must
agree with what the backend says of the model in `snn models`.

In a test of a backend::

    import pytest
    from snn.conformance import cases, contradiction, outcome

    @pytest.mark.parametrize("case", cases(), ids=str)
    def test_conformance(case):
        assert not contradiction(case, outcome(case, "mine"), "mine")

``python -m snn.conformance BACKEND`` prints the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn
from snn.catalogue.walk import classes, support
from snn.engine import backend as ready
from snn.errors import SnnError
from snn.homeostasis import Reduction
from snn.network import Network
from snn.results import Result
from snn.simulation import Simulation

Array = NDArray[Any]
DT = 0.5
DURATION = 60.0
CLOSE = 1e-6
"""States and weights that differ by less are the same up to rounding and its growth."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A model in networks of its own; the first that a backend takes counts.

    Parameters
    ----------
    kind, name : str
        As in the catalogue.
    model : type
    variants : tuple of functions
        Each returns a network.
    """

    kind: str
    name: str
    model: Any
    variants: tuple[Callable[[], Network], ...]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened.

    Parameters
    ----------
    verdict : {"exact", "tolerance", "refused"}
    detail : str
        How far apart, or why not.
    spikes : int
        Spikes of the reference; a silent network proves little.
    missing : float
        Share of spikes without a partner of the same neuron within one step.
    largest : float
        Largest difference of a recorded potential or of a weight.
    """

    verdict: str
    detail: str = ""
    spikes: int = 0
    missing: float = 0.0
    largest: float = 0.0

    def __str__(self) -> str:
        return f"{self.verdict}: {self.detail}" if self.detail else self.verdict


def cases() -> list[Case]:
    """Return a case for every model of the catalogue that a network can be made of."""
    return list(_cases())


def _cases() -> Iterator[Case]:
    makers: dict[str, Callable[[Any], tuple[Callable[[], Network], ...]]] = {
        "cell": _cells, "receptor": _receptors, "source": _sources, "input": _inputs,
        "connector": _connectors, "rule": _rules, "homeostasis": _reductions,
    }  # fmt: skip
    for kind, maker in makers.items():
        for cls in classes(kind):
            variants = maker(cls)
            if variants:
                yield Case(kind=kind, name=cls.__name__, model=cls, variants=variants)


def _base(cell: Any, connector: Any = None, synapse: Any = None, receptor: str = "") -> Network:
    """Return sources and driven cells, joined as told."""
    net = snn.Network(dt=DT)
    times = [np.arange(2.0 + k, DURATION, 4.0 + k) for k in range(6)]
    source = net.population(6, snn.SpikeArray(times=times), label="source")
    cells = net.population(6, cell, label="cells")
    name = receptor or next(iter(cell.receptors))
    made = synapse or snn.Synapse(weight=_weight(cell.receptors[name]), delay=1.5)
    net.connect(source, cells, connector or snn.AllToAll(), made, receptor=name, label="p")
    net.record(cells, ["spikes", cell.membrane])
    return net


def _weight(receptor: Any) -> float:
    """Return a weight of which some make a cell fire."""
    unit = {"nA": 0.6, "uS": 0.03, "mV": 4.0}.get(receptor.weight_unit, 1.0)
    return unit * (3.0 if receptor.pulse else 1.0)


def _cells(cls: Any) -> tuple[Callable[[], Network], ...]:
    current = 6.0 if cls is snn.Izhikevich else 0.9
    own = {"i_offset": current} | ({"adapting": 0.0} if cls is snn.AdaptiveLIF else {})
    delta = {"receptors": {"excitatory": snn.CurrentDelta()}}
    plain = {k: v for k, v in own.items() if k != "adapting"}
    return tuple(partial(_driven, cls, given) for given in (plain, own, own | delta))


def _driven(cls: Any, given: dict[str, Any]) -> Network:
    return _base(cls(**given))


def _receptors(cls: Any) -> tuple[Callable[[], Network], ...]:
    if cls.__name__ == "Astrocyte":
        return ()  # takes no current; the rule Gliotransmission has it
    # Six sources, of which some coincide.
    given = {"threshold": 1.5, "duration": 5.0} if cls is snn.DendriticSegment else {}
    return (lambda: _base(snn.LIF(i_offset=0.65, receptors={"excitatory": cls(**given)})),)


def _sources(cls: Any) -> tuple[Callable[[], Network], ...]:
    given: dict[str, Any] = {
        "Poisson": {"rate": 80.0}, "SpikeArray": {"times": [[0.0, 5.0, 5.0, 9.5]] * 6},
    }  # fmt: skip

    def network() -> Network:
        net = _base(snn.LIF(i_offset=0.8))
        more = net.population(6, cls(**given[cls.__name__]), label="more")
        net.connect(more, net.populations[1], snn.AllToAll(), snn.Synapse(weight=0.5))
        return net

    return (network,) if cls.__name__ in given else ()


def _inputs(cls: Any) -> tuple[Callable[[], Network], ...]:
    made: dict[str, Callable[[], Any]] = {
        "PoissonInput": lambda: snn.PoissonInput(rate=900.0, weight=0.2),
        "DCSource": lambda: snn.DCSource(amplitude=0.3, start=10.0, stop=30.0),
        "StepCurrentSource": lambda: snn.StepCurrentSource(
            times=[0.0, 20.0, 40.0], amplitudes=[0.2, -0.2, 0.4]),
        "NoiseTable": lambda: snn.NoiseTable(
            values=np.random.default_rng(1).normal(0, 0.3, (30, 6)), start=5.0, repeat=True),
    }  # fmt: skip

    def network() -> Network:
        net = _base(snn.LIF(i_offset=0.7))
        target, given = net.populations[1], made[cls.__name__]()
        (net.drive if cls is snn.PoissonInput else net.inject)(target, given)
        return net

    return (network,) if cls.__name__ in made else ()


def _connectors(cls: Any) -> tuple[Callable[[], Network], ...]:
    made: dict[str, Callable[[], Any]] = {
        "FixedProbability": lambda: snn.FixedProbability(0.5),
        "FixedInDegree": lambda: snn.FixedInDegree(3),
        "FixedOutDegree": lambda: snn.FixedOutDegree(3),
        "FixedTotal": lambda: snn.FixedTotal(12),
        "FromList": lambda: snn.FromList([(0, 1), (1, 1), (2, 3), (2, 3), (5, 0)]),
        "CSR": lambda: snn.CSR(np.arange(7), np.arange(6)),
        "Convolution": lambda: snn.Convolution([[0.5, 1.0, 0.5]], shape=(1, 6), padding="same"),
    }  # fmt: skip
    if cls is snn.DistanceProbability:
        return (_placed,)
    maker = made.get(cls.__name__, cls)
    if cls is snn.Convolution:
        # Its kernel holds the weights.
        return (lambda: _base(snn.LIF(i_offset=0.8), maker(), snn.Synapse(delay=1.5)),)
    if cls is snn.AllButSelf:
        return (lambda: _recurrent(maker()),)
    return (lambda: _base(snn.LIF(i_offset=0.8), maker()),)


def _near(distance: Any) -> Any:
    return np.exp(-distance / 2.0)


def _placed() -> Network:
    """Return two populations in space, joined by distance."""
    net = _base(snn.LIF(i_offset=0.8))
    line = np.arange(6.0)[:, None]
    more = net.population(6, snn.Poisson(rate=80.0), label="more", positions=line)
    near = net.population(6, snn.LIF(), label="near", positions=line)
    net.connect(more, near, snn.DistanceProbability(_near), snn.Synapse(weight=1.0))
    net.connect(near, net.populations[1], snn.OneToOne(), snn.Synapse(weight=0.5))
    return net


def _recurrent(connector: Any) -> Network:
    net = _base(snn.LIF(i_offset=0.8))
    cells = net.populations[1]
    net.connect(cells, cells, connector, snn.Synapse(weight=0.4, delay=2.0))
    return net


def _rules(cls: Any) -> tuple[Callable[[], Network], ...]:
    given: dict[str, Any] = {"modulator": "source"} if cls.__name__ == "RewardSTDP" else {}
    given |= {"w_max": 2.0} if "w_max" in getattr(cls, "__dataclass_fields__", {}) else {}
    astrocyte: Any = snn.Astrocyte
    more = {"astrocyte": astrocyte()} if cls.__name__ == "Gliotransmission" else {}

    def network() -> Network:
        cell = snn.LIF(i_offset=0.8, receptors={"excitatory": snn.CurrentExp(), **more})
        synapse = snn.Synapse(weight=0.6, delay=1.5, plasticity=cls(**given))
        return _base(cell, synapse=synapse)

    return (network,)


def _reductions(cls: Any) -> tuple[Callable[[], Network], ...]:
    def network() -> Network:
        given = {"target": 20.0 if cls.__name__ == "RateScaling" else 3.0}
        rules = [snn.PairSTDP(w_max=4.0), cls(**given, trigger="trial")]
        synapse = snn.Synapse(weight=0.6, delay=1.5, plasticity=rules)
        cell: Any = snn.AdaptiveLIF if cls.state else snn.LIF
        return _base(cell(i_offset=0.8), synapse=synapse)

    return (network,)


def outcome(case: Case, backend: str, **options: Any) -> Outcome:
    """Run a case on a backend and compare it with the reference.

    Parameters
    ----------
    case : Case
    backend : str
    **options
        Of the backend.
    """
    refusal = Outcome(verdict="refused", detail="no variant")
    for variant in case.variants:
        network = variant()
        try:
            problems = ready(backend).check(network)
            if problems:
                raise SnnError(str(problems[0]))
            theirs = _run(network, backend, options)
        except SnnError as error:
            first = str(error).strip().splitlines()[-1].strip()
            refusal = Outcome(verdict="refused", detail=first)
            continue
        return compared(_run(variant(), "reference", {}), theirs)
    return refusal


@dataclass(frozen=True, kw_only=True)
class _Run:
    steps: Array
    neurons: Array
    values: Array
    weights: Array


def _run(network: Network, backend: str, options: dict[str, Any]) -> _Run:
    simulation = Simulation(
        network, backend=backend, precision="float64", seed=2, progress=False, **options
    )
    result = _simulated(simulation)
    cells = result["cells"]
    (trace,) = cells.traces.values()
    weights = simulation.weights(network.projections[0]).weight
    return _Run(steps=cells.steps, neurons=cells.neurons, values=trace.values, weights=weights)


def _simulated(simulation: Simulation) -> Result:
    """Run for the duration: in two trials where something acts at their end."""
    if not any(isinstance(r, Reduction) for p in simulation.network.projections
               for r in p.synapse.rules):  # fmt: skip
        return simulation.run(DURATION)
    halves = snn.Schedule(trials=2, phases=[snn.Phase(duration=DURATION / 2)])
    return simulation.present(halves).result


def compared(ours: _Run, theirs: _Run) -> Outcome:
    """Return how far a run is from the reference's."""
    same = np.array_equal(ours.steps, theirs.steps) and np.array_equal(ours.neurons, theirs.neurons)
    rows = min(len(ours.values), len(theirs.values))
    apart = np.abs(ours.values[:rows] - theirs.values[:rows]).max(initial=0.0)
    learned = np.abs(ours.weights - theirs.weights).max(initial=0.0)
    largest, missing = float(max(apart, learned)), _missing(ours, theirs)
    given: dict[str, Any] = {"spikes": len(ours.steps), "missing": missing, "largest": largest}
    if same and largest == 0.0:
        return Outcome(verdict="exact", **given)
    if same:
        detail = f"the same {len(ours.steps)} spikes; states and weights within {largest:.1g}"
        return Outcome(verdict="tolerance", detail=detail, **given)
    detail = (f"{len(theirs.steps)} spikes for {len(ours.steps)}; {1 - missing:.1%} of them within "
              "one step")  # fmt: skip
    return Outcome(verdict="tolerance", detail=detail, **given)


def _missing(a: _Run, b: _Run) -> float:
    """Return the share of spikes that have no partner of the same neuron within one step."""
    if not len(a.steps) + len(b.steps):
        return 0.0
    keys = [set(zip(x.steps.tolist(), x.neurons.tolist(), strict=True)) for x in (a, b)]
    lone = sum(not any((s + d, n) in other for d in (-1, 0, 1))
               for own, other in (keys, keys[::-1]) for s, n in own)  # fmt: skip
    return lone / (len(keys[0]) + len(keys[1]))


def contradiction(case: Case, found: Outcome, backend: str) -> str:
    """Return in what an outcome disagrees with the backend's row in `snn models`; or nothing."""
    says = support(case.model)[backend]
    if says.startswith("refused") != (found.verdict == "refused"):
        return f"{case}: `snn models` says {says!r}; tried, it was {found}"
    same_spikes = "same spikes" in says or says == "exact"
    if same_spikes and found.verdict != "refused" and (found.missing or found.largest > CLOSE):
        return f"{case}: `snn models` says {says!r}; tried, it was {found}"
    return ""


def table(backend: str, **options: Any) -> list[tuple[Case, Outcome]]:
    """Return every case with its outcome on a backend."""
    return [(case, outcome(case, backend, **options)) for case in cases()]


def main(arguments: list[str]) -> int:
    """Print what a backend makes of every model; 1 where it contradicts itself."""
    wrong = 0
    for case, found in table(arguments[0], **dict(a.split("=", 1) for a in arguments[1:])):
        against = contradiction(case, found, arguments[0])
        wrong += bool(against)
        print(f"{case!s:<34}{found}{'   <- contradicts snn models' if against else ''}")  # noqa: T201
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
