"""AstrocyteMemory: protocol, independence of copies, what the mechanisms share, refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import snn
from snn.errors import ValidationError
from snn_models import AstrocyteMemory

SMALL = {"items": 3, "group": 6, "seed": 4}


def test_trains_follow_the_protocol() -> None:
    """Rates of the shown group, of the others, of the probe; 5 standard deviations."""
    model = AstrocyteMemory(items=4, group=50, seed=2)
    trains = model.trains([(2, 300.0)])
    shown = np.concatenate(trains[100:150])
    others = np.concatenate(trains[:100] + trains[150:])
    inside = (shown > 500.0) & (shown <= 1000.0)
    assert inside.sum() == pytest.approx(50 * 50, abs=5 * 50)  # 100 Hz, 0.5 s, 50 neurons
    assert others.min() > 1300.0
    assert others.max() <= 1500.0
    assert len(others) == pytest.approx(150 * 5, abs=5 * 28)  # 25 Hz, 0.2 s, 150 neurons


def test_a_trial_does_not_depend_on_the_others() -> None:
    """Without random drive a copy fires as it would alone."""
    model = AstrocyteMemory(**SMALL, background_rate=0.0)

    def spikes(trials: list[tuple[int, float]]) -> snn.Result:
        return snn.run(model.build(trials), 1500.0, precision="float64", progress=False)["cells"]

    both, alone = spikes([(1, 200.0), (0, 300.0)]), spikes([(1, 200.0)])
    own = both.neurons < model.size
    # Initial membranes are drawn for the whole population, so compare after they are forgotten.
    late = both.times[own] > 600.0
    assert (alone.times > 600.0).sum() > 50
    one = np.sort(both.times[own][late] * 1000 + both.neurons[own][late])
    other = np.sort((alone.times * 1000 + alone.neurons)[alone.times > 600.0])
    assert len(np.setxor1d(one, other)) / len(other) < 0.02


def test_the_stored_group_fires_and_is_recalled_at_once() -> None:
    trials = [(item, 50.0) for item in range(3)] * 4
    answers, result = AstrocyteMemory(**SMALL, mechanism="unit").recall(trials)
    cells = result["cells"]
    shown = (cells.times > 500) & (cells.times <= 1000)
    trial, group = cells.neurons[shown] // 18, cells.neurons[shown] % 18 // 6
    assert (group == np.array(trials)[trial, 0]).mean() > 0.95
    # Chance is 1/3: 10 of 12 by luck has a probability of 5e-4; the seed is fixed.
    assert (answers == [item for item, _ in trials]).sum() >= 10


def test_without_effect_the_mechanisms_are_the_same_network() -> None:
    trials = [(0, 100.0), (2, 100.0)]
    plain = AstrocyteMemory(**SMALL)
    deaf = dataclasses.replace(plain, mechanism="unit", gain=0.0, shift=0.0)
    same = dataclasses.replace(plain, mechanism="synapse", alpha=plain.U)
    spikes = [m.recall(trials, precision="float64")[1]["cells"].spikes for m in (plain, deaf, same)]
    assert spikes[0].steps.size > 100
    for other in spikes[1:]:
        np.testing.assert_array_equal(spikes[0].steps, other.steps)
        np.testing.assert_array_equal(spikes[0].neurons, other.neurons)


def test_a_probe_that_does_not_match_is_told_from_one_that_does() -> None:
    """Six neurons, a delay of 50 ms: the stored group still fires on its own."""
    model = AstrocyteMemory(**SMALL, mechanism="unit")
    trials = [(item, 50.0, (item + other) % 3) for item in range(3) for other in (0, 1)] * 4
    counts, result = model.match(trials)
    matching, others = counts[::2], counts[1::2]
    # 12 trials of each kind; all of one above the mean of both by luck: 2^-24.
    assert matching.mean() > others.mean() + 3
    assert (matching > counts.mean()).sum() >= 10
    assert (others < counts.mean()).sum() >= 10
    inputs = model.trains([(0, 50.0)], [2])
    assert max(len(train[train > 1000.0]) for train in inputs[:12]) == 0
    assert sum(len(train[train > 1000.0]) for train in inputs[12:]) > 10
    assert result["cells"].times.max() <= 1250.0


@pytest.mark.parametrize("domain", [1, 3, 6])
def test_copies_of_one_astrocyte_are_one(domain: int) -> None:
    """Neurons of a domain have the same calcium to the last bit, those of another have not."""
    model = AstrocyteMemory(**SMALL, mechanism="synapse", domain=domain, neurotransmitter=600.0)
    net = model.build([(1, 100.0)])
    net.record(net.populations[1], "astrocyte.c", every=50.0)
    found = snn.run(net, 1300.0, seed=1, progress=False)["cells"].traces["astrocyte.c"].values
    shared = found[:, 6:12].reshape(len(found), -1, domain)
    assert shared.max() > 0.2
    assert (shared == shared[..., :1]).all()
    apart = shared[-1, :, 0]
    assert len(np.unique(apart)) == len(apart)
    # A neuron has as many synapses in the domain of others as it has neurons, in its own one less.
    _, share = model._heard(1)
    assert share.sum() * domain == pytest.approx(3 * 6 * 5 * domain)


@pytest.mark.parametrize(
    ("given", "text"),
    [({"domain": 4, "group": 6}, "domain: must divide group = 6; got 4"),
     ({"mechanism": "glia"}, "must be one of none, unit, synapse; got 'glia'"),
     ({"items": 1}, "items: must be a whole number of at least 2"),
     ({"group": 1}, "group: must be a whole number of at least 2")],
)  # fmt: skip
def test_bad_input_is_refused(given: dict, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        AstrocyteMemory(**given)
    assert text in str(caught.value)


def test_bad_trials_are_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        AstrocyteMemory(**SMALL).build([(3, 100.0), (0, -1.0)])
    assert "trials[0]: must name an item in [0, 2]; got 3" in str(caught.value)
    assert "trials[1]: must have a delay in [0, inf) ms; got -1" in str(caught.value)
