"""Connecting NEST from arrays takes seconds for ten million synapses; run with -s to see them."""

from __future__ import annotations

import time

import pytest

import snn
from snn import engine as engines

pytestmark = [pytest.mark.peers, pytest.mark.slow]


@pytest.mark.parametrize(
    ("learns", "millions"), [(False, 1), (True, 1), (False, 10), (True, 10)]
)  # fmt: skip
def test_millions_of_synapses(learns: bool, millions: int) -> None:
    """Connecting is linear in the synapses, and within seconds a million."""
    net = snn.Network(dt=0.1)
    cells = net.population(10_000, snn.LIF(), label="cells")
    rule = {"plasticity": snn.PairSTDP()} if learns else {}
    synapse = snn.Synapse(weight=snn.Uniform(0.0, 0.1), delay=snn.Uniform(0.1, 2.0), **rule)
    net.connect(cells, cells, snn.FixedOutDegree(100 * millions), synapse)
    compiled, backend = snn.compile_network(net), engines.backend("nest")
    engines.backend("nest").prepare(snn.compile_network(snn.Network()))  # what happens once
    begun = time.process_time()
    engine = backend.prepare(compiled)
    spent = time.process_time() - begun
    count = compiled.projections[0].synapses
    kind = "learning" if learns else "static"
    print(f"\nnest, {kind}: {count:,} synapses in {spent:.1f} CPU s")
    assert engine.kernel.nest.num_connections >= count == 1_000_000 * millions
    # PyNN's layer takes 10 to 22 a million; a factor of two for a machine that others use.
    assert spent < 5.0 * millions
