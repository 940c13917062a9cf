"""The motifs benchmark: features, scores, learning and the command on a small instance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from snn_benchmarks.motifs import command, training
from snn_benchmarks.motifs.command import benchmark
from snn_models import SpikingMotifs

NAMES = {"accuracy", "accuracy_spinnaker", "accuracy_known", "accuracy_known_spinnaker"}


def small(**given: float) -> SpikingMotifs:
    return SpikingMotifs(**{"inputs": 40, "motifs": 5, "depth": 15, "steps": 500, "share": 0.03,
                            "event_rate": 0.004} | given)  # fmt: skip


def test_features_are_the_past_of_each_step() -> None:
    seen = training.Rasters(np.zeros((0, 2), int), np.array([[1, 4], [0, 6]]), 8)
    found = training.features(seen, inputs=2, depth=3).toarray()
    wanted = np.zeros((8, 6))
    for neuron, at in seen.spikes:
        for lag in range(3):
            wanted[at - lag, neuron * 3 + lag] = 1
    np.testing.assert_array_equal(found, wanted)


def test_scores_count_motif_and_step() -> None:
    events = np.array([[0, 5], [1, 9], [1, 20], [2, 3]])
    found = np.array([[0, 5], [1, 9], [1, 21], [2, 20], [2, 3]])
    assert training.score(found, events) == (0.75, pytest.approx(0.4))


def test_drawn_rows_stand_for_all_others() -> None:
    own = np.zeros(1000, bool)
    own[[3, 7]] = True
    rows, shares = training._sample(own, np.arange(0, 1000, 10), np.array([5, 10]))
    assert shares.sum() == pytest.approx(1000)
    assert set(rows[:4]) == {3, 7, 5, 10}
    assert len(set(rows)) == len(rows)


def test_learned_weights_detect_unseen_events() -> None:
    """About 200 test events; by chance one in 500 steps would be right."""
    world = small()
    learned, true = command.compared(world, 40, 20, 1)
    assert learned.scores["exact"][0] > 0.9
    assert true.scores["exact"][0] > 0.8
    assert learned.scores["exact"][1] < 0.1
    assert abs(learned.scores["spinnaker"][0] - learned.scores["exact"][0]) < 0.03
    assert 0 < learned.detector.synapses < true.detector.synapses


def test_delays_are_found_without_knowing_them() -> None:
    """By chance one delay in fifteen would come out right."""
    world = small()
    learned, _ = command.compared(world, 60, 20, 1)
    numbers = command.delayed(world, 60, learned, 1)
    assert numbers["delays_found_share"] > 0.5
    assert numbers["accuracy_learned_delays"] > 0.8
    assert numbers["accuracy_learned_delays"] == pytest.approx(
        numbers["accuracy_learned_delays_spinnaker"], abs=0.03
    )


def test_shuffled_labels_teach_nothing() -> None:
    world = small()
    seen = training.rasters(world, world.kernels(), 0, 40)
    events = seen.events.copy()
    events[:, 1] = np.random.default_rng(1).permutation(events[:, 1])
    wrong = training.trained(world, training.Rasters(events, seen.spikes, seen.steps))
    test = training.rasters(world, world.kernels(), 1000, 10)
    found, _ = wrong.detect(test.spikes, test.steps)
    assert training.score(found, test.events)[0] < 0.3


def test_command_writes_json_and_figure(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    given = ["--motifs", "4", "--train", "10", "--test", "3", "--capacity", "8", "--json",
             str(file), "--save", str(tmp_path)]  # fmt: skip
    done = CliRunner().invoke(benchmark, given)
    assert done.exit_code == 0, done.output
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["benchmark"] == "motifs"
    assert written["metrics"].keys() >= NAMES | {"capacity_accuracy_known"}
    assert 0 <= written["metrics"]["accuracy"] <= 1
    assert (tmp_path / "motifs.png").exists()
