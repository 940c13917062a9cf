"""A simulation under way: pieces, reading and writing, switches, records, progress."""

from __future__ import annotations

import warnings
from typing import Any

import networks
import numpy as np
import pytest
from networks import DT

import snn
from snn.errors import SnnError, SnnWarning, ValidationError

BACKENDS = ("reference", "cpu")
both = pytest.mark.parametrize("backend", BACKENDS)


class Circuit:
    """Poisson sources that learn to drive six cells, and a simulation of them."""

    def __init__(self, backend: str = "cpu", every: float | None = None, **options: Any) -> None:
        self.net = snn.Network(dt=DT)
        self.pre = self.net.population(5, snn.Poisson(rate=100.0), label="pre")
        receptors = {"excitatory": snn.CurrentExp(tau_syn=3.0), "kick": snn.CurrentDelta()}
        cell = snn.LIF(i_offset=0.5, receptors=receptors)
        self.post = self.net.population(6, cell, label="post")
        rule = snn.PairSTDP(A_plus=0.05, A_minus=0.04, w_max=2.0)
        self.learned = self.net.connect(
            self.pre, self.post[[4, 1, 2]], snn.AllToAll(),
            snn.Synapse(weight=snn.Uniform(0.2, 1.0), delay=2 * DT, plasticity=rule),
            label="learned")  # fmt: skip
        self.fixed = self.net.connect(
            self.post, self.post, snn.AllButSelf(), snn.Synapse(weight=0.1), label="fixed"
        )
        self.net.record(self.pre, "spikes")
        self.net.record(self.post, ["spikes", "v"])
        self.net.record(self.learned, "weights", every=every)
        self.sim = snn.Simulation(self.net, backend=backend, precision="float64", **options)


@both
def test_pieces_join_to_one_run(backend: str) -> None:
    whole, cut = Circuit(backend), Circuit(backend)
    wanted = whole.sim.run(100.0)
    pieces = [cut.sim.run(t) for t in (0.0, 0.5, 33.0, 66.5)]
    assert cut.sim.time == 100.0
    for label in ("pre", "post"):
        steps = np.concatenate([p[label].steps for p in pieces])
        np.testing.assert_array_equal(steps, wanted[label].steps)
    v = np.concatenate([p["post"].v for p in pieces])
    np.testing.assert_array_equal(v, wanted["post"].v)
    # The initial state and one sample a step: the pieces neither overlap nor leave a gap.
    assert len(v) == 201
    times = np.concatenate([p["post"].trace("v").times for p in pieces])
    np.testing.assert_allclose(times, DT * np.arange(201), rtol=1e-12)


@both
def test_parameters_set_between_pieces_act_from_the_next_step(backend: str) -> None:
    c = Circuit(backend)
    c.sim.run(10.0)
    v = c.sim.read(c.post, "v")
    c.sim.set(c.post[2], i_offset=40.0, v_thresh=500.0)
    after = c.sim.run(DT)["post"].v[-1]
    # One step of 0.5 ms at 40 nA and 1 nF is nearly 20 mV.
    assert after[2] - v[2] > 15.0
    assert (np.abs(np.delete(after - v, 2)) < 6.0).all()


@both
def test_parameters_and_states_and_weights_between_pieces_agree(backend: str) -> None:
    """The reference itself is compared with the CPU engine after a series of changes."""
    found = []
    for name in ("reference", backend):
        c = Circuit(name)
        c.sim.run(20.0)
        c.sim.set(c.post, {"excitatory.tau_syn": 7.0}, tau_m=np.linspace(5.0, 25.0, 6))
        c.sim.write(c.post[1:3], "v", [-51.0, -60.0])
        c.sim.write(c.post, "excitatory.i", 0.3)
        c.sim.run(20.0)
        c.sim.set_weights(c.learned, np.linspace(0.0, 1.5, 15))
        c.sim.set_weights(c.fixed, np.linspace(0.0, 0.2, 30))
        c.sim.set(c.pre[2:], rate=600.0)
        c.sim.run(20.0)
        c.sim.freeze(c.learned)
        c.sim.run(13.0)
        c.sim.unfreeze()
        c.sim.set(c.post[0], tau_refrac=5.0)
        r = c.sim.run(40.0)
        weights = [c.sim.weights(q).weight for q in (c.learned, c.fixed)]
        current = c.sim.read(c.post, "excitatory.i")
        found.append((r["pre"].steps, r["post"].steps, r["post"].v, *weights, current))
    for a, b in zip(*found):
        np.testing.assert_array_equal(a, b)


@both
def test_weights_come_by_source_and_target_of_the_views(backend: str) -> None:
    c = Circuit(backend)
    values = np.arange(15.0) / 10.0
    c.sim.set_weights(c.learned, values)
    got = c.sim.weights(c.learned)
    np.testing.assert_array_equal(got.pre, np.repeat(np.arange(5), 3))
    np.testing.assert_array_equal(got.post, np.tile(np.arange(3), 5))
    np.testing.assert_array_equal(got.weight, values)
    np.testing.assert_array_equal(got.delay, 2 * DT)
    # Target 0 of the view is neuron 4.
    c.sim.set_weights(c.learned, np.where(np.arange(15) % 3 == 0, 2.0, 0.0))
    c.sim.set_weights(c.fixed, 0.0)
    c.sim.set(c.post, i_offset=0.0)
    v = c.sim.run(30.0)["post"].v
    assert v[:, 4].max() > -64.0
    assert (np.delete(v, 4, axis=1) == -65.0).all()
    c.sim.set_weights(c.learned, c.sim.weights(c.learned))


@pytest.mark.parametrize("name", [n for n in networks.CONNECTORS if n != "convolution"])
def test_weights_set_whatever_the_connector(name: str) -> None:
    """Forms without a list of synapses, and one number for all, get a weight each."""
    found = []
    for backend in BACKENDS:
        rng = np.random.default_rng(3)
        net = snn.Network(dt=DT)
        pre = net.population(8, snn.Poisson(rate=120.0), label="pre", positions=snn.line(8))
        post = net.population(8, snn.LIF(), label="post", positions=snn.line(8))
        a, b = pre[1:7], post[2:8]
        joined = networks.connector(name, rng, a, b)
        delay = None if name == "csr" else 3 * DT
        made = snn.Synapse(weight=0.3, delay=delay)
        static = net.connect(a, b, joined, made, label="static")
        net.record(post, "v")
        sim = snn.Simulation(net, backend=backend, precision="float64")
        early = sim.run(20.0)["post"].v
        sim.set_weights(static, np.linspace(0.1, 2.0, len(sim.weights(static))))
        late = sim.run(40.0)["post"].v
        found.append((early, late, sim.weights(static).weight))
    for x, y in zip(*found):
        np.testing.assert_array_equal(x, y)
    assert np.ptp(found[0][1]) > 0.1


def test_weights_that_synapses_share_cannot_be_set_one_by_one() -> None:
    net = snn.Network(dt=DT)
    pre, post = net.population(4, snn.Poisson(rate=1.0)), net.population(4, snn.LIF())
    kernel = snn.Convolution([[0.1, 0.2, 0.1]], shape=(1, 4), padding="same")
    shared = net.connect(pre, post, kernel, snn.Synapse())
    sim = snn.Simulation(net)
    with pytest.raises(SnnError, match="share the kernel's weights.*connect with CSR"):
        sim.set_weights(shared, np.ones(len(sim.weights(shared))))


@both
def test_frozen_weights_stay_and_traces_go_on(backend: str) -> None:
    c = Circuit(backend)
    c.sim.run(30.0)
    c.sim.freeze()
    before = c.sim.weights(c.learned).weight
    assert len(c.sim.run(60.0)["post"].steps) > 5
    np.testing.assert_array_equal(c.sim.weights(c.learned).weight, before)
    c.sim.unfreeze(c.learned)
    c.sim.run(60.0)
    assert (c.sim.weights(c.learned).weight != before).any()


@both
def test_weights_over_time(backend: str) -> None:
    c = Circuit(backend, every=10.0)
    twin = Circuit(backend)
    first, second = c.sim.run(25.0), c.sim.run(20.0)
    for result, times in ((first, [0.0, 10.0, 20.0]), (second, [30.0, 40.0])):
        history = result["learned"].sampled
        np.testing.assert_array_equal(history.times, times)
        for time, row in zip(history.times, history.values):
            while twin.sim.time < time:
                twin.sim.run(DT)
            np.testing.assert_array_equal(row, twin.sim.weights(twin.learned).weight)
    np.testing.assert_array_equal(second["learned"].weights, c.sim.weights(c.learned).weight)


@both
def test_rate_set_between_pieces(backend: str) -> None:
    c = Circuit(backend)
    c.sim.set(c.pre, rate=0.0)
    assert len(c.sim.run(50.0)["pre"].steps) == 0
    c.sim.set(c.pre[3], rate=4000.0)
    counts = c.sim.run(50.0)["pre"].counts()
    # 200 expected: six standard deviations are 85.
    assert 115 < counts[3] < 285
    assert counts.sum() == counts[3]
    with pytest.raises(ValidationError, match=r"pre.rate: must be in \[0, inf\) Hz"):
        c.sim.set(c.pre, rate=-1.0)
    with pytest.raises(ValidationError, match="not a parameter of Poisson"):
        c.sim.set(c.pre, tau_m=1.0)
    assert c.sim.run(50.0)["pre"].counts()[3] > 115


def test_what_cannot_be_read_or_set() -> None:
    c, other = Circuit(), Circuit()
    with pytest.raises(ValidationError, match=r"post.u: no such state; known: v, excitatory_i"):
        c.sim.read(c.post, "u")
    with pytest.raises(ValidationError, match="no such state"):
        c.sim.write(c.post, "theta", 1.0)
    with pytest.raises(ValidationError, match="no such state; known: none"):
        c.sim.read(c.pre, "v")
    for call in (
        lambda: c.sim.read(other.post, "v"), lambda: c.sim.write(other.post[:1], "v", 0.0),
        lambda: c.sim.set(other.post, tau_m=1.0), lambda: c.sim.weights(other.learned),
        lambda: c.sim.set_weights(other.learned, 1.0), lambda: c.sim.freeze(other.learned),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match="belongs to another network"):
            call()
    with pytest.raises(ValidationError, match="no such parameter; known: tau_m, cm"):
        c.sim.set(c.post, tau_typo=1.0)
    with pytest.raises(ValidationError, match=r"post.tau_m: must be in \(0, inf\] ms; got -1"):
        c.sim.set(c.post, tau_m=-1.0)
    with pytest.raises(ValidationError, match=r"tau_m: needs shape \(\) or \(6,\); got \(5,\)"):
        c.sim.set(c.post, tau_m=np.ones(5))
    with pytest.raises(ValidationError, match=r"weights: needs shape \(\) or \(15,\); got \(3,\)"):
        c.sim.set_weights(c.learned, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="broadcast"):
        c.sim.write(c.post, "v", [1.0, 2.0])


def test_a_refused_change_changes_nothing() -> None:
    c, twin = Circuit(), Circuit()
    with pytest.raises(ValidationError):
        c.sim.set(c.post, i_offset=30.0, tau_m=-1.0)
    np.testing.assert_array_equal(c.sim.run(20.0)["post"].v, twin.sim.run(20.0)["post"].v)


@pytest.mark.parametrize("duration", [0.3, -1.0, float("nan"), float("inf")])
def test_durations_that_are_not_whole_steps(duration: float) -> None:
    c = Circuit()
    with pytest.raises(ValidationError, match=r"run.duration: must be a multiple of 0.5 ms"):
        c.sim.run(duration)
    assert c.sim.time == 0.0


def test_network_is_frozen_once_compiled() -> None:
    c = Circuit()
    with pytest.raises(SnnError, match="frozen"):
        c.net.population(1, snn.LIF())
    c.net.copy().population(1, snn.LIF())


def test_spikes_past_the_run_are_announced() -> None:
    net = snn.Network(dt=DT)
    net.population(2, snn.SpikeArray(times=[[1.0, 30.0], [50.0]]), label="listed")
    with pytest.warns(SnnWarning, match="listed.times: 2 spikes lie past the end of the run at 20"):
        snn.run(net, 20.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        snn.run(net, 50.0)
        snn.Simulation(net).run(20.0)  # another piece may follow


def test_no_progress_unless_asked_for(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("snn.progress.PATIENCE", 0.0)
    Circuit().sim.run(20.0)
    Circuit(progress=False).sim.run(20.0)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
    Circuit(progress=True).sim.run(20.0)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "100%  20 of 20 ms" in captured.err
    assert captured.err.endswith("\n")


def test_progress_waits_two_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    Circuit(progress=True).sim.run(20.0)
    assert capsys.readouterr().err == ""


def test_unknown_backend_is_named_with_those_that_are_known() -> None:
    c = Circuit()
    with pytest.raises(SnnError, match="'abacus' among backends; installed: .*cpu.*reference"):
        snn.Simulation(c.net, backend="abacus")


def test_drawn_networks_change_between_pieces() -> None:
    """Both engines after the same changes of a network with one of everything."""
    for seed in range(4):
        _changed(np.random.default_rng(seed))


def _changed(rng: np.random.Generator) -> None:
    net = snn.Network(dt=DT)
    pre = net.population(6, snn.Poisson(rate=150.0), label="pre")
    kinds = ["lif own", "adaptive all", "izhikevich all", "adex"]
    cells = [net.population(5, networks.cell(k, rng, 5), label=k) for k in kinds]
    for post in cells:
        rule = str(rng.choice(["none", "pair", "two"]))
        joined = networks.connector(str(rng.choice(networks.CONNECTORS)), rng, pre, post)
        if isinstance(joined, snn.DistanceProbability | snn.Convolution):
            joined = snn.AllToAll()
        made = networks.synapse(rng, joined, pre, post, "excitatory", "drawn", "drawn", rule)
        net.connect(pre, post, joined, made)
    networks.record_all(net)
    sims = [snn.Simulation(net, backend=b, precision="float64", **o)
            for b, o in (("reference", {}), ("cpu", {"sleep": "never"}))]  # fmt: skip
    found: list[list[Any]] = [[], []]
    for k in range(5):
        chosen, value = cells[rng.integers(4)], float(rng.uniform(0.4, 0.9))
        rate = rng.uniform(0, 500, 6)
        for sim, kept in zip(sims, found):
            if k % 2:
                sim.set(chosen[1:4], i_offset=value)
            else:
                sim.set(chosen, i_offset=value)
                sim.set(pre, rate=rate)
            sim.write(chosen[[3, 0]], "v", [-60.0, -61.0])
            if k == 2:
                sim.freeze()
            if k == 4:
                sim.unfreeze()
            for q in net.projections:
                sim.set_weights(q, 1.01 * sim.weights(q).weight)
            result = sim.run(15.0)
            for post in cells:
                kept += [result[post.label].steps, result[post.label].v]
            kept += [sim.weights(q).weight for q in net.projections]
    for a, b in zip(*found):
        np.testing.assert_array_equal(a, b)
