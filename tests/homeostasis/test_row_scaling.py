"""Scaling of the outgoing weights of each source at the end of a trial."""

from __future__ import annotations

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.compiler.schedules import compile_schedule


@pytest.mark.parametrize("connector", [snn.AllToAll(), snn.FixedProbability(0.6)])
def test_every_row_sums_to_the_target(connector: snn.Connector) -> None:
    net = snn.Network(dt=1.0)
    source = net.population(6, snn.Poisson(rate=10.0), label="source")
    target = net.population(7, snn.LIF(), label="target")
    drawn = snn.Synapse(weight=snn.Uniform(0.1, 1.0), plasticity=snn.RowScaling(target=2.5))
    net.connect(source, target, connector, drawn, label="scaled")
    compiled = snn.compile_network(net, precision="float64")
    schedule = snn.Schedule(trials=1, phases=[snn.Phase(duration=5.0)])
    found = []
    for backend in ("reference", "cpu"):
        engine = engines.backend(backend).prepare(compiled)
        before = engine.read_weights(0)
        engine.present(compile_schedule(schedule, compiled))
        found.append(engine.read_weights(0))
    np.testing.assert_array_equal(*found)
    q = compiled.projections[0]
    rows = np.repeat(np.arange(6), 7) if q.form != "csr" else np.repeat(
        np.arange(6), np.diff(q.indptr[0].astype(int)))  # fmt: skip
    for i in np.unique(rows):
        own = rows == i
        wanted = before[own] * 2.5 / before[own].sum()
        np.testing.assert_allclose(found[1][own], wanted, rtol=1e-14)
