"""What must not matter: threads, cuts, batches, storage, order and company."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import History, history, prepared, require_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import DT

import snn
from snn.compiler import Compiled
from snn.errors import SnnError

STEPS = 240


def crowd(size: int = 150, precision: str = "float64") -> Compiled:
    """Return a network that every thread has a part of: cells, drives, currents, learning."""
    rng = np.random.default_rng(5)
    net = snn.Network(dt=DT)
    pre = net.population(size, snn.Poisson(rate=60.0), label="pre")
    exc = net.population(size, networks.cell("lif own", rng, size), label="exc")
    mixed = net.population(70, networks.cell("lif mixed", rng, 70), label="mixed")
    few = snn.FixedInDegree(12)
    late = snn.Uniform(2 * DT, 9 * DT)
    net.connect(pre, exc, few, snn.Synapse(weight=snn.Uniform(0, 0.3), delay=2 * DT))
    net.connect(
        pre,
        exc,
        snn.AllToAll(),
        snn.Synapse(
            weight=snn.Uniform(0, 0.02), delay=3 * DT, plasticity=networks.RULES["two"](0.02)
        ),
    )
    net.connect(
        exc,
        exc,
        few,
        snn.Synapse(weight=snn.Uniform(0, 0.2), delay=late, plasticity=networks.RULES["pair"](0.2)),
    )
    net.connect(
        exc, exc, snn.AllButSelf(), snn.Synapse(weight=0.002, delay=2 * DT), receptor="inhibitory"
    )
    net.connect(
        exc[10:80], mixed, snn.OneToOne(), snn.Synapse(weight=2.0, delay=4 * DT), receptor="kick"
    )
    net.connect(
        exc,
        mixed[5:64],
        snn.AllToAll(),
        snn.Synapse(weight=snn.Uniform(0, 0.02), delay=2 * DT),
        receptor="rising",
    )
    net.drive(mixed, snn.PoissonInput(rate=500.0, weight=0.1))
    net.inject(mixed[::-1], networks.current("noise repeated", rng, 70))
    networks.record_all(net)
    return snn.compile_network(net, precision=precision, seed=3)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return crowd()


@pytest.fixture(scope="module")
def wanted(compiled: Compiled) -> History:
    return history(prepared(compiled, "reference"), compiled, [STEPS])


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_number_of_threads(compiled: Compiled, wanted: History, threads: int) -> None:
    found = history(prepared(compiled, "cpu", threads=threads), compiled, [STEPS])
    require_equal(wanted, found)
    assert wanted["spikes of exc"].shape[1] > 300


@settings(max_examples=15, derandomize=True)
@given(st.lists(st.integers(0, 90), max_size=6), st.integers(1, 3))
def test_cuts(compiled: Compiled, wanted: History, pieces: list[int], threads: int) -> None:
    """Pieces of any length, none included, cut batches and blocks of Poisson trains."""
    pieces = [p for k, p in enumerate(pieces) if sum(pieces[: k + 1]) <= STEPS]
    engine = prepared(compiled, "cpu", threads=threads)
    require_equal(wanted, history(engine, compiled, [*pieces, STEPS - sum(pieces)]))


def test_cut_after_every_step(compiled: Compiled, wanted: History) -> None:
    require_equal(wanted, history(prepared(compiled, "cpu"), compiled, [1] * STEPS))


def test_reading_changes_nothing(compiled: Compiled, wanted: History) -> None:
    """Reading weights applies what is pending; reading states copies them."""
    engine = prepared(compiled, "cpu")
    for _ in range(STEPS // 4):
        engine.advance(4)
        for q in compiled.projections:
            engine.read_weights(q.index)[:] = np.nan
        for p in compiled.populations:
            for name in p.initial:
                engine.read_state(p.index, name)[:] = np.nan
    require_equal(wanted, history(engine, compiled))


def test_weights_at_every_moment_are_those_of_the_reference(compiled: Compiled) -> None:
    reference, cpu = prepared(compiled, "reference"), prepared(compiled, "cpu")
    for _ in range(12):
        for engine in (reference, cpu):
            engine.advance(7)
        for q in compiled.projections:
            a, b = reference.read_weights(q.index), cpu.read_weights(q.index)
            np.testing.assert_array_equal(a, b, err_msg=q.label)


def test_spikes_are_sorted_by_step_then_neuron(wanted: History) -> None:
    for name in ("pre", "exc", "mixed"):
        steps, neurons = wanted[f"spikes of {name}"]
        assert (np.diff(steps * 1000 + neurons) >= 0).all()


@pytest.mark.parametrize("at", [0, 1, 63, 100])
@pytest.mark.parametrize("threads", [1, 2])
def test_snapshot(compiled: Compiled, wanted: History, at: int, threads: int) -> None:
    """A second engine goes on from a snapshot as the first would have; so does the first."""
    first = prepared(compiled, "cpu", threads=threads)
    first.advance(at)
    early = first.take()
    state = first.snapshot()
    kept = {name: array.copy() for name, array in state.items()}
    second = prepared(compiled, "cpu", threads=threads)
    second.advance(17)
    second.take()
    second.restore(state)
    assert second.step == at
    for engine in (first, second):
        found = history(engine, compiled, [STEPS - at])
        for name, values in found.items():
            if name.startswith("spikes"):
                values = values[:, values[0] > (at or -1)]
                whole = wanted[name][:, wanted[name][0] > (at or -1)]
                np.testing.assert_array_equal(values, whole, err_msg=name)
            elif "recording" not in name:
                np.testing.assert_array_equal(values, wanted[name], err_msg=name)
    for name, array in state.items():
        np.testing.assert_array_equal(array, kept[name], err_msg=f"{name} of the snapshot")
    assert all((steps <= at).all() for steps, _ in early.spikes.values())


def test_restored_engine_goes_back(compiled: Compiled) -> None:
    """The same engine, moved on and put back, does the same once more."""
    engine = prepared(compiled, "cpu")
    engine.advance(50)
    engine.take()
    state = engine.snapshot()
    first = history(engine, compiled, [60])
    engine.restore(state)
    require_equal(first, history(engine, compiled, [60]))


def learner(label: str = "net", threads: int = 1) -> tuple[Any, ...]:
    rng = np.random.default_rng(2)
    net = snn.Network(dt=DT)
    pre = net.population(9, snn.Poisson(rate=80.0), label="pre")
    post = net.population(8, networks.cell("lif", rng, 8), label="post")
    synapse = snn.Synapse(weight=snn.Uniform(0, 0.5), delay=snn.Uniform(DT, 6 * DT),
                          plasticity=networks.RULES["pair"](0.5))  # fmt: skip
    learned = net.connect(pre, post, snn.FixedTotal(30), synapse, label="learned")
    net.record(pre, "spikes")
    net.record(post, ["spikes", "v"])
    return net, pre, post, learned


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("change", ["nothing", "parameters", "rate", "weights", "frozen"])
def test_checkpoint_file(tmp_path: Path, backend: str, change: str) -> None:
    """What was changed during the run is part of what the future depends on."""
    found = []
    for through_file in (False, True):
        net, pre, post, learned = learner()
        sim = snn.Simulation(net, backend=backend, precision="float64", seed=4)
        sim.run(40.0)
        if change == "parameters":
            sim.set(post, i_offset=1.1, tau_m=12.0)
        elif change == "rate":
            # A hundred times the rate that buffers were made for.
            sim.set(pre, rate=8000.0)
        elif change == "weights":
            sim.set_weights(learned, 0.3)
        elif change == "frozen":
            sim.freeze(learned)
        sim.run(10.0)
        if through_file:
            sim.save_checkpoint(tmp_path / "state")
            sim = snn.Simulation(net, backend=backend, precision="float64", seed=4)
            sim.run(5.0)
            sim.load_checkpoint(tmp_path / "state")
            assert sim.time == 50.0
        result = sim.run(60.0)
        found.append({
            "weights": sim.weights(learned).weight, "v": sim.read(post, "v"),
            "pre": result["pre"].steps, "post": result["post"].steps,
        })  # fmt: skip
    require_equal(*found)


def test_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    net, *_ = learner()
    sim = snn.Simulation(net, seed=4)
    sim.save_checkpoint(tmp_path / "state")
    with pytest.raises(SnnError, match="another network"):
        snn.Simulation(net, seed=5).load_checkpoint(tmp_path / "state")


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1)])
def test_checkpoint_of_other_threads_is_refused(tmp_path: Path, before: int, after: int) -> None:
    net, *_ = learner()
    sim = snn.Simulation(net, threads=before)
    sim.run(20.0)
    sim.save_checkpoint(tmp_path / "state")
    twin = snn.Simulation(net, threads=after)
    with pytest.raises(SnnError, match=f"other options .threads={before}, here {after}"):
        twin.load_checkpoint(tmp_path / "state")
    assert twin.time == 0.0


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_relabelled_neurons_give_relabelled_results(backend: str) -> None:
    """Numbering the neurons otherwise permutes states and spikes.

    Each neuron has one synapse per receptor, so that no sum is made in another order.
    """
    rng = np.random.default_rng(11)
    n = 20
    order = rng.permutation(n)
    offsets, weights = rng.uniform(0.6, 1.2, n), rng.uniform(0.2, 3.0, n)
    trains = [np.sort(rng.choice(np.arange(1, 180), 6, replace=False)) * DT for _ in range(n)]
    found = []
    for place in (np.arange(n), order):
        net = snn.Network(dt=DT)
        pre = net.population(n, snn.SpikeArray(times=[trains[k] for k in place]), label="pre")
        post = net.population(n, snn.LIF(i_offset=offsets[place]), label="post")
        position = np.argsort(place)
        pairs = np.stack([position[np.arange(n)], position[(np.arange(n) * 7 + 3) % n]], 1)
        net.connect(pre, post, snn.FromList(pairs), snn.Synapse(weight=weights))
        ring = np.stack([position[np.arange(n)], position[(np.arange(n) + 1) % n]], 1)
        net.connect(
            post, post, snn.FromList(ring), snn.Synapse(weight=weights), receptor="inhibitory"
        )
        net.record(post, ["spikes", "v"])
        result = snn.run(net, 100.0, backend=backend, precision="float64")["post"]
        trace = result.trace("v").values if hasattr(result, "trace") else result["v"]
        found.append((trace, result.steps, result.neurons))
    (v, steps, neurons), (v_moved, steps_moved, neurons_moved) = found
    np.testing.assert_array_equal(v_moved, v[:, order])
    back = sorted(zip(steps_moved.tolist(), order[neurons_moved].tolist()))
    assert back == sorted(zip(steps.tolist(), neurons.tolist()))
    assert len(steps) > n


@settings(max_examples=10, derandomize=True)
@given(networks.networks(rules=("none", "pair")), st.integers(0, 2))
def test_more_populations_change_nothing(net: snn.Network, where: int) -> None:
    """An unconnected part, whatever is in it, does not interact: draws go by label."""
    larger = net.copy()
    rng = np.random.default_rng(where)
    extra = larger.population(5, snn.Poisson(rate=100.0), label="extra source")
    more = larger.population(4, networks.cell("lif", rng, 4), label="extra cells")
    larger.connect(
        extra,
        more,
        snn.FixedProbability(0.5),
        snn.Synapse(weight=snn.Uniform(0, 0.4), delay=DT * (1 + 5 * where)),
        label="extra synapses",
    )
    larger.drive(more, snn.PoissonInput(rate=100.0, weight=0.1), label="extra drive")
    networks.record_all(larger)
    found = []
    for each in (net, larger):
        compiled = snn.compile_network(each, precision="float64", seed=6)
        found.append(history(prepared(compiled, "cpu"), compiled, [120]))
    alone, together = found
    for name in alone:
        if "recording" not in name:
            np.testing.assert_array_equal(together[name], alone[name], err_msg=name)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_reset(backend: str) -> None:
    net, pre, post, learned = learner()
    sim = snn.Simulation(net, backend=backend, precision="float64")
    first, weights = sim.run(80.0), sim.weights(learned).weight
    sim.set(post, i_offset=3.0)
    sim.freeze()
    sim.run(20.0)
    sim.reset()
    assert sim.time == 0.0
    again = sim.run(80.0)
    for label in ("pre", "post"):
        np.testing.assert_array_equal(again[label].steps, first[label].steps)
    np.testing.assert_array_equal(sim.weights(learned).weight, weights)
    sim.reset(keep_weights=True)
    np.testing.assert_array_equal(sim.weights(learned).weight, weights)
    assert (sim.read(post, "v") == -65.0).all()


def test_learned_weights_carried_to_a_new_network() -> None:
    """`with_weights` starts a copy where the first one ended, synapse by synapse."""
    for joined in (snn.AllToAll(), snn.FixedTotal(40, multapses=True)):
        net, pre, post, _ = learner()
        synapse = snn.Synapse(weight=snn.Uniform(0, 0.5), delay=2 * DT,
                              plasticity=networks.RULES["pair"](0.5))  # fmt: skip
        extra = net.connect(pre, post, joined, synapse, label="extra")
        sim = snn.Simulation(net, precision="float64")
        result = sim.run(100.0)
        moved = net.with_weights(result)
        found = {}
        for backend in ("reference", "cpu"):
            twin = snn.Simulation(moved, backend=backend, precision="float64")
            for old, new in zip(net.projections, moved.projections):
                a, b = sim.weights(old), twin.weights(new)
                np.testing.assert_array_equal(a.pre, b.pre)
                np.testing.assert_array_equal(a.post, b.post)
                np.testing.assert_array_equal(a.weight, b.weight)
                np.testing.assert_array_equal(a.delay, b.delay)
            twin.run(50.0)
            found[backend] = twin.weights(moved.projections[-1]).weight
        assert extra.label == moved.projections[-1].label
        np.testing.assert_array_equal(found["reference"], found["cpu"])


@pytest.mark.parametrize("name", ["lif", "lif own", "lif mixed"])
def test_sleeping_neurons(name: str) -> None:
    """Equal spikes; states within 1e-12 relative: k steps at once are rounded otherwise."""
    rng = np.random.default_rng(6)
    net = snn.Network(dt=0.1)
    n = 40
    pre = net.population(n, snn.Poisson(rate=4.0), label="pre")
    quiet = networks.cell(name, rng, n)
    calm = type(quiet)(**{**{k: getattr(quiet, k) for k in ("tau_m", "receptors")},
                          "i_offset": 0.1})  # fmt: skip
    post = net.population(n, calm, label="post")
    net.connect(
        pre,
        post,
        snn.FixedInDegree(3),
        snn.Synapse(weight=snn.Uniform(2.0, 9.0), delay=snn.Uniform(0.1, 3.0)),
    )
    networks.record_all(net, every=1.0)
    compiled = snn.compile_network(net, precision="float64")
    awake = history(prepared(compiled, "cpu", sleep="never"), compiled, [1, 400, 1600])
    dozing = history(prepared(compiled, "cpu", sleep="auto"), compiled, [700, 1300, 1])
    longer = history(prepared(compiled, "cpu", sleep="auto"), compiled, [2001])
    require_equal(dozing, longer)
    assert awake["spikes of post"].shape[1] > 20
    for key, values in awake.items():
        if key.startswith("spikes"):
            np.testing.assert_array_equal(dozing[key], values, err_msg=key)
        else:
            # mV around 65, nA around 1: the absolute term is for values that decay to 0.
            np.testing.assert_allclose(dozing[key], values, rtol=1e-12, atol=1e-12, err_msg=key)
