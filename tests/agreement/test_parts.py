"""Every cell, connector, source, current, drive and rule by itself: nothing is left to chance.

What hypothesis draws may miss a part; here each has its own test, on both engines.
"""

from __future__ import annotations

from typing import Any

import networks
import numpy as np
import pytest
from agreement.equality import require_agreement, spikes_in
from networks import DT

import snn
from snn.fields import states_of

SIZE = 7


def driven(name: str, seed: int = 0) -> tuple[snn.Network, Any, Any, np.random.Generator]:
    """Return a network of Poisson sources and one kind of cell, nothing connected."""
    rng = np.random.default_rng(seed)
    net = snn.Network(dt=DT)
    pre = net.population(SIZE, snn.Poisson(rate=150.0), label="pre", positions=snn.line(SIZE))
    post = net.population(
        SIZE, networks.cell(name, rng, SIZE), label="post", positions=snn.line(SIZE),
        initial={"v": snn.Uniform(-65.0, -55.0)},
    )  # fmt: skip
    return net, pre, post, rng


def connect_every_receptor(net: snn.Network, pre: Any, post: Any) -> None:
    for receptor in post.model.receptors:
        # Excitation wins, so that every kind of cell fires.
        size = networks.scale(post, receptor) * (3.0 if receptor == "excitatory" else 1.0)
        synapse = snn.Synapse(weight=snn.Uniform(0.0, size), delay=snn.Uniform(DT, 4 * DT))
        net.connect(pre, post, snn.AllToAll(), synapse, receptor=receptor)


@pytest.mark.parametrize("name", list(networks.CELLS))
def test_cell_with_every_receptor(name: str) -> None:
    net, pre, post, rng = driven(name)
    connect_every_receptor(net, pre, post)
    if len(post.model.receptors) > 3:
        net.inject(post, networks.current("noise repeated", rng, SIZE))
    networks.record_all(net)
    found = require_agreement(net, 300)
    assert found["spikes of post"].shape[1] > 3
    for receptor, model in post.model.receptors.items():
        for state in states_of(type(model)):
            assert np.abs(found[f"post.{receptor}_{state} now"]).max() > 0


@pytest.mark.parametrize("name", networks.FREE_OF_EXP)
def test_cell_in_single_precision(name: str) -> None:
    net, pre, post, rng = driven(name)
    connect_every_receptor(net, pre, post)
    if len(post.model.receptors) > 3:
        net.inject(post, networks.current("noise repeated", rng, SIZE))
    networks.record_all(net)
    assert spikes_in(require_agreement(net, 300, precision="float32")) > 3


@pytest.mark.parametrize("name", networks.CONNECTORS)
@pytest.mark.parametrize("weight", ["constant", "drawn"])
@pytest.mark.parametrize("delay", ["constant", "long"])
def test_connector(name: str, weight: str, delay: str) -> None:
    net, pre, post, rng = driven("lif")
    for i, j in [("whole", "whole"), ("range", "range"), ("shuffled", "stride")]:
        a, b = networks.view(i, rng, pre), networks.view(j, rng, post)
        joined = networks.connector(name, rng, a, b)
        made = networks.synapse(rng, joined, a, b, "excitatory", weight, delay, "none")
        net.connect(a, b, joined, made)
    recurrent = networks.connector(name, rng, post, post)
    made = networks.synapse(rng, recurrent, post, post, "inhibitory", weight, delay, "none")
    net.connect(post, post, recurrent, made, receptor="inhibitory")
    networks.record_all(net)
    found = require_agreement(net, 200)
    assert found["spikes of post"].shape[1] > 20


@pytest.mark.parametrize("rule", [r for r in networks.RULES if r != "scaling"])
@pytest.mark.parametrize("form", ["dense", "rows", "own delays"])
def test_rule(rule: str, form: str) -> None:
    net, pre, post, rng = driven("lif")
    joined: Any = snn.AllToAll() if form != "rows" else snn.FixedTotal(30, multapses=True)
    delay = "drawn" if form == "own delays" else "constant"
    for source in (pre, post):
        made = networks.synapse(rng, joined, source, post, "excitatory", "drawn", delay, rule)
        net.connect(source, post, joined, made, label=f"learned from {source.label}")
    before = snn.compile_network(net.copy(), precision="float64").projections
    networks.record_all(net)
    found = require_agreement(net, 400)
    assert found["spikes of post"].shape[1] > 20
    for q in before:
        assert (found[f"weights of {q.label}"] != q.weight).mean() > 0.5


@pytest.mark.parametrize("name", networks.SOURCES)
def test_source(name: str) -> None:
    rng = np.random.default_rng(4)
    net = snn.Network(dt=DT)
    pre = net.population(SIZE, networks.source(name, rng, SIZE), label="pre")
    post = net.population(3, networks.cell("lif", rng, 3), label="post")
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=0.1))
    net.connect(pre[1::2], post, snn.AllToAll(), snn.Synapse(weight=snn.Uniform(0, 0.1)))
    networks.record_all(net)
    assert require_agreement(net, 300)["spikes of pre"].shape[1] > 5


@pytest.mark.parametrize("rate", [0.0, 3.0, 900.0, 2e5])
@pytest.mark.parametrize("own", [False, True])
def test_drive(rate: float, own: bool) -> None:
    """Rates up to 100 expected spikes a step: counts from the start and the end of tables."""
    net, _, post, rng = driven("lif")
    rates = rate * rng.uniform(0.5, 1.5, SIZE) if own else rate
    net.drive(post, snn.PoissonInput(rate=rates, weight=20.0 / (rate + 50.0)))
    back = post[::-1]
    net.drive(back, snn.PoissonInput(rate=rate, weight=0.01), receptor="inhibitory")
    networks.record_all(net)
    found = require_agreement(net, 200)
    assert (np.abs(found["post.excitatory_i now"]).max() > 0) == (rate > 0)


@pytest.mark.parametrize("rate", [0.0, 40.0, 20_000.0, 600_000.0])
def test_one_rate_for_many_neurons(rate: float) -> None:
    """Neurons that are drawn in SIMD lanes, from within one chunk to within another."""
    net = snn.Network(dt=DT)
    post = net.population(1100, networks.cell("lif", np.random.default_rng(), 1100), label="post")
    net.drive(post[3:1090], snn.PoissonInput(rate=rate, weight=1.0 / (rate + 50.0)))
    net.record(post, "spikes")
    found = require_agreement(net, 30)
    drawn = found["post.excitatory_i now"]
    assert drawn[3:1090].any() == (rate > 0)
    assert not drawn[:3].any()
    assert not drawn[1090:].any()


@pytest.mark.parametrize("name", networks.CURRENTS)
def test_injected_current(name: str) -> None:
    net, _, post, rng = driven("lif mixed")
    net.inject(post, networks.current(name, rng, SIZE))
    net.inject(post[[5, 1, 3]], networks.current("steps", rng, 3))
    net.inject(post[2:4], networks.current("noise", rng, 2))
    networks.record_all(net)
    require_agreement(net, 150)


def listed(times: list[list[float]], cell: str = "lif", **synapse: Any) -> snn.Network:
    net = snn.Network(dt=DT)
    rng = np.random.default_rng(1)
    pre = net.population(len(times), snn.SpikeArray(times=times), label="pre")
    post = net.population(4, networks.cell(cell, rng, 4), label="post")
    net.connect(pre, post, snn.AllToAll(), snn.Synapse(weight=0.4, **synapse), label="p")
    networks.record_all(net)
    return net


@pytest.mark.parametrize("delay", [DT, 4 * DT, snn.Uniform(DT, 4 * DT)])
@pytest.mark.parametrize("rule", ["none", "pair"])
def test_spikes_at_time_zero_and_twice_in_a_step(delay: Any, rule: str) -> None:
    rules = networks.RULES[rule](0.4) if rule != "none" else ()
    net = listed([[0.0, 0.0, 5.0], [0.0, 2.0, 2.0, 2.0], []], delay=delay, plasticity=rules)
    found = require_agreement(net, 60)
    # Three stamped 0 are recorded as such and act from step 0 on.
    assert (found["spikes of pre"][0] == 0).sum() == 3


@pytest.mark.parametrize("delay", [255 * DT, 256 * DT, 700 * DT, snn.Uniform(DT, 2000 * DT)])
@pytest.mark.parametrize("rule", ["none", "pair"])
def test_delays_past_one_byte(delay: Any, rule: str) -> None:
    rules = networks.RULES[rule](0.4) if rule != "none" else ()
    net = listed([[k * 20.0 for k in range(40)], [1.0, 300.0]], delay=delay, plasticity=rules)
    found = require_agreement(net, 1500)
    assert found["spikes of post"].shape[1] > 20


def test_more_neurons_than_a_block_holds() -> None:
    """65,536 targets are addressed by 16 bits: sources and targets on both sides of that."""
    n = 65_536 + 200
    net = snn.Network(dt=DT)
    pre = net.population(3, snn.SpikeArray(times=[[0.5, 3.0], [1.0], [1.0, 4.0]]), label="pre")
    cell = snn.LIF(receptors={"excitatory": snn.CurrentDelta()}, tau_refrac=0.0)
    post = net.population(n, cell, label="post")
    last = net.population(5, snn.LIF(), label="last")
    pairs = [(0, 65_535), (0, 65_536), (1, 7), (1, n - 1), (2, 65_536), (2, 65_536), (2, 0)]
    listed_pairs = snn.FromList(pairs)
    delays = DT * np.array([1, 2, 1, 3, 1, 4, 1])
    net.connect(pre, post, listed_pairs, snn.Synapse(weight=20.0, delay=delays))
    net.connect(post, last, snn.FromList([(65_535, 0), (n - 1, 1), (65_536, 2), (7, 4)]),
                snn.Synapse(weight=3.0, delay=np.array([1, 2, 3, 4]) * DT))  # fmt: skip
    learned = networks.RULES["pair"](0.5)
    net.connect(post, last, snn.FromList([(65_535, 0), (65_540, 1), (65_536, 2), (0, 4)]),
                snn.Synapse(weight=0.5, plasticity=learned), label="learned")  # fmt: skip
    net.record(post, "spikes")
    net.record(last, ["spikes", "v"])
    compiled = snn.compile_network(net, precision="float64")
    assert compiled.projections[0].indptr.shape[0] == 2
    # The reference takes about a second per step at this size.
    found = require_agreement(net, 10)
    fired = set(found["spikes of post"][1].tolist())
    assert fired == {65_535, 65_536, 7, n - 1, 0}


@pytest.mark.parametrize("delay", [DT, 3 * DT, 20 * DT])
def test_history_of_post_spikes_is_flushed(delay: float) -> None:
    """Post neurons that fire at every step, pre spikes far between: histories fill up."""
    net = snn.Network(dt=DT)
    pre = net.population(3, snn.SpikeArray(times=[[1.0, 240.0], [120.0], []]), label="pre")
    cell = snn.LIF(tau_refrac=0.0, v_reset=-65.0, i_offset=snn.Uniform(1.0, 60.0))
    post = net.population(5, cell, label="post")
    learned = snn.PairSTDP(A_plus=0.002, A_minus=0.001, w_max=5.0)
    for k, joined in enumerate((snn.AllToAll(), snn.FixedTotal(12, multapses=True))):
        synapse = snn.Synapse(weight=0.5, delay=delay, plasticity=learned)
        net.connect(pre, post, joined, synapse, label=f"learned {k}")
        net.connect(post, post, joined, synapse, label=f"recurrent {k}")
    networks.record_all(net)
    found = require_agreement(net, 600)
    # Some neurons fire in almost every step, so a history of 64 is flushed many times.
    assert np.bincount(found["spikes of post"][1]).max() > 400


def test_dense_and_listed_plastic_synapses_are_the_same() -> None:
    """The same synapses as a matrix without indices and as rows of targets."""
    rng = np.random.default_rng(8)
    weights = rng.uniform(0.1, 0.5, (SIZE, SIZE))
    found = []
    for joined in (snn.AllToAll(), _as_rows(weights)):
        net, pre, post, _ = driven("lif")
        synapse = snn.Synapse(weight=weights if isinstance(joined, snn.AllToAll) else 1.0,
                              delay=2 * DT if isinstance(joined, snn.AllToAll) else None,
                              plasticity=networks.RULES["two"](0.5))  # fmt: skip
        net.connect(pre, post, joined, synapse, label="learned")
        networks.record_all(net)
        found.append(require_agreement(net, 300))
    for name, values in found[0].items():
        np.testing.assert_array_equal(found[1][name], values, err_msg=name)


def _as_rows(weights: np.ndarray) -> snn.CSR:
    n, m = weights.shape
    return snn.CSR(np.arange(n + 1) * m, np.tile(np.arange(m), n), weights=weights.ravel(),
                   delays=np.full(n * m, 2 * DT))  # fmt: skip


@pytest.mark.parametrize("source", [
    snn.DCSource(amplitude=0.3), snn.NoiseTable(values=np.full((50, 4), 0.3), repeat=True),
])  # fmt: skip
def test_current_into_a_neuron_that_a_view_names_twice(source: Any) -> None:
    net = snn.Network(dt=DT)
    cells = net.population(4, snn.LIF(), label="cells")
    net.inject(cells[[2, 0, 2, 3]], source)
    net.record(cells, "spikes")
    v = require_agreement(net, 40)["cells.v now"]
    assert v[1] == cells.model.v_rest
    np.testing.assert_allclose(v[2] - v[1], 2 * (v[0] - v[1]), rtol=1e-12)  # linear, no spike
