"""New spike times of a `SpikeArray` during a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import snn
from snn.errors import ValidationError

PROFILES = [("cpu", "exact"), ("reference", "exact"), ("cpu", "spinnaker"),
            ("reference", "spinnaker")]  # fmt: skip
every = pytest.mark.parametrize(("backend", "numerics"), PROFILES)
EARLY = [[1.0, 4.0], [], [2.0]]
LATE = [[12.0, 13.0, 13.0], [12.0, 20.0], [14.0]]


def network(times: list[list[float]]) -> snn.Network:
    net = snn.Network(dt=1.0)
    source = net.population(3, snn.SpikeArray(times=times), label="source")
    cell = snn.LIF(receptors={"excitatory": snn.CurrentExp(tau_syn=2.0)})
    post = net.population(2, cell, label="post")
    net.connect(source, post, snn.AllToAll(), snn.Synapse(weight=8.0, delay=2.0))
    net.record(source, "spikes")
    net.record(post, ["spikes", "v"])
    return net


def spikes(results: list[snn.Result], label: str) -> list[tuple[int, int]]:
    return [(int(s), int(i)) for r in results
            for s, i in zip(r[label].steps, r[label].neurons, strict=True)]  # fmt: skip


def fed(backend: str, numerics: str) -> list[snn.Result]:
    sim = snn.Simulation(network(EARLY), backend=backend, numerics=numerics, progress=False)
    first = sim.run(10.0)
    sim.set(sim.network.populations[0], times=LATE)
    return [first, sim.run(20.0)]


@every
def test_equal_to_a_run_that_knew_all_times(backend: str, numerics: str) -> None:
    joined = [[*early, *late] for early, late in zip(EARLY, LATE, strict=True)]
    whole = snn.run(network(joined), 30.0, backend=backend, numerics=numerics)
    pieces = fed(backend, numerics)
    for label in ("source", "post"):
        assert spikes(pieces, label) == spikes([whole], label)
    assert spikes([whole], "post")
    v = np.concatenate([p["post"].v for p in pieces])
    np.testing.assert_array_equal(v, whole["post"].v)


@every
def test_past_times_change_nothing_and_a_view_keeps_the_others(
    backend: str, numerics: str
) -> None:  # fmt: skip
    sim = snn.Simulation(network([[15.0], [16.0], []]), backend=backend, numerics=numerics)
    sim.run(10.0)
    sim.set(sim.network.populations[0][[2, 1]], times=[[3.0, 18.0], [17.0]])
    assert spikes([sim.run(10.0)], "source") == [(15, 0), (17, 1), (18, 2)]


@every
def test_a_burst_larger_than_any_before_finds_room(backend: str, numerics: str) -> None:
    sim = snn.Simulation(network([[], [], []]), backend=backend, numerics=numerics)
    sim.run(5.0)
    sim.set(sim.network.populations[0], times=[[8.0] * 9000, [8.0], []])
    found = spikes([sim.run(10.0)], "source")
    assert found == [(8, 0)] * 9000 + [(8, 1)]


@every
def test_a_checkpoint_knows_them_and_takes_later_ones_back(
    backend: str, numerics: str, tmp_path: Path
) -> None:
    net = network(EARLY)
    sim = snn.Simulation(net, backend=backend, numerics=numerics)
    sim.run(10.0)
    sim.set(net.populations[0], times=LATE)
    sim.save_checkpoint(tmp_path / "saved")
    wanted = spikes([sim.run(20.0)], "post")
    sim.set(net.populations[0], times=[[31.0], [], []])
    other = snn.Simulation(net, backend=backend, numerics=numerics)
    for going in (sim, other):
        going.load_checkpoint(tmp_path / "saved")
        assert spikes([going.run(20.0)], "post") == wanted
    assert wanted


def test_bad_times_are_refused_and_the_old_ones_stay() -> None:
    sim = snn.Simulation(network(EARLY))
    source = sim.network.populations[0]
    with pytest.raises(ValidationError, match="needs 3 lists, one per neuron; got 2"):
        sim.set(source, times=[[1.0], [2.0]])
    with pytest.raises(ValidationError, match="rate: is not a parameter of SpikeArray"):
        sim.set(source, rate=3.0)
    with pytest.raises(ValidationError, match="grid of 1 ms; got 2.5"):
        sim.set(source, times=[[], [2.5], []])
    assert spikes([sim.run(10.0)], "source") == [(1, 0), (2, 2), (4, 0)]
