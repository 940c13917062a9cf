"""The spatial benchmark: word sets, recordings and their faults, what the command writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from snn_benchmarks.folder import DataError
from snn_benchmarks.spatial import recordings, uses
from snn_benchmarks.spatial.command import benchmark
from snn_benchmarks.spatial.words import Scores, distance, triples, word_sets
from snn_models import SpatialPatterns

HEAD = "Code Word 0, Homeostasis factor, Positives\n"


def shared() -> Path:
    """Return the recordings, or skip and say what is missing."""
    for place in (Path(__file__).resolve().parents[3].parent / "shared" / "data", None):
        try:
            return recordings.DATA.folder(place)
        except DataError as error:
            why = str(error)
    pytest.skip(why)


def test_the_sets_of_the_paper() -> None:
    found = triples()
    assert len(found) == 67
    assert found[:3] == [(0, 0, 0), (0, 0, 1), (0, 0, 3)]
    apart = [(distance(a, b), distance(a, c), distance(b, c)) for a, b, c in found]
    assert len(set(apart)) == 67
    assert all(x <= y <= z <= x + y for x, y, z in apart)
    assert len(word_sets()) == 1 + 15 + 67


@pytest.mark.data
def test_the_sets_are_those_of_the_data() -> None:
    rows = recordings.DATA.rows(shared() / "three_patterns_words.csv", ["CW0", "CW1", "CW2"])
    listed = {tuple(int(row[f"CW{k}"]) for k in range(3)) for row in rows}
    assert listed == set(triples())


@pytest.mark.data
@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_the_recorded_training_trace(backend: str) -> None:
    differ, total = recordings.trace_differences(recordings.trained(backend), shared())
    assert (differ, total) == (0, 24 * 75)


@pytest.mark.data
def test_every_recorded_network() -> None:
    """Factors to the tolerance of the authors' search, positives exactly."""
    recorded, _ = recordings.published(shared())
    sets = list(recorded)
    assert len(sets) >= 15
    model = SpatialPatterns(bits=10)
    detectors = model.fit(sets)
    fired = model.test(detectors, range(1024)) > 0
    for words, detector, own in zip(sets, detectors, fired, strict=True):
        if len(words) < 3:  # of three words two factors and a count are known not to be searched
            assert detector.factor == pytest.approx(recorded[words].factor, abs=1e-4), words
            assert own.sum() == recorded[words].positives, words


def score(word: int, trained: list[int]) -> int:
    """Return the closed form of the drive of a word: a line counts as it was trained."""
    total = 0
    for bit in range(10):
        ones = sum(x >> bit & 1 for x in trained)
        total += (2 * ones - len(trained)) * (1 if word >> bit & 1 else -1)
    return total


def test_scores() -> None:
    fired, wanted = np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool)
    found = Scores.of(fired, wanted).to_dict()
    assert [found[k] for k in ("tp", "fp", "fn", "tn", "accuracy")] == [1, 1, 1, 1, 0.5]
    assert Scores.of(~fired & fired, wanted).to_dict()["precision"] is None


def test_the_command_compares_prints_and_writes(tmp_path: Path) -> None:
    """With recordings of our own making, of which one positive count is wrong."""
    folder = tmp_path / "spatial-patterns"
    folder.mkdir()
    (folder / "metrics_one_pattern.csv").write_text(HEAD + "992,4.18817,1\n")
    (folder / "metrics_two_patterns.csv").write_text(
        HEAD.replace("0,", "0, Code Word 1,") + "992,0,4.18751,33\n992,30,20.95,512\n"
    )
    given = ["--data", str(tmp_path), "--json", str(tmp_path / "s.json"), "--no-uses",
             "--save", str(tmp_path / "figures")]  # fmt: skip
    done = CliRunner().invoke(benchmark, given)
    assert done.exit_code == 0, done.output
    metrics = json.loads((tmp_path / "s.json").read_text())["metrics"]
    assert (metrics["rows"], metrics["rows_factor_equal"]) == (3, 2)
    assert metrics["rows_positives_equal"] == 2
    assert len(metrics["networks"]) == 82
    assert metrics["impossible"] == [[992, 31]]
    assert metrics["weights"] == [0.0, 0.3671875]
    accuracy = [row["accuracy"] for row in metrics["networks"]]
    # The range over the three-word rows of the published data.
    assert (min(accuracy), max(accuracy)) == (0.501953125, 1.0)
    for row in metrics["networks"]:
        assert row["fn"] == sum(score(x, row["words"]) <= 0 for x in set(row["words"]))
    assert "training_trace_992.csv" in done.output
    assert "metrics_three_patterns.csv" in done.output
    assert (tmp_path / "figures" / "spatial.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Code Word 0, Positives\n992,1\n", "expected the columns Homeostasis factor"),
        (HEAD + "992,x,1\n", "could not convert"),
        (HEAD + "992,4.1\n", "row 2 is too short"),
    ],
)
def test_damaged_recordings_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "metrics_one_pattern.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        recordings.published(tmp_path)


def test_packets_of_a_kind_are_told_apart() -> None:
    rng = np.random.default_rng(1)
    bits, kinds = uses.packets(rng, 30)
    assert bits.shape == (120, 48)
    assert [len(set(map(tuple, bits[kinds == k][:, :32].tolist()))) for k in range(4)] == [1] * 4
    curve = uses.of_classes("packets", bits, kinds, bits, kinds, rng)
    assert curve.patterns == uses.COUNTS
    # Detectors of 20 patterns of 30 fire for those 20 at least, and for no other kind.
    assert curve.sensitivity[-1] >= 20 / 30
    assert curve.specificity[-1] == 1.0
    assert curve.balanced[-1] > curve.balanced[0]
