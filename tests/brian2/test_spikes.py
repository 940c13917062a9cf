"""The backend `brian2` gives the spikes of the CPU engine, whatever the cell.

Brian2 runs the compiled plan of a cell, statement by statement, in float64. Sums of arrivals are
made in another order, so potentials near 60 mV differ by some 1e-14 a step, and a spike can move
where one passes the threshold within that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peers.circuits import LINEAR, NONLINEAR, feed_forward, recurrent

import snn

pytestmark = pytest.mark.peers


def require_equal(ours: snn.Result, theirs: snn.Result) -> None:
    for label in ours.populations:
        np.testing.assert_array_equal(theirs[label].steps, ours[label].steps)
        np.testing.assert_array_equal(theirs[label].neurons, ours[label].neurons)


def both(net: snn.Network, duration: float, target: str = "numpy") -> list[snn.Result]:
    shared: dict[str, Any] = {"precision": "float64", "seed": 3}
    return [snn.run(net, duration, **shared),
            snn.run(net, duration, **shared, backend="brian2", target=target)]  # fmt: skip


@pytest.mark.parametrize("name", ["current, exponential", "signed alpha", "delta"])
def test_recurrent_networks(name: str) -> None:
    assert name in LINEAR
    ours, theirs = both(recurrent(name, n=60, record=True), 40.0)
    require_equal(ours, theirs)
    assert len(ours["cells"].steps) > 50
    found, wanted = theirs["cells"].traces["v"], ours["cells"].traces["v"]
    np.testing.assert_allclose(found.times, wanted.times)
    np.testing.assert_allclose(found.values, wanted.values, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["LIF, beta", "AdEx, exponential", "adapting conductances"])
def test_other_cells(name: str) -> None:
    assert name in NONLINEAR
    ours, theirs = both(feed_forward(name, n=40), 60.0)
    require_equal(ours, theirs)
    assert len(ours["cells"].steps) > 20


def test_hodgkin_huxley_stays_finite() -> None:
    """Exponential Euler of Brian2's own becomes NaN at 0.1 ms (here as everywhere: our scheme)."""
    net = snn.Network(dt=0.1)
    cells = net.population(3, snn.HodgkinHuxley(i_offset=np.array([0.2, 0.5, 1.0])), label="cells")
    net.record(cells, ["spikes", "v"])
    ours, theirs = both(net, 60.0)
    require_equal(ours, theirs)
    assert np.isfinite(theirs["cells"].traces["v"].values).all()
    assert 3 <= len(theirs["cells"].steps) < 60


def test_pieces_rates_parameters_states_and_weights() -> None:
    net = recurrent("current, exponential", n=60)
    cells, noise = net.populations[:2]
    found = []
    for options in ({}, {"backend": "brian2", "target": "numpy"}):
        sim = snn.Simulation(net, precision="float64", seed=3, **options)
        parts = [sim.run(15.0)]
        sim.set(noise, rate=900.0)
        sim.set(cells[:30], i_offset=0.9)
        sim.write(cells[30:50], "v", -62.0)
        parts.append(sim.run(15.0))
        found.append((parts, sim.read(cells, "v")))
    for ours, theirs in zip(found[0][0], found[1][0], strict=True):
        require_equal(ours, theirs)
    np.testing.assert_allclose(found[1][1], found[0][1], rtol=0, atol=1e-9)


def test_a_seed_is_a_seed() -> None:
    """Random input is ours: two runs agree, and another seed gives another train."""
    net = snn.Network(dt=0.5)
    noise = net.population(5, snn.Poisson(rate=200.0), label="noise")
    cells = net.population(5, snn.LIF(), label="cells")
    net.connect(noise, cells, snn.OneToOne(), snn.Synapse(weight=3.0))
    net.record(cells, "v")
    runs = [snn.run(net, 20.0, seed=s, backend="brian2", target="numpy")["cells"].traces["v"].values
            for s in (1, 1, 2)]  # fmt: skip
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_one_source_one_neuron() -> None:
    """A projection of one synapse, as every tutorial has; PyNN's needs numpy < 2.1 for it."""
    net = snn.Network(dt=0.5)
    source = net.population(1, snn.SpikeArray(times=[[0.0, 4.0]]), label="source")
    cell = net.population(1, snn.LIF(), label="cell")
    plastic = snn.Synapse(weight=0.5, plasticity=snn.PairSTDP())
    net.connect(source, cell, snn.OneToOne(), plastic, label="p")
    net.record(cell, "v")
    ours, theirs = both(net, 10.0)
    np.testing.assert_allclose(theirs["cell"].traces["v"].values, ours["cell"].traces["v"].values,
                               rtol=0, atol=1e-12)  # fmt: skip


def test_schedules() -> None:
    net = snn.Network(dt=1.0)
    source = net.population(8, snn.Poisson(rate=0.0), label="source")
    cells = net.population(4, snn.LIF(), label="cells")
    rules = [snn.SymmetricSTDP(eta=0.05, w_max=4.0), snn.NormScaling(target=4.0)]
    learned = net.connect(source, cells, snn.AllToAll(), snn.Synapse(
        weight=snn.Uniform(1.0, 2.0), plasticity=rules), label="learned")  # fmt: skip
    schedule = snn.Schedule(
        trials=3, phases=[snn.Phase(duration=40.0, rates={source: 60.0}), snn.Phase(duration=20.0)],
        count=[cells], learning={learned: [True, False, True]},
    )  # fmt: skip
    ours, theirs = (
        snn.Simulation(net, precision="float64", seed=4, **o).present(schedule)
        for o in ({}, {"backend": "brian2", "target": "numpy"})
    )
    np.testing.assert_array_equal(theirs.counts["cells"], ours.counts["cells"])
    np.testing.assert_allclose(theirs.result["learned"].weights, ours.result["learned"].weights,
                               rtol=0, atol=1e-12)  # fmt: skip
    assert ours.counts["cells"].sum() > 5


@pytest.mark.slow
@pytest.mark.parametrize("target", ["cython", "cpp_standalone"])
def test_compiled_targets(target: str) -> None:
    net = recurrent("current, exponential", n=60)
    plastic = snn.Synapse(weight=0.2, delay=0.3, plasticity=snn.PairSTDP(A_plus=0.05))
    net.connect(net.populations[1], net.populations[0], snn.FixedOutDegree(4), plastic,
                label="learned")  # fmt: skip
    ours, theirs = both(net, 40.0, target)
    require_equal(ours, theirs)
    np.testing.assert_allclose(theirs["learned"].weights, ours["learned"].weights, rtol=0,
                               atol=1e-12)  # fmt: skip
