"""A table of networks that must be refused, and of what the refusal must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import snn

NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class Bad:
    """One bad input: how to make it, and the problem that must be reported."""

    name: str
    build: Callable[[], snn.Network]
    where: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)


def two(**cell: Any) -> tuple[snn.Network, Any, Any]:
    """Return a network with 4 sources "in" and 3 cells "out"."""
    net = snn.Network(dt=0.1)
    source = net.population(4, snn.Poisson(rate=10.0), label="in")
    target = net.population(3, snn.LIF(**cell), label="out")
    return net, source, target


def cell(model: Any, **options: Any) -> snn.Network:
    net = snn.Network(dt=0.1)
    net.population(3, model, label="out", **options)
    return net


def source(model: Any, size: int = 2) -> snn.Network:
    net = snn.Network(dt=0.1)
    net.population(size, model, label="in")
    return net


def joined(connector: Any = None, receptor: str = "excitatory", **synapse: Any) -> snn.Network:
    net, pre, post = two()
    chosen = snn.AllToAll() if connector is None else connector
    net.connect(pre, post, chosen, snn.Synapse(**synapse), receptor=receptor, label="syn")
    return net


def recurrent(connector: Any, index: Any = slice(None), **synapse: Any) -> snn.Network:
    net, _, post = two()
    net.connect(post[index], post[index], connector, snn.Synapse(**synapse), label="syn")
    return net


def driven(made: Any, target: str = "out", receptor: str = "excitatory") -> snn.Network:
    net, pre, post = two()
    net.drive(post if target == "out" else pre, made, receptor=receptor, label="drive")
    return net


def injected(made: Any, target: str = "out") -> snn.Network:
    net, pre, post = two()
    net.inject(post if target == "out" else pre, made, label="current")
    return net


def recorded(variable: str, of: str = "out", every: Any = None) -> snn.Network:
    net, pre, post = two()
    syn = net.connect(pre, post, snn.AllToAll(), label="syn")
    net.record({"in": pre, "out": post, "syn": syn}[of], variable, every=every)
    return net


def stranger(what: str) -> snn.Network:
    """Use a population of another network."""
    net, pre, post = two()
    other = snn.Network().population(3, snn.LIF(), label="alien")
    if what == "pre":
        net.connect(other, post, snn.AllToAll(), label="syn")
    elif what == "view":
        net.connect(pre, other[:2], snn.AllToAll(), label="syn")
    elif what == "drive":
        net.drive(other, snn.PoissonInput(rate=1.0, weight=1.0), label="drive")
    else:
        net.record(other, "spikes")
    return net


def twins(kind: str) -> snn.Network:
    net, pre, post = two()
    if kind == "population":
        net.population(1, snn.LIF(), label="out")
    elif kind == "projection":
        for _ in range(2):
            net.connect(pre, post, snn.AllToAll(), label="syn")
    else:
        net.connect(pre, post, snn.AllToAll(), label="out")
    return net


def to_source() -> snn.Network:
    net, pre, post = two()
    net.connect(post, pre, snn.AllToAll(), label="syn")
    return net


def with_dt(dt: Any) -> snn.Network:
    net = snn.Network(dt=dt)
    net.population(1, snn.LIF(), label="out")
    return net


def sized(size: Any) -> snn.Network:
    net = snn.Network()
    net.population(size, snn.LIF(), label="out")
    return net


def learning(rule: Any) -> snn.Network:
    return joined(plasticity=rule)


class Odd(snn.plasticity.Rule):
    """A rule of no known kind."""


@snn.model
class Misspelt(snn.Cell):
    """A cell whose kernel asks for something that it does not have."""

    receptors: Any = field(default_factory=dict)
    v = snn.State(0.0)

    @staticmethod
    def step(v: float, velocity: float) -> float:
        return v + velocity

    @staticmethod
    def fires(v: float) -> bool:
        return v >= 1.0

    @staticmethod
    def reset(v: float) -> tuple[float, float]:
        return 0.0, v


class Bare(snn.LIF):
    """A cell with a parameter of its own that nobody was told about."""

    gain: float = snn.param(default=1.0)


def quantity(name: str, value: float) -> Any:
    import quantities

    return value * getattr(quantities, name)


CASES = [
    # Step, precision, profile.
    Bad("dt zero", lambda: with_dt(0.0), "network.dt", "(0, inf) ms; got 0.0"),
    Bad("dt nan", lambda: with_dt(NAN), "network.dt", "(0, inf) ms"),
    Bad("dt in volts", lambda: with_dt(quantity("mV", 1.0)), "network.dt", "(0, inf) ms"),
    Bad("dt overridden", lambda: with_dt(0.1), "network.dt", "got -1.0", {"dt": -1.0}),
    Bad("precision", lambda: with_dt(0.1), "network.precision", "float32, float64",
        {"precision": "half"}),
    Bad("numerics", lambda: with_dt(0.1), "network.numerics", "exact", {"numerics": "abacus"}),
    # Sizes, labels, models, positions.
    Bad("no neurons", lambda: sized(0), "out.size", "whole number in [1, 2147483647]; got 0"),
    Bad("negative size", lambda: sized(-3), "out.size", "got -3"),
    Bad("fractional size", lambda: sized(2.5), "out.size", "got 2.5"),
    Bad("size is a bool", lambda: sized(True), "out.size", "got True"),
    Bad("class, not cell", lambda: cell(snn.LIF), "out.model", "cell or a source"),
    Bad("two populations", lambda: twins("population"), "out.label", "unique"),
    Bad("two projections", lambda: twins("projection"), "syn.label", "unique"),
    Bad("projection called like population", lambda: twins("both"), "out.label", "unique"),
    Bad("positions", lambda: cell(snn.LIF(), positions=[[0.0, 1.0]]), "out.positions",
        "shape (3, d)"),
    Bad("positions nan", lambda: cell(snn.LIF(), positions=[[NAN], [1], [2]]), "out.positions",
        "finite"),
    # Parameters of cells and receptors.
    Bad("tau_m negative", lambda: cell(snn.LIF(tau_m=-1.0)), "out.tau_m", "(0, inf] ms; got -1"),
    Bad("tau_m nan", lambda: cell(snn.LIF(tau_m=NAN)), "out.tau_m", "got nan"),
    Bad("tau_m zero in one", lambda: cell(snn.LIF(tau_m=[1.0, 0.0, 2.0])), "out.tau_m", "got 0"),
    Bad("tau_m infinite", lambda: cell(snn.LIF(tau_m=INF)), "out.tau_m", "finite"),
    Bad("tau_m is text", lambda: cell(snn.LIF(tau_m="20")), "out.tau_m", "number or an array"),
    Bad("tau_m is None", lambda: cell(snn.LIF(tau_m=None)), "out.tau_m", "number or an array"),
    Bad("tau_m of wrong length", lambda: cell(snn.LIF(tau_m=[1.0, 2.0])), "out.tau_m",
        "shape () or (3,); got (2,)"),
    Bad("tau_m in volts", lambda: cell(snn.LIF(tau_m=quantity("mV", 20.0))), "out.tau_m",
        "must be in ms"),
    Bad("tau_refrac negative", lambda: cell(snn.LIF(tau_refrac=-0.1)), "out.tau_refrac",
        "[0, inf] ms"),
    Bad("cm zero", lambda: cell(snn.LIF(cm=0.0)), "out.cm", "(0, inf] nF"),
    Bad("drawn tau_m reaches 0", lambda: cell(snn.LIF(tau_m=snn.Normal(20.0, 2.0))), "out.tau_m",
        "reaches [-inf, inf]"),
    Bad("distribution upside down", lambda: cell(snn.LIF(v_rest=snn.Uniform(1.0, 0.0))),
        "out.v_rest", "low <= high"),
    Bad("distribution of text", lambda: cell(snn.LIF(v_rest=snn.Normal("a", 1.0))), "out.v_rest",
        "plain numbers"),
    Bad("threshold below reset", lambda: cell(snn.LIF(v_thresh=-70.0)), "out.v_reset",
        "below v_thresh"),
    Bad("threshold below reset in one", lambda: cell(snn.LIF(v_thresh=[-50.0, -65.0, -50.0])),
        "out.v_reset", "got -65 against -65"),
    Bad("threshold drawn below reset", lambda: cell(snn.LIF(v_thresh=snn.Uniform(-70, -50))),
        "out.v_reset", "below v_thresh"),
    Bad("AdEx spike below reset", lambda: cell(snn.AdEx(v_reset=-30.0)), "out.v_reset",
        "below v_spike"),
    Bad("Izhikevich reset at the peak", lambda: cell(snn.Izhikevich(c=30.0)), "out.c", "30"),
    Bad("tau_syn", lambda: cell(snn.LIF(receptors={"exc": snn.CurrentExp(tau_syn=-5.0)})),
        "out.exc.tau_syn", "(0, inf] ms"),
    Bad("sign", lambda: cell(snn.LIF(receptors={"exc": snn.CurrentExp(sign=0)})), "out.exc.sign",
        "1 or -1"),
    Bad("receptor name", lambda: cell(snn.LIF(receptors={"a b": snn.CurrentExp()})), "out.a b",
        "identifier"),
    Bad("receptor is a number", lambda: cell(snn.LIF(receptors={"exc": 5.0})), "out.exc",
        "must be a receptor"),
    Bad("kernel argument", lambda: cell(Misspelt()), "out.Misspelt.step", "'velocity'"),
    Bad("not decorated", lambda: cell(Bare()), "out", "decorate the class with @snn.model"),
    Bad("kernel results", lambda: cell(Misspelt()), "out.Misspelt.reset", "1 values"),
    # Initial values.
    Bad("unknown state", lambda: cell(snn.LIF(), initial={"u": 1.0}), "out.initial['u']",
        "it has v, excitatory.i, inhibitory.i"),
    Bad("initial shape", lambda: cell(snn.LIF(), initial={"v": [0.0, 1.0]}), "out.initial['v']",
        "(3,); got (2,)"),
    Bad("initial nan", lambda: cell(snn.LIF(), initial={"v": NAN}), "out.initial['v']", "finite"),
    Bad("initial unit", lambda: cell(snn.LIF(), initial={"v": quantity("ms", 1.0)}),
        "out.initial['v']", "must be in mV"),
    # Sources.
    Bad("rate negative", lambda: source(snn.Poisson(rate=-1.0)), "in.rate", "[0, inf) Hz; got -1"),
    Bad("rate nan", lambda: source(snn.Poisson(rate=[1.0, NAN])), "in.rate", "got nan"),
    Bad("rate shape", lambda: source(snn.Poisson(rate=[1.0] * 3)), "in.rate", "(2,); got (3,)"),
    Bad("rate is drawn", lambda: source(snn.Poisson(rate=snn.Uniform(0, 1))), "in.rate",
        "number or an array"),
    Bad("times negative", lambda: source(snn.SpikeArray(times=[[-1.0], []])), "in.times[0]",
        "[0, inf) ms; got -1"),
    Bad("times unsorted", lambda: source(snn.SpikeArray(times=[[], [2.0, 1.0]])), "in.times[1]",
        "ascending"),
    Bad("times nan", lambda: source(snn.SpikeArray(times=[1.0, NAN])), "in.times", "finite"),
    Bad("times off the grid", lambda: source(snn.SpikeArray(times=[[0.15], []])), "in.times[0]",
        "grid of 0.1 ms; got 0.15"),
    Bad("too many trains", lambda: source(snn.SpikeArray(times=[[1.0]] * 3)), "in.times",
        "needs 2 lists"),
    Bad("times is a number", lambda: source(snn.SpikeArray(times=1.0)), "in.times",
        "lists of numbers"),
    # Sides and receptors of projections.
    Bad("source as target", to_source, "syn.post", "is a source"),
    Bad("unknown receptor", lambda: joined(receptor="exc"), "syn.receptor",
        "it has excitatory, inhibitory"),
    Bad("pre of another network", lambda: stranger("pre"), "syn.pre", "another network"),
    Bad("view of another network", lambda: stranger("view"), "syn.post", "another network"),
    # Weights and delays.
    Bad("weight negative", lambda: joined(weight=-0.1), "syn.weight", "[0, inf) nA; got -0.1"),
    Bad("weights negative", lambda: joined(weight=np.full((4, 3), -1.0)), "syn.weight", "got -1"),
    Bad("weight drawn negative", lambda: joined(weight=snn.Normal(0.1, 0.1)), "syn.weight",
        "got -inf"),
    Bad("weight nan", lambda: joined(weight=NAN), "syn.weight", "finite; got nan"),
    Bad("weight infinite", lambda: joined(weight=INF), "syn.weight", "finite; got inf"),
    Bad("weight is text", lambda: joined(weight="strong"), "syn.weight", "number, an array"),
    Bad("weight shape", lambda: joined(weight=np.ones((3, 4))), "syn.weight", "(4, 3); got (3, 4)"),
    Bad("weights of a list", lambda: joined(snn.FromList([[0, 0], [1, 1]]), weight=[1.0] * 3),
        "syn.weight", "(2,)"),
    Bad("weight in volts", lambda: joined(weight=quantity("mV", 1.0)), "syn.weight", "in nA"),
    Bad("delay zero", lambda: joined(delay=0.0), "syn.delay", "at least 0.1, one step ms; got 0"),
    Bad("delay negative", lambda: joined(delay=-1.0, round=True), "syn.delay", "at least 0 ms"),
    Bad("delay off the grid", lambda: joined(delay=0.25), "syn.delay",
        "grid of 0.1 ms; got 0.25"),
    Bad("one delay off the grid", lambda: joined(delay=np.full((4, 3), 0.31)), "syn.delay",
        "got 0.31"),
    Bad("delay nan", lambda: joined(delay=NAN), "syn.delay", "finite"),
    Bad("delay shape", lambda: joined(delay=[0.1, 0.2]), "syn.delay", "got (2,)"),
    Bad("delay never positive", lambda: joined(delay=snn.Uniform(-2.0, -1.0)), "syn.delay",
        "never positive"),
    # Connectors.
    Bad("connector is text", lambda: joined("all"), "syn.connector", "must be a connector"),
    Bad("one to one", lambda: joined(snn.OneToOne()), "syn.connector", "equal sizes; got 4 and 3"),
    Bad("all but self", lambda: joined(snn.AllButSelf()), "syn.connector", "got 4 and 3"),
    Bad("p above 1", lambda: joined(snn.FixedProbability(1.5)), "syn.connector", "[0, 1]"),
    Bad("p nan", lambda: joined(snn.FixedProbability(NAN)), "syn.connector", "[0, 1]; got nan"),
    Bad("in-degree", lambda: joined(snn.FixedInDegree(5)), "syn.connector", "[0, 4]"),
    Bad("in-degree without self", lambda: recurrent(
        snn.FixedInDegree(3, self_connections=False)), "syn.connector", "[0, 2]"),
    Bad("in-degree fractional", lambda: joined(snn.FixedInDegree(1.5)), "syn.connector", "whole"),
    Bad("out-degree", lambda: joined(snn.FixedOutDegree(4)), "syn.connector", "[0, 3]"),
    Bad("total", lambda: joined(snn.FixedTotal(13)), "syn.connector", "[0, 12]; got 13"),
    Bad("list beyond the end", lambda: joined(snn.FromList([[0, 3]])), "syn.connector",
        "target indices must be in [0, 2]; got 3"),
    Bad("list of triples", lambda: joined(snn.FromList([[0, 1, 2]])), "syn.connector", "(k, 2)"),
    Bad("indptr", lambda: joined(snn.CSR([0, 1], [0])), "syn.connector", "5 whole numbers"),
    Bad("indptr falls", lambda: joined(snn.CSR([0, 2, 1, 2, 2], [0, 1])), "syn.connector",
        "ascend from 0 to 2"),
    Bad("CSR target", lambda: joined(snn.CSR([0, 1, 1, 1, 1], [7])), "syn.connector", "[0, 2]"),
    Bad("CSR weight", lambda: joined(snn.CSR([0, 1, 1, 1, 1], [0], weights=[-1.0])),
        "syn.weights", "[0, inf) nA"),
    Bad("CSR delay", lambda: joined(snn.CSR([0, 1, 1, 1, 1], [0], delays=[0.05])), "syn.delays",
        "at least 0.1"),
    Bad("weight given twice", lambda: joined(
        snn.CSR([0, 1, 1, 1, 1], [0], weights=[1.0]), weight=2.0), "syn.weight", "CSR, too"),
    Bad("distance without positions", lambda: joined(snn.DistanceProbability(lambda d: d * 0)),
        "syn.connector", "positions"),
    Bad("distance of wrong shape", lambda: joined(snn.DistanceProbability(lambda d: d[:1])),
        "syn.connector", "shape (3,)"),
    Bad("kernel on a grid", lambda: joined(snn.Convolution(np.ones((2, 2)), shape=(2, 3))),
        "syn.connector", "6 sources; got 4"),
    Bad("kernel to a grid", lambda: joined(snn.Convolution(np.ones((2, 2)), shape=(2, 2))),
        "syn.connector", "target grid of (1, 1)"),
    Bad("kernel strides", lambda: joined(
        snn.Convolution(np.ones((2, 2)), shape=(2, 2), strides=(0, 1))), "syn.connector",
        "strides must be two whole numbers"),
    Bad("neuron twice", lambda: recurrent(
        snn.FixedInDegree(1, self_connections=False), [0, 1, 1]), "syn.pre", "more than once"),
    # Rules.
    Bad("rule is text", lambda: learning("stdp"), "syn.plasticity", "must be a learning rule"),
    Bad("rule of no kind", lambda: learning(Odd()), "syn.plasticity", "no known kind"),
    Bad("rule range", lambda: learning(snn.PairSTDP(tau_plus=0.0)), "syn.PairSTDP.tau_plus",
        "(0, inf] ms"),
    Bad("rule array", lambda: learning(snn.PairSTDP(A_plus=[1.0, 2.0])), "syn.PairSTDP.A_plus",
        "has shape (2,)"),
    Bad("rule bounds", lambda: learning(snn.PairSTDP(w_min=2.0)), "syn.PairSTDP.w_min",
        "not exceed w_max"),
    Bad("rule below zero", lambda: learning(snn.PairSTDP(w_min=-1.0)), "syn.PairSTDP.w_min",
        "unsigned receptor"),
    Bad("plastic neuron twice", lambda: recurrent(
        snn.AllToAll(), [0, 0], plasticity=snn.PairSTDP()), "syn.post", "more than once"),
    # Drives and currents.
    Bad("drive of a source", lambda: driven(snn.PoissonInput(rate=1.0, weight=1.0), "in"),
        "drive.target", "is a source"),
    Bad("drive receptor", lambda: driven(
        snn.PoissonInput(rate=1.0, weight=1.0), receptor="nmda"), "drive.receptor",
        "it has excitatory, inhibitory"),
    Bad("drive weight", lambda: driven(snn.PoissonInput(rate=1.0, weight=-1.0)), "drive.weight",
        "[0, inf) nA; got -1"),
    Bad("drive rate", lambda: driven(snn.PoissonInput(rate=[1.0, 2.0], weight=1.0)), "drive.rate",
        "(3,); got (2,)"),
    Bad("current as drive", lambda: driven(snn.DCSource(amplitude=1.0)), "drive.source", "inject"),
    Bad("drive as current", lambda: injected(snn.PoissonInput(rate=1.0, weight=1.0)),
        "current.source", "network.drive"),
    Bad("drive is a source", lambda: driven(snn.Poisson(rate=1.0)), "drive.source", "input"),
    Bad("drive of another network", lambda: stranger("drive"), "drive.target", "another network"),
    Bad("current into a source", lambda: injected(snn.DCSource(amplitude=1.0), "in"),
        "current.target", "is a source"),
    Bad("amplitude", lambda: injected(snn.DCSource(amplitude=NAN)), "current.amplitude", "finite"),
    Bad("current backwards", lambda: injected(
        snn.DCSource(amplitude=1.0, start=5.0, stop=1.0)), "current.start", "start <= stop"),
    Bad("current off the grid", lambda: injected(
        snn.DCSource(amplitude=1.0, start=0.25)), "current.start", "grid of 0.1 ms"),
    Bad("amplitudes", lambda: injected(
        snn.StepCurrentSource(times=[1.0, 2.0], amplitudes=[1.0])), "current.amplitudes",
        "1 for 2"),
    Bad("steps unsorted", lambda: injected(
        snn.StepCurrentSource(times=[2.0, 1.0], amplitudes=[1.0, 1.0])), "current.times", "ascend"),
    Bad("table", lambda: injected(snn.NoiseTable(values=np.zeros((5, 2)))), "current.values",
        "(steps, 3)"),
    # Recordings.
    Bad("unknown variable", lambda: recorded("u"), "out.record",
        "it has spikes, v, excitatory.i, inhibitory.i"),
    Bad("state of a source", lambda: recorded("v", "in"), "in.record", "it has spikes"),
    Bad("weights of a population", lambda: recorded("weights"), "out.record",
        "from a projection"),
    Bad("spikes of a projection", lambda: recorded("spikes", "syn"), "syn.record",
        "it has weights"),
    Bad("interval off the grid", lambda: recorded("v", every=0.25), "out.every",
        "multiple of the step, 0.1 ms; got 0.25"),
    Bad("interval zero", lambda: recorded("v", every=0.0), "out.every", "got 0.0"),
    Bad("recording of another network", lambda: stranger("record"), "recording.target",
        "another network"),
]  # fmt: skip
