"""Trains of the board's Poisson sources; numbers are those of the executed binary."""

import pytest
from numerics.test_engines import BOARD

import snn
from snn.errors import ValidationError
from snn_spinnaker.numerics import poisson

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


def test_trains_drive_a_network():
    net = snn.Network(dt=1.0)
    source = net.population(12, snn.SpikeArray(times=poisson.trains(RATES, 5, 200, 1.0)),
                            label="source")  # fmt: skip
    net.record(source, "spikes")
    assert len(snn.run(net, 200.0, numerics=BOARD)["source"].spikes.steps) > 500


@pytest.mark.parametrize("rate", [-1.0, 10_000.0])
def test_rates_beyond_the_algorithm_are_refused(rate):
    with pytest.raises(ValidationError, match="must be in"):
        poisson.trains([rate], 1, 10, 1.0)
