"""Whole networks for the tests: drawn by hypothesis, or one of everything by name.

Machine code is generated per combination of cell, receptors and rule, and generating it is
what takes time. So structure is drawn from short lists and only numbers are drawn freely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np
from hypothesis import strategies as st

import snn
from snn.fields import states_of
from snn.network import Neurons, Population, population_of

Draw = Callable[[st.SearchStrategy[Any]], Any]

DT = 0.5
LARGEST = 9


@snn.model
class QuadraticCell(snn.Cell):
    """A cell of the tests' own: quadratic membrane, refractory time, a current that adapts."""

    tau: Any = snn.param(default=15.0, unit="ms", above=0)
    v_rest: Any = snn.param(default=-65.0, unit="mV")
    v_turn: Any = snn.param(default=-50.0, unit="mV")
    v_top: Any = snn.param(default=-30.0, unit="mV")
    dead: Any = snn.param(default=1.0, unit="ms", low=0)
    kick: Any = snn.param(default=0.5, unit="mV")
    i_offset: Any = snn.param(default=0.0, unit="nA")
    receptors: Mapping[str, Any] = field(default_factory=lambda: _currents())

    v = snn.State("v_rest", unit="mV")
    tired = snn.State(0.0, unit="mV", slow=True)
    refractory = "dead"

    @snn.derived
    def keep(tau: float, dt: float) -> float:
        return 1.0 - dt / (40.0 * tau)

    @staticmethod
    def step(
        v: float, tired: float, tau: float, v_rest: float, v_turn: float, keep: float,
        i_offset: float, i_syn: float, g_syn: float, dt: float,
    ) -> tuple[float, float]:  # fmt: skip
        pull = 0.05 * (v - v_rest) * (v - v_turn)
        drive = 10.0 * (i_offset + i_syn) - g_syn * v - tired
        return v + dt * (pull + drive) / tau, tired * keep

    @staticmethod
    def fires(v: float, v_top: float) -> bool:
        return v >= v_top

    @staticmethod
    def reset(v_rest: float, tired: float, kick: float) -> tuple[float, float]:
        return v_rest, tired + kick


@snn.model
class NearestRule(snn.EventRule):
    """A rule of the tests' own: nearest neighbours, multiplicative, reads every trace twice."""

    tau_a: float = snn.param(default=12.0, unit="ms", above=0, shared=True)
    tau_b: float = snn.param(default=30.0, unit="ms", above=0, shared=True)
    rise: float = snn.param(default=0.75, shared=True)
    fast: float = snn.param(default=0.05, shared=True)

    a = snn.Trace("pre", tau="tau_a", increment="rise", nearest=True)
    b = snn.Trace("post", tau="tau_b", initial=0.5)

    @staticmethod
    def on_pre(w: float, a: float, b: float, fast: float) -> float:
        return w * (1.0 - fast * b) + 0.001 * fast * a

    @staticmethod
    def on_post(w: float, a: float, b: float, fast: float) -> float:
        return w + fast * a * w if b < 4.0 else w


def _currents() -> dict[str, snn.CurrentExp]:
    return {"excitatory": snn.CurrentExp(tau_syn=3.0), "inhibitory": snn.CurrentExp(sign=-1)}


def _conductances() -> dict[str, Any]:
    return {
        "excitatory": snn.ConductanceExp(tau_syn=3.0),
        "inhibitory": snn.ConductanceExp(e_rev=-80.0), "kick": snn.CurrentDelta(),
    }  # fmt: skip


def _mixed() -> dict[str, Any]:
    return {
        "excitatory": snn.CurrentAlpha(tau_syn=2.0), "inhibitory": snn.CurrentExp(sign=-1),
        "pulse": snn.CurrentPulse(signed=True), "kick": snn.CurrentDelta(),
        "brake": snn.CurrentDelta(sign=-1), "rising": snn.CurrentAlpha(tau_syn=7.0, sign=-1),
    }  # fmt: skip


def _all_kinds() -> dict[str, Any]:
    return {
        "excitatory": snn.ConductanceExp(), "alpha": snn.CurrentAlpha(tau_syn=2.0),
        "pulse": snn.CurrentPulse(), "inhibitory": snn.CurrentExp(sign=-1),
        "kick": snn.CurrentDelta(), "shunt": snn.ConductanceExp(e_rev=-75.0, tau_syn=10.0),
    }  # fmt: skip


RECEPTORS: dict[str, Callable[[], dict[str, Any]]] = {
    "currents": _currents, "conductances": _conductances, "mixed": _mixed, "all": _all_kinds,
}  # fmt: skip

CELLS: dict[str, tuple[type[snn.Cell], str, str, dict[str, tuple[float, float]]]] = {
    # Class, receptors, form of the parameters, and the range of those that are given.
    "lif": (snn.LIF, "currents", "one", {"i_offset": (0.6, 1.2), "tau_refrac": (0, 3)}),
    "lif own": (snn.LIF, "currents", "own", {
        "i_offset": (0.6, 1.2), "tau_m": (8, 20), "tau_refrac": (0, 3)}),
    "lif mixed": (snn.LIF, "mixed", "own", {"i_offset": (0.6, 1.2), "tau_m": (8, 20)}),
    "lif conductances": (snn.LIF, "conductances", "one", {"i_offset": (0.6, 1.2)}),
    "lif all": (snn.LIF, "all", "own", {"i_offset": (0.6, 1.2), "cm": (0.8, 1.2)}),
    "adaptive": (snn.AdaptiveLIF, "currents", "one", {"i_offset": (0.2, 0.6)}),
    "adaptive all": (snn.AdaptiveLIF, "all", "own", {"i_offset": (0.2, 0.6),
                                                     "theta_plus": (0, 2)}),
    "izhikevich": (snn.Izhikevich, "currents", "one", {"i_offset": (2.0, 9.0)}),
    "izhikevich all": (snn.Izhikevich, "all", "own", {"i_offset": (2.0, 9.0), "d": (2.0, 8.0)}),
    "adex": (snn.AdEx, "conductances", "own", {"i_offset": (0.5, 1.0), "b": (0.02, 0.1)}),
    "adex mixed": (snn.AdEx, "mixed", "one", {"i_offset": (0.5, 1.0)}),
    "user": (QuadraticCell, "currents", "own", {"i_offset": (0.8, 1.8), "dead": (0.0, 3.0)}),
    "user all": (QuadraticCell, "all", "one", {"i_offset": (0.8, 1.8)}),
}  # fmt: skip

FREE_OF_EXP = (
    "lif", "lif own", "lif mixed", "adaptive", "izhikevich", "izhikevich all", "user", "user all",
)  # fmt: skip
"""Cells whose kernels do not call exp: these are bit-equal in float32 too."""

RULES: dict[str, Callable[[float], Any]] = {
    "pair": lambda w: snn.PairSTDP(A_plus=0.1 * w, A_minus=0.09 * w, w_max=2 * w),
    "symmetric": lambda w: snn.SymmetricSTDP(eta=0.05 * w, w_max=2 * w),
    "pair and scaling": lambda w: [
        snn.PairSTDP(A_plus=0.1 * w, A_minus=0.09 * w, w_max=2 * w), snn.SynapticScaling(target=w)
    ],
    "scaling": lambda w: snn.SynapticScaling(target=w),
    "short term": lambda w: [
        snn.TsodyksMarkram(tau_rec=50.0, tau_fac=80.0),
        snn.TripletSTDP(A3_plus=0.05 * w, A2_minus=0.04 * w, w_max=2 * w,
                        dependence=snn.PowerLaw()),
    ],
    "spike driven": lambda w: snn.SpikeDrivenPlasticity(
        theta_v=-58.0, up_low=0.1, down_low=0.05, a=0.4, b=0.3, w_plus=w),
    "stochastic": lambda w: [
        snn.StochasticTsodyksMarkram(tau_rec=30.0, tau_fac=50.0),
        snn.PairSTDP(A_plus=0.1 * w, A_minus=0.09 * w, w_max=2 * w),
    ],
    "user": lambda w: NearestRule(),
    "two": lambda w: [NearestRule(), snn.SymmetricSTDP(eta=0.05 * w, w_max=2 * w)],
}  # fmt: skip


DRAWN_RULES = ("none", "none", "pair", "pair and scaling", "scaling", "two")
"""Rules of drawn networks; the others are compiled as parts of these."""


def cell(name: str, rng: np.random.Generator, size: int) -> snn.Cell:
    """Return a cell whose parameters are numbers, or by chance arrays or distributions."""
    cls, receptors, form, ranges = CELLS[name]
    given: dict[str, Any] = {"receptors": RECEPTORS[receptors]()}
    if cls is snn.AdaptiveLIF:
        given |= {"tau_m": 25.0, "tau_theta": 200.0}
    for parameter, (low, high) in ranges.items():
        if form == "one":
            given[parameter] = float(rng.uniform(low, high))
        else:
            own = rng.uniform(low, high, size)
            given[parameter] = own if rng.random() < 0.5 else snn.Uniform(low, high)
    return cls(**given)


def scale(post: Neurons, receptor: str) -> float:
    """Return a weight that moves a neuron by a few mV."""
    model = population_of(post).model
    assert isinstance(model, snn.Cell)
    kind = type(model.receptors[receptor])
    size = {snn.ConductanceExp: 0.02, snn.CurrentDelta: 3.0, snn.CurrentPulse: 4.0}.get(kind, 0.5)
    return size * (10.0 if isinstance(model, snn.Izhikevich) and kind is not snn.ConductanceExp
                   else 1.0)  # fmt: skip


def source(name: str, rng: np.random.Generator, size: int) -> Any:
    """Return a source of spikes."""
    if name == "poisson":
        return snn.Poisson(rate=float(rng.uniform(10, 300)))
    if name == "poisson own":
        return snn.Poisson(rate=rng.uniform(0, 400, size) * (rng.random(size) < 0.8))
    if name == "poisson dense":
        # Several spikes of one source in most steps.
        return snn.Poisson(rate=float(rng.uniform(2000, 9000)))
    # From 0 on, and some twice in a step; none empty, since a silent source cannot teach.
    trains = [np.sort(rng.integers(0, 160, rng.integers(1, 12))) * DT for _ in range(size)]
    return snn.SpikeArray(times=trains)


SOURCES = ("poisson", "poisson own", "poisson dense", "spike array")

CONNECTORS = (
    "all to all", "all but self", "one to one", "probability", "in degree", "out degree", "total",
    "list", "csr", "distance", "convolution",
)  # fmt: skip


def connector(name: str, rng: np.random.Generator, pre: Neurons, post: Neurons) -> Any:
    """Return a connector that fits; all-to-all where sizes do not allow the one named."""
    n, m = len(pre), len(post)
    if name == "all but self" and n == m:
        return snn.AllButSelf()
    if name == "one to one" and n == m:
        return snn.OneToOne()
    if name == "convolution" and n == m:
        # The padding of this kernel keeps the size.
        return snn.Convolution([[0.0, 0.2, 0.5, 0.2, 0.1]], shape=(1, n), padding="same")
    if name == "csr":
        counts = rng.integers(0, 4, n)
        targets = rng.integers(0, m, counts.sum())
        indptr = np.concatenate([[0], np.cumsum(counts)])
        return snn.CSR(indptr, targets, delays=DT * rng.integers(1, 9, counts.sum()))
    return {
        "probability": snn.FixedProbability(0.4, self_connections=False),
        "in degree": snn.FixedInDegree(3, multapses=True),
        "out degree": snn.FixedOutDegree(min(2, m)),
        "total": snn.FixedTotal(n + m, multapses=True),
        "list": snn.FromList(np.stack([rng.integers(0, n, 2 * n), rng.integers(0, m, 2 * n)], 1)),
        "distance": snn.DistanceProbability(_near, max_distance=4.0),
    }.get(name) or snn.AllToAll()  # fmt: skip


def _near(distance: Any) -> Any:
    return np.exp(-distance / 2.0)


def view(name: str, rng: np.random.Generator, whole: Population) -> Neurons:
    """Return some neurons of a population: all, a range, every other one, any order."""
    n = whole.size
    if name == "range":
        return whole[n // 4 : max(n // 4 + 1, n - 1)]
    if name == "stride":
        return whole[::2]
    if name == "shuffled":
        return whole[rng.permutation(n)[: max(1, 2 * n // 3)]]
    return whole


VIEWS = ("whole", "whole", "range", "stride", "shuffled")


def synapse(
    rng: np.random.Generator, joined: Any, pre: Neurons, post: Neurons, receptor: str,
    weight: str, delay: str, rule: str,
) -> snn.Synapse:  # fmt: skip
    """Return a synapse: weight constant, drawn or listed; delay constant, drawn or long."""
    size = scale(post, receptor)
    late: Any = {
        "constant": DT * int(rng.integers(1, 6)), "drawn": snn.Uniform(DT, 6 * DT),
        "long": snn.Uniform(DT, 300 * DT), "one step": None,
    }[delay]  # fmt: skip
    strength: Any = {
        "constant": size * rng.uniform(0.2, 1.0), "drawn": snn.Uniform(0.0, size),
        "matrix": rng.uniform(0, size, (len(pre), len(post))),
    }[weight]  # fmt: skip
    if isinstance(joined, snn.CSR):
        late = None
    if isinstance(joined, snn.Convolution):
        strength = 1.0
    rules = RULES[rule](size) if rule != "none" else ()
    return snn.Synapse(weight=strength, delay=late, plasticity=rules)


def record_all(net: snn.Network, every: float | None = None) -> None:
    """Record the spikes and every state of every population."""
    for population in net.populations:
        net.record(population, "spikes")
        if isinstance(population.model, snn.Cell):
            names = list(states_of(type(population.model)))
            for name, receptor in population.model.receptors.items():
                names += [f"{name}.{state}" for state in states_of(type(receptor))]
            net.record(population, names, every=every)


def current(name: str, rng: np.random.Generator, size: int) -> Any:
    """Return an injected current."""
    if name == "dc":
        return snn.DCSource(amplitude=rng.normal(0, 0.3, size), start=10 * DT, stop=50 * DT)
    if name == "steps":
        return snn.StepCurrentSource(
            times=[0.0, 7 * DT, 30 * DT], amplitudes=[0.2, rng.normal(0, 0.3, size), 0.0]
        )
    return snn.NoiseTable(
        values=rng.normal(0, 0.3, (20, size)), start=5 * DT, repeat=name == "noise repeated"
    )


CURRENTS = ("dc", "steps", "noise", "noise repeated")


@st.composite
def networks(
    draw: Draw, cells: Sequence[str] = tuple(CELLS), rules: Sequence[str] = DRAWN_RULES,
    record: bool = True, largest: int = LARGEST,
) -> snn.Network:  # fmt: skip
    """Draw a whole network; everything in it is recorded at every step."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    net = snn.Network(dt=DT)
    sizes = st.integers(1, largest)
    for name in draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2)):
        n = draw(sizes)
        net.population(n, source(name, rng, n), positions=snn.line(n))
    for name in draw(st.lists(st.sampled_from(list(cells)), min_size=1, max_size=3)):
        n = draw(sizes)
        model = cell(name, rng, n)
        start = {"v": snn.Uniform(-65.0, -55.0)} if draw(st.booleans()) else None
        net.population(n, model, initial=start, positions=snn.line(n))
    targets = [p for p in net.populations if isinstance(p.model, snn.Cell)]
    for _ in range(draw(st.integers(1, 5))):
        _connect(draw, net, rng, targets, rules)
    for _ in range(draw(st.integers(0, 2))):
        post = view(draw(st.sampled_from(VIEWS)), rng, draw(st.sampled_from(targets)))
        receptor = draw(st.sampled_from(list(population_of(post).model.receptors)))
        rate = draw(st.sampled_from((30.0, 2000.0, 40_000.0)))
        rates = rate * rng.random(len(post)) if draw(st.booleans()) else rate
        strength = scale(post, receptor) * 10.0 / (10.0 + rate * DT * 1e-3 * 10)
        net.drive(post, snn.PoissonInput(rate=rates, weight=strength), receptor=receptor)
    for _ in range(draw(st.integers(0, 2))):
        wired = [p for p in targets if len(p.model.receptors) > 3] or targets[:1]
        post = view(draw(st.sampled_from(VIEWS)), rng, draw(st.sampled_from(wired)))
        net.inject(post, current(draw(st.sampled_from(CURRENTS)), rng, len(post)))
    if record:
        record_all(net)
    return net


def _connect(
    draw: Draw, net: snn.Network, rng: np.random.Generator, targets: list[Population],
    rules: Sequence[str],
) -> None:  # fmt: skip
    pre = view(draw(st.sampled_from(VIEWS)), rng, draw(st.sampled_from(net.populations)))
    post = view(draw(st.sampled_from(VIEWS)), rng, draw(st.sampled_from(targets)))
    receptor = draw(st.sampled_from(list(population_of(post).model.receptors)))
    joined = connector(draw(st.sampled_from(CONNECTORS)), rng, pre, post)
    rule = draw(st.sampled_from(list(rules)))
    delays = ("constant", "drawn", "one step") + ("long",) * (rule == "none")
    made = synapse(
        rng, joined, pre, post, receptor, rule=rule, delay=draw(st.sampled_from(delays)),
        weight=draw(st.sampled_from(("constant", "drawn", "matrix"))),
    )  # fmt: skip
    net.connect(pre, post, joined, made, receptor=receptor)
