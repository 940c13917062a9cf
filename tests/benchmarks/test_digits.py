"""The digits benchmark on a small instance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from snn_benchmarks.digits.command import benchmark, metrics
from snn_benchmarks.digits.data import logistic, nearest_mean, split
from snn_benchmarks.digits.figure import figure as draw
from snn_benchmarks.digits.training import RATE_NORM, Outcome, rates, run

NAMES = {
    "test_accuracy_mean", "test_accuracy_std", "untrained_accuracy_mean",
    "nearest_mean_accuracy", "logistic_accuracy", "wall_s", "spikes_per_inference",
}  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Outcome:
    return run(split(0, 300), 0, hidden=60, epochs=2, class_epochs=1, threads=1)


def test_split_is_stratified_and_complete() -> None:
    data = split(3)
    assert len(data.train) + len(data.test) == 1797
    share = np.bincount(data.test_labels) / np.bincount(
        np.concatenate([data.train_labels, data.test_labels])
    )
    np.testing.assert_allclose(share, 0.3, atol=0.005)


def test_baselines_are_those_of_the_data_set() -> None:
    data = split(0)
    # Known for these images: about 90 % and 96 %; the spread over splits is about 1 %.
    assert 0.86 < nearest_mean(data) < 0.94
    assert 0.94 < logistic(data) < 0.99


def test_inputs_have_equal_norm() -> None:
    drawn = rates(split(0, 100).train)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), RATE_NORM)


def test_learning_beats_chance_and_the_untrained_layer(small: Outcome) -> None:
    # 90 test images, chance 10 %: 60 % by luck has a probability below 1e-30.
    assert small.accuracy > 0.6
    assert small.accuracy > small.untrained
    assert small.confusion.sum() == 90
    assert np.trace(small.confusion) == round(small.accuracy * 90)


def test_equal_seeds_give_equal_networks(small: Outcome) -> None:
    again = run(split(0, 300), 0, hidden=60, epochs=2, class_epochs=1, threads=2)
    np.testing.assert_array_equal(again.fields, small.fields)
    np.testing.assert_array_equal(again.confusion, small.confusion)


def test_every_documented_metric_is_there(small: Outcome) -> None:
    numbers = metrics([(small, 0.9, 0.96)])
    assert numbers.keys() >= NAMES
    assert all(np.isfinite(numbers[name]) for name in NAMES)
    assert small.spikes_per_inference > 100


def test_figure_has_three_panels(small: Outcome, figure: Callable[[Any], Path]) -> None:
    drawn = draw(small)
    assert len(drawn.axes) == 3
    assert figure(drawn).stat().st_size > 10_000


def test_command_writes_json_and_figure(tmp_path: Path) -> None:
    file = tmp_path / "digits.json"
    given = ["--images", "120", "--hidden", "20", "--epochs", "1", "--save", str(tmp_path),
             "--json", str(file)]  # fmt: skip
    done = CliRunner().invoke(benchmark, given)
    assert done.exit_code == 0, done.output
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["benchmark"] == "digits"
    assert written["metrics"].keys() >= NAMES
    assert (tmp_path / "digits.png").exists()
    assert "logistic regression" in done.output
