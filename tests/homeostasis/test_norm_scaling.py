"""Scaling of the incoming weights of each neuron to a Euclidean norm."""

from __future__ import annotations

import numpy as np
import pytest

import snn


@pytest.mark.parametrize("connector", [snn.AllToAll(), snn.FixedProbability(0.6)])
def test_every_column_has_the_norm(connector: snn.Connector) -> None:
    net = snn.Network(dt=1.0)
    source = net.population(6, snn.Poisson(rate=10.0), label="source")
    target = net.population(7, snn.LIF(), label="target")
    drawn = snn.Synapse(weight=snn.Uniform(0.1, 1.0), plasticity=snn.NormScaling(target=2.5))
    projection = net.connect(source, target, connector, drawn, label="scaled")
    schedule = snn.Schedule(trials=1, phases=[snn.Phase(duration=5.0)])
    found = []
    for backend in ("reference", "cpu"):
        simulation = snn.Simulation(net, backend=backend, precision="float64")
        before = simulation.weights(projection).matrix()
        simulation.present(schedule)
        found.append(simulation.weights(projection).matrix())
    np.testing.assert_array_equal(*found)
    norms = np.sqrt(np.nansum(before**2, axis=0))
    # The sum runs in another order here: a few units in the last place.
    np.testing.assert_allclose(found[0], before * 2.5 / norms, rtol=1e-14)
