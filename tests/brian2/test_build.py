"""Building Brian2 from arrays takes seconds for ten million synapses; run with -s to see them."""

from __future__ import annotations

import time

import pytest

import snn
from snn import engine as engines

pytestmark = [pytest.mark.peers, pytest.mark.slow]


@pytest.mark.parametrize("millions", [1, 10])
def test_millions_of_synapses(millions: int) -> None:
    """From the compiled arrays to the end of the first step, in which Brian2 builds them."""
    net = snn.Network(dt=0.1)
    cells = net.population(10_000, snn.LIF(), label="cells")
    synapse = snn.Synapse(weight=snn.Uniform(0.0, 0.1), delay=snn.Uniform(0.1, 2.0))
    net.connect(cells, cells, snn.FixedOutDegree(100 * millions), synapse)
    compiled, backend = snn.compile_network(net), engines.backend("brian2")
    count = compiled.projections[0].synapses
    begun = time.process_time()
    engine = backend.prepare(compiled, target="numpy")
    engine.advance(1)
    spent = time.process_time() - begun
    print(f"\nbrian2: {count:,} synapses in {spent:.1f} CPU s")
    assert len(engine.network["snn_syn_0"]) == count == 1_000_000 * millions
    # PyNN's layer takes 126 to 730 a million (measured), Brian2's own arrays less than one.
    assert spent < 20.0 + 5.0 * millions
