"""Trains of the board's Poisson sources; numbers are those of the executed binary."""

import numpy as np
import pytest
from numerics.circuits import record_all

import snn
from snn.errors import SnnError, ValidationError
from snn_spinnaker.numerics import Spinnaker, poisson

RATES = [5.0, 15.0, 7.3, 0.5, 9.9, 10.0, 20.0, 100.0, 500.0, 0.0, 3000.0, 9.0]

# Of 1500 ticks with seed 5: the first spikes, and how many there are.
EXECUTED = {15.0: ([1, 13, 29], 25), 0.5: ([700], 1), 10.0: ([5, 164, 313], 17),
            20.0: ([127, 140, 208], 35), 100.0: ([5, 28, 40], 167), 500.0: ([1, 3, 6], 725),
            0.0: ([], 0), 3000.0: ([0, 0, 2], 4536)}  # fmt: skip


def test_trains_are_those_of_the_binary():
    found = dict(zip(RATES, poisson.trains(RATES, 5, 1500, 1.0), strict=True))
    for rate, (first, count) in EXECUTED.items():
        assert found[rate][: len(first)] == first, rate
        assert len(found[rate]) == count


def test_rates_are_kept_but_for_whole_mean_intervals():
    slow, fast = poisson.trains([7.3, 80.0], 3, 200_000, 1.0)
    # Five standard deviations of a Poisson count; 1000 / 7.3 = 136.99 ticks become 136.
    assert len(slow) == pytest.approx(200_000 / 136, abs=5 * (200_000 / 136) ** 0.5)
    assert len(fast) == pytest.approx(16_000, abs=5 * 16_000**0.5)


#: Of seed 11: trains that differ by one spike where the rate or its exponential is rounded.
FINE = [15.0, 80.0, 130.0, 7.3, 0.5, 500.0, 33.0, 250.0]


def test_rates_and_exponentials_are_cut():
    # Read from the memory of the executed binary: exp(-rate) in units of 2^-32.
    limits = {535.2986097762961: 2514681856, 1661.240363644731: 815595520, 130.9: 3767992320,
              130.0: 3771465728, 500.0: 2605056000, 250.0: 3345022976}  # fmt: skip
    core = poisson.Core(list(limits), 1, 1.0)
    assert [source.limit for source in core.sources] == list(limits.values())


def driven(rates, size=8):
    """Return Poisson sources on a population of cells."""
    net = snn.Network(dt=1.0)
    source = net.population(len(rates), snn.Poisson(rate=np.array(rates)), label="source")
    target = net.population(size, snn.LIF(tau_refrac=1.0), label="target")
    synapse = snn.Synapse(weight=snn.Uniform(0.2, 1.5), delay=snn.Uniform(1.0, 7.0))
    net.connect(source, target, snn.FixedProbability(0.6), synapse)
    net.record(source, "spikes")
    record_all(net, target)
    return net, source, target


OWN = Spinnaker(poisson_seed=5)


def fired(result, label="source"):
    spikes = result[label].spikes
    return list(zip(spikes.steps.tolist(), spikes.neurons.tolist(), strict=True))


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_sources_of_a_network_fire_the_boards_trains(backend):
    net, *_ = driven(RATES)
    result = snn.run(net, 400.0, backend=backend, numerics=OWN, seed=3)
    trains = poisson.trains(RATES, 5, 400, 1.0)
    assert fired(result) == sorted((int(t), i) for i, train in enumerate(trains) for t in train)
    assert len(fired(result, "target")) > 20


def test_a_run_in_pieces_and_from_a_checkpoint_is_one_run(tmp_path):
    net, *_ = driven(RATES)
    whole = fired(snn.run(net, 400.0, numerics=OWN, seed=3))
    sim = snn.Simulation(net, numerics=OWN, seed=3)
    pieces = fired(sim.run(130.0))
    sim.save_checkpoint(tmp_path / "at")
    pieces += fired(sim.run(270.0))
    other = snn.Simulation(net, numerics=OWN, seed=3)
    other.load_checkpoint(tmp_path / "at")
    assert pieces == whole
    assert fired(other.run(270.0)) == [spike for spike in whole if spike[0] >= 130]


def test_new_rates_start_from_where_the_generator_is():
    net, source, _ = driven(RATES)
    sim = snn.Simulation(net, numerics=OWN, seed=3)
    sim.run(100.0)
    sim.set(source, rate=40.0)
    core = poisson.Core(RATES, 5, 1.0)
    core.draw(100)
    core.set_rates([40.0] * len(RATES))
    ticks, who = core.draw(200)
    assert fired(sim.run(200.0)) == list(zip((ticks + 100).tolist(), who.tolist(), strict=True))


def test_what_a_core_cannot_draw_is_refused():
    net, source, _ = driven([50.0])
    with pytest.raises(ValidationError, match="nobody: is not a Poisson population"):
        snn.Simulation(net, numerics=Spinnaker(poisson_seed={"nobody": 1}))
    net, *_ = driven([50.0] * 501)
    with pytest.raises(ValidationError, match="at most 500"):
        snn.Simulation(net, numerics=OWN)
    net, source, _ = driven([50.0])
    sim = snn.Simulation(net, numerics=OWN)
    phase = snn.Phase(duration=10.0, rates={source: 20.0})
    with pytest.raises(SnnError, match="inside a schedule"):
        sim.present(snn.Schedule(trials=1, phases=[phase]))


@pytest.mark.parametrize("rate", [-1.0, 10_000.0])
def test_rates_beyond_the_algorithm_are_refused(rate):
    with pytest.raises(ValidationError, match="must be in"):
        poisson.trains([rate], 1, 10, 1.0)
