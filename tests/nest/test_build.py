"""Connecting NEST from arrays takes seconds for ten million synapses."""

from __future__ import annotations

import time

import pytest

import snn
from snn import engine as engines

pytestmark = [pytest.mark.peers, pytest.mark.slow]


@pytest.mark.parametrize("learns", [False, True])
def test_a_million_synapses(learns: bool) -> None:
    net = snn.Network(dt=0.1)
    cells = net.population(10_000, snn.LIF(), label="cells")
    rule = {"plasticity": snn.PairSTDP()} if learns else {}
    synapse = snn.Synapse(weight=snn.Uniform(0.0, 0.1), delay=snn.Uniform(0.1, 2.0), **rule)
    net.connect(cells, cells, snn.FixedOutDegree(100), synapse)
    compiled, backend = snn.compile_network(net), engines.backend("nest")
    engines.backend("nest").prepare(snn.compile_network(snn.Network()))  # what happens once
    begun = time.process_time()
    engine = backend.prepare(compiled)
    spent = time.process_time() - begun
    count = compiled.projections[0].synapses
    print(f"\n{'learning' if learns else 'static'}: {1e6 * spent / count:.2f} CPU s a million")
    assert engine.kernel.nest.num_connections >= count == 1_000_000
    # PyNN's layer takes 10 to 22; a factor of two for a machine that others use.
    assert spent < 5.0
