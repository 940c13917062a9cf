"""The backend `nest` gives the spikes of the CPU engine: the same compiled arrays on both sides.

Exact propagators and the same order within a step leave only rounding (sums are made in another
order), which decides about a spike with a probability near 1e-13 / (change of v per step) each:
equality of all spikes is expected, and is what is asked.
"""

from __future__ import annotations

import numpy as np
import pytest
from peers.circuits import LINEAR, NONLINEAR, feed_forward, lost, recurrent

import snn

pytestmark = pytest.mark.peers


def both(net: snn.Network, duration: float, **options: object) -> tuple[snn.Result, snn.Result]:
    shared = {"precision": "float64", "seed": 3}
    return (
        snn.run(net, duration, **shared),
        snn.run(net, duration, **shared, backend="nest", **options),
    )


def require_equal(ours: snn.Result, theirs: snn.Result) -> None:
    for label in ours.populations:
        np.testing.assert_array_equal(theirs[label].steps, ours[label].steps)
        np.testing.assert_array_equal(theirs[label].neurons, ours[label].neurons)


@pytest.mark.parametrize("name", LINEAR)
def test_every_spike_is_equal(name: str) -> None:
    ours, theirs = both(recurrent(name), 300.0)
    require_equal(ours, theirs)
    # Neither silent nor saturated.
    assert 5.0 < ours["cells"].rates().mean() < 150.0


@pytest.mark.parametrize("dt", [0.1, 0.0625, 1.0])
def test_any_step_and_any_smallest_delay(dt: float) -> None:
    """Steps that are no whole number of NEST's own ticks; nothing faster than five steps."""
    net = recurrent("current, exponential", n=60, dt=dt, late=9 * dt)
    slow = snn.Network(dt=dt)
    cells = slow.population(50, snn.LIF(i_offset=0.9, v_reset=-60.0), label="cells",
                            initial={"v": snn.Uniform(-65.0, -50.0)})  # fmt: skip
    slow.connect(cells, cells, snn.FixedProbability(0.2),
                 snn.Synapse(weight=0.1, delay=snn.Uniform(5 * dt, 12 * dt)))  # fmt: skip
    slow.drive(cells, snn.PoissonInput(rate=2000.0, weight=0.05))
    slow.inject(cells, snn.StepCurrentSource(times=[0.0, 20 * dt], amplitudes=[0.3, -0.1]))
    slow.record(cells, "spikes")
    for network in (net, slow):
        require_equal(*both(network, 2000 * dt))


def test_threads_and_pieces_change_nothing() -> None:
    net = recurrent("current, exponential")
    whole = snn.Simulation(net, seed=3, backend="nest").run(20.0)
    for threads in (1, 2):
        sim = snn.Simulation(net, seed=3, backend="nest", threads=threads)
        parts = [sim.run(ms)["cells"] for ms in (0.1, 3.3, 10.0, 6.6)]
        np.testing.assert_array_equal(np.concatenate([p.steps for p in parts]),
                                      whole["cells"].steps)  # fmt: skip


@pytest.mark.parametrize("name", ["current, exponential", "current, alpha", "three exponentials"])
@pytest.mark.parametrize("every", [1, 3])
def test_potentials_and_currents(name: str, every: int) -> None:
    """v at every sample, the first and the last included, in a run of two pieces."""
    net = recurrent(name)
    cells = net.populations[0]
    net.record(cells[3:40:4], ["v", "excitatory.i", "inhibitory.i"], every=every * 0.1)
    for options in ({}, {"backend": "nest"}):
        sim = snn.Simulation(net, precision="float64", seed=3, **options)
        pieces = [sim.run(ms)["cells"].traces for ms in (20.0, 40.3)]
        if not options:
            wanted = pieces
            continue
        for found, ours in zip(pieces, wanted, strict=True):
            np.testing.assert_allclose(found["v"].times, ours["v"].times)
            # Millivolts near 60: sums of some ten terms in another order.
            np.testing.assert_allclose(found["v"].values, ours["v"].values, rtol=0, atol=1e-10)
        for variable in ("excitatory.i", "inhibitory.i"):
            # The last sample of a current comes with the next run.
            one, other = (np.concatenate([p[variable].values for p in x]) for x in (pieces, wanted))
            assert len(other) - len(one) in (0, 1)
            np.testing.assert_allclose(one, other[: len(one)], rtol=0, atol=1e-12)


def test_rates_parameters_and_states_change_between_pieces() -> None:
    net = recurrent("current, exponential")
    cells, noise = net.populations[:2]
    found = []
    for options in ({}, {"backend": "nest"}):
        sim = snn.Simulation(net, precision="float64", seed=3, **options)
        parts = [sim.run(20.0)]
        sim.set(noise, rate=900.0)
        sim.set(cells[:30], i_offset=0.9)
        sim.write(cells[30:50], "v", -62.0)
        parts.append(sim.run(30.0))
        found.append((parts, sim.read(cells, "v")))
    for ours, theirs in zip(found[0][0], found[1][0], strict=True):
        require_equal(ours, theirs)
    np.testing.assert_allclose(found[1][1], found[0][1], rtol=0, atol=1e-10)


TOLERANCES = {
    # Steps, the share of spikes that may lack a partner within them, and how far counts differ.
    "LIF": (1, 0.02, 0.005), "adapting": (1, 0.02, 0.005), "AdEx": (5, 0.05, 0.01),
    "Izhikevich": (20, 0.1, 0.02),
}  # fmt: skip


@pytest.mark.parametrize("name", NONLINEAR)
def test_other_cells_within_their_tolerance(name: str) -> None:
    """NEST integrates by adaptive Runge-Kutta (Izhikevich: forward Euler), we by order 2."""
    ours, theirs = (r["cells"] for r in both(feed_forward(name), 400.0))
    steps, share, counts = next(v for k, v in TOLERANCES.items() if name.startswith(k))
    assert len(ours.steps) > 500
    assert abs(len(ours.steps) - len(theirs.steps)) <= counts * len(ours.steps)
    assert lost(ours, theirs, 100, steps) <= share


def test_a_frozen_threshold_is_a_plain_one() -> None:
    rng = np.random.default_rng(4)
    net = snn.Network(dt=0.5)
    cell = snn.AdaptiveLIF(adapting=0.0, theta_init=rng.uniform(0, 8, 40), i_offset=0.3)
    cells = net.population(40, cell, label="cells")
    net.drive(cells, snn.PoissonInput(rate=500.0, weight=0.2))
    net.record(cells, "spikes")
    ours, theirs = both(net, 400.0)
    require_equal(ours, theirs)
    assert len(ours["cells"].steps) > 200


@pytest.mark.parametrize("connector", [
    snn.AllToAll(), snn.AllButSelf(), snn.OneToOne(),
    snn.Convolution([[0.0, 0.2, 0.5, 0.2, 0.1]], shape=(1, 12), padding="same"),
    snn.FixedInDegree(4, multapses=True),
])  # fmt: skip
def test_every_form_of_connectivity(connector: snn.Connector) -> None:
    net = snn.Network(dt=0.5)
    cells = net.population(12, snn.LIF(i_offset=np.linspace(0.7, 1.0, 12)), label="cells")
    net.connect(cells, cells, connector, snn.Synapse(weight=1.0, delay=1.5), label="p")
    net.record(cells, "spikes")
    ours, theirs = both(net, 200.0)
    require_equal(ours, theirs)
    assert len(ours["cells"].steps) > 50


def test_weights_set_before_the_first_run() -> None:
    net = recurrent("current, exponential")
    found = []
    for options in ({}, {"backend": "nest"}):
        sim = snn.Simulation(net, precision="float64", seed=3, **options)
        count = sim.weights(net.projections[0]).weight.size
        weights = np.random.default_rng(2).uniform(0.0, 0.8, count)
        sim.set_weights(net.projections[0], weights)
        found.append(sim.run(60.0))
        np.testing.assert_array_equal(sim.weights(net.projections[0]).weight, weights)
    require_equal(*found)
