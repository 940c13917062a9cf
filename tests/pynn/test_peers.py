"""Whole networks against NEST through the same script, and how long both take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from snn_benchmarks.pynn.vogels_abbott import build, measure

sim = pytest.importorskip("snn.pynn", reason="PyNN is not installed")
nest = pytest.importorskip("pyNN.nest", reason="NEST is not installed", exc_type=ImportError)

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def spikes(module: Any, kind: str, cells: int, ms: float) -> list[Any]:
    populations = build(module, kind, cells)
    module.run(ms)
    trains = [t.magnitude for p in populations for t in p.get_data().segments[0].spiketrains]
    module.end()
    return trains


def test_a_recurrent_network_of_current_based_cells_fires_as_on_nest() -> None:
    """Same connections, same initial values, exact cells: the same spikes, step by step."""
    ours, theirs = (spikes(module, "CUBA", 1000, 200.0) for module in (sim, nest))
    assert sum(map(len, ours)) > 500
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert a == pytest.approx(b, abs=1e-6)


def test_ten_times_faster_than_nest() -> None:
    """Processor time of construction, run and reading; compiled code is warm."""
    for kind in ("CUBA", "COBA"):
        measure("snn.pynn", kind, 400, 10.0)
        ours, theirs = measure("snn.pynn", kind), measure("pyNN.nest", kind)
        assert np.allclose(ours.rates, theirs.rates, rtol=0.2)
        assert theirs.processor > 10.0 * ours.processor, (kind, ours, theirs)
