"""The astrocyte benchmark: the documented example, intervals, metrics on a small instance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from snn_benchmarks.astrocyte import command, documented, example4, retention
from snn_benchmarks.astrocyte.command import benchmark

NAMES = {
    "retention_with", "retention_without", "retention_with_interval", "seeds",
    "retention_without_interval", "difference_with", "difference_with_interval",
    "match_with", "match_without", "match_with_interval", "match_difference_with_interval",
}  # fmt: skip


def test_the_documented_example_is_followed() -> None:
    """Brian2 holds the neurotransmitter for a step of 1 ms: 2 % more input than the equations."""
    gaps = documented.gaps(documented.trajectory())
    assert gaps["c"] < 0.006
    assert gaps["ip3"] < 0.05
    assert gaps["h"] < 0.001


def test_intervals_are_students() -> None:
    """Mean 2, standard error 0.5, 2.776 of which is the 95 % quantile of four degrees."""
    values = np.array([1.0, 1.0, 2.0, 2.5, 3.5])
    error = values.std(ddof=1) / np.sqrt(5)
    low, high = retention.interval(values)
    assert low == pytest.approx(2.0 - 2.7764 * error, abs=1e-4)
    assert high == pytest.approx(2.0 + 2.7764 * error, abs=1e-4)
    assert retention.interval(np.array([0.5, 0.5])) == (0.5, 0.5)


def test_metrics_pair_the_seeds() -> None:
    shares = {"none": [[0.0, 0.5], [0.5, 1.0]], "unit": [[0.5, 1.0], [0.5, 1.0]],
              "synapse": [[0.0, 0.0], [0.0, 0.0]]}  # fmt: skip
    found = {
        name: retention.Retention(np.array(x), np.zeros(2), None)  # type: ignore[arg-type]
        for name, x in shares.items()
    }
    numbers = command.metrics(found, {}, items=8)
    assert numbers["retention_without"] == 0.5
    assert numbers["retention_with"] == 0.75
    assert numbers["difference_with"] == 0.25
    assert numbers["difference_with_gliotransmission"] == -0.5
    assert numbers["retention_with_by_delay"] == [0.5, 1.0]


def test_the_criterion_is_where_most_answers_are_right() -> None:
    same = np.array([True, False, True, False])
    counts = np.array([[[9, 2, 8, 5]], [[6, 3, 9, 4]]])
    # From 6 spikes on everything is right.
    assert retention.criterion_of(counts, same) == 6.0
    assert retention.criterion_of(counts - counts % 4, same) == 6.5  # 5, 6, 7 and 8 serve


def test_half_of_the_probes_do_not_match() -> None:
    trials = retention.match_trials(8)
    assert sum(item == probed for item, _, probed in trials) == len(trials) // 2
    assert {probed - item for item, _, probed in trials} == {0, 1, -7}
    by_item = {item: probed for item, _, probed in trials}
    assert all(by_item[item] == probed for item, _, probed in trials)


def test_matches_weigh_both_kinds_alike() -> None:
    found = retention.Matches(3.0, np.array([[1.0, 0.5]]), np.array([[0.0, 0.5]]))
    np.testing.assert_array_equal(found.shares, [[1.0, 0.5]])
    numbers = command.match_metrics(dict.fromkeys(("none", "unit", "synapse"), found))
    assert numbers["match_with"] == 0.75
    assert numbers["match_difference_with_gliotransmission"] == 0.0


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
def test_example_4_follows_brian2() -> None:
    """Without gliotransmission to rounding; with it Brian2 hands it over once a millisecond.

    Five synapses, four stretches of 500 ms; spikes in the last two.
    """
    pytest.importorskip("brian2")
    found = example4.table(5, 500.0)
    for part in found["no gliotransmission"].values():
        assert part[3] > 50.0
    np.testing.assert_allclose(found["no gliotransmission"]["ours"],
                               found["no gliotransmission"]["brian2"], rtol=1e-9)  # fmt: skip
    # Gliotransmitter decays in 17 ms: a step is 6 % of that, and acts on release.
    np.testing.assert_allclose(found["open loop"]["ours"], found["open loop"]["brian2"], rtol=0.1)


def test_command_writes_json_and_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (retention, command):
        monkeypatch.setattr(module, "DELAYS", (100.0, 200.0))
    file = tmp_path / "a.json"
    given = ["--seeds", "2", "--items", "4", "--group", "4", "--json", str(file)]
    done = CliRunner().invoke(benchmark, given)
    assert done.exit_code == 0, done.output
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["benchmark"] == "astrocyte"
    assert written["metrics"].keys() >= NAMES
    assert written["metrics"]["seeds"] == 2
    for key in ("retention_with", "retention_without"):
        low, high = written["metrics"][f"{key}_interval"]
        assert low <= written["metrics"][key] <= high


def test_figure_has_three_panels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from snn_benchmarks.astrocyte import figure

    for module in (retention, figure):
        monkeypatch.setattr(module, "DELAYS", (100.0, 200.0))
    found = {m: retention.measured(m, 2, 4, 4, 1) for m in ("none", "unit", "synapse")}
    drawn = figure.figure(found, documented.trajectory(), 4)
    assert len(drawn.axes) == 3
    drawn.savefig(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 10_000
