"""The ca3 benchmark: recordings, their faults, and what the command writes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from snn.errors import BackendUnavailableError
from snn_benchmarks.ca3 import study, study_figure, tables
from snn_benchmarks.ca3.command import benchmark, read_answers
from snn_benchmarks.ca3.experiments import EXPERIMENTS
from snn_benchmarks.folder import DataError
from snn_models.ca3.operations import expected, wrong


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made of our own tables, with one spike taken out of that of experiment 3."""
    folder = tmp_path_factory.mktemp("data") / "ca3-cam"
    folder.mkdir()
    for k, e in EXPERIMENTS.items():
        table = tables.table_of(e.run(), e.cues, int(e.duration))
        if k == 3:
            table["OUTcue"][5] = frozenset()
        tables.write(table, folder / f"experiment{k}.csv")
    return folder


@pytest.mark.data
@pytest.mark.parametrize("backend", ["cpu", "reference"])
@pytest.mark.parametrize("experiment", [1, 3])
def test_every_recorded_cell(experiment: int, backend: str) -> None:
    try:
        folder = tables.DATA.folder(Path(__file__).resolve().parents[3].parent / "shared/data")
    except DataError:
        try:
            folder = tables.DATA.folder()
        except DataError as error:
            pytest.skip(str(error))
    e = EXPERIMENTS[experiment]
    mine = tables.table_of(e.run(backend=backend), e.cues, int(e.duration))
    assert tables.mismatched(mine, tables.recorded(folder, experiment)) == 0


def test_experiments_are_as_described() -> None:
    stress = EXPERIMENTS[2].operations
    assert len(stress) == 60
    names = [o.name for o in stress]
    assert (names.count("learn"), sum(o.cue is None for o in stress)) == (15, 30)
    at = {o.time: o for o in stress}
    assert (at[1.0].cue, at[71.0].cue, at[141.0].content) == (0, 0, (0,))
    assert at[281.0].content == (1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert at[561.0].content == (0,)
    assert stress[-1].time + 14.0 < EXPERIMENTS[2].duration


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_all_answers_are_right_with_both_sets_of_constants(experiment: int) -> None:
    e = EXPERIMENTS[experiment]
    assert e.wrong(e.run()) == 0
    assert e.wrong(e.run("exact", "exact")) == 0
    assert e.wrong(e.run("published", "exact")) > 0


def test_answers_are_read_from_tables_as_from_results(data: Path) -> None:
    e = EXPERIMENTS[1]
    found = read_answers(tables.recorded(data, 1), e)
    assert not any(wrong(e.operations, found))
    assert [a.cues for a in found] != [a.cues for a in expected(e.operations)[::-1]]


def test_the_command_compares_prints_and_writes(data: Path, tmp_path: Path) -> None:
    given = ["--data", str(data.parent), "--save", str(tmp_path / "out"),
             "--json", str(tmp_path / "ca3.json"), "--against", "cpu"]  # fmt: skip
    done = CliRunner().invoke(benchmark, given)
    assert done.exit_code == 0, done.output
    metrics = json.loads((tmp_path / "ca3.json").read_text())["metrics"]
    assert metrics["mismatched_cells"] == {"experiment1": 0, "experiment2": 0, "experiment3": 1}
    assert metrics["cells"]["experiment2"] == 12 * 851
    assert set(metrics["wrong_recalls"].values()) == {0}
    orders = metrics["wrong_recalls_by_constants"]
    assert orders["exact on exact"]["experiment2"] == 0
    # The same backend once more, under its own name.
    assert orders["published on cpu"] == orders["published on exact"]
    assert "1 of 1680 cells differ" in done.output
    assert "content 1 2 4            cues 2 6 10 12 13 14" in done.output
    assert (tmp_path / "out" / "ca3.png").stat().st_size > 10_000
    written = tmp_path / "out" / "ca3_experiment1.csv"
    assert written.read_text() == (data / "experiment1.csv").read_text()


@pytest.mark.board
def test_every_cell_of_all_experiments_is_that_of_the_virtual_board(tmp_path: Path) -> None:
    """SpiNNaker's own binaries beside the numerics profile; in about 20 s of CPU."""
    pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
    pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
    file = tmp_path / "ca3.json"
    done = CliRunner().invoke(benchmark, ["--virtual", "--json", str(file)])
    assert done.exit_code == 0, done.output
    metrics = json.loads(file.read_text())["metrics"]
    assert set(metrics["different_cells"].values()) == {0}
    assert metrics["different_cells"].keys() == metrics["cells"].keys()
    # So many cells hold spikes that none would differ by chance if nothing had run.
    assert "experiment 2: 0 of 10212 cells differ; in 833 neurons fire" in done.output


def test_without_the_board_virtual_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **given: object) -> None:
        if given.get("virtual"):
            raise BackendUnavailableError("spinnaker needs sPyNNaker")
        return run(*_, **given)

    run = EXPERIMENTS[1].run.__func__
    monkeypatch.setattr(type(EXPERIMENTS[1]), "run", missing)
    done = CliRunner().invoke(benchmark, ["--virtual"])
    assert done.exit_code == 1
    assert "spinnaker needs sPyNNaker" in done.output


def test_without_data_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SNN_DATA", raising=False)
    done = CliRunner().invoke(benchmark, ["--json", str(tmp_path / "ca3.json")])
    assert done.exit_code == 0, done.output
    assert "pass --data DIR or set SNN_DATA" in done.output
    metrics = json.loads((tmp_path / "ca3.json").read_text())["metrics"]
    assert set(metrics["mismatched_cells"].values()) == {None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("OUTcont", "OUT"), "expected the columns OUTcont"),
        (lambda text: text[: len(text) // 2].rsplit("\n", 1)[0] + "\n7,0", "row .* is too short"),
        (lambda text: text.replace("\n5,", "\n6,", 1), "expected a row for each ms"),
        (lambda text: text.replace("0 1 8 9", "0 x 8 9", 1), "invalid literal"),
        (lambda text: "", "expected the columns time_ms"),
    ],
)
def test_damaged_tables_are_refused(data: Path, tmp_path: Path, change, message: str) -> None:
    folder = tmp_path / "ca3-cam"
    folder.mkdir()
    (folder / "experiment1.csv").write_text(change((data / "experiment1.csv").read_text()))
    with pytest.raises(DataError, match=message):
        tables.recorded(folder, 1)
    with pytest.raises(DataError, match=r"expected the file .*experiment2.csv; convert"):
        tables.recorded(folder, 2)
    with pytest.raises(DataError, match="expected a folder"):
        tables.DATA.folder(tmp_path / "nowhere")
    assert tables.DATA.folder(folder) == folder


def test_the_study_counts_recalls_of_each_kind() -> None:
    memory = study.CA3Memory(5, 10, "exact")
    point = study.count("spacing, ms", 20.0, memory, [study.sequence(0, 5, 10, spacing=20.0)])
    operations = study.sequence(0, 5, 10, spacing=20.0)
    assert point.by_cue + point.by_content == sum(o.name == "recall" for o in operations)
    assert (point.wrong_by_cue, point.wrong_by_content) == (0, 0)
    drawn = study_figure.figure([asdict(point)])
    assert [len(axes.lines) for axes in drawn.axes] == [2, 2, 2, 4]
    assert drawn.axes[0].lines[1].get_xydata().tolist() == [[20.0, 0.0]]


def test_a_full_board_memory_answers_when_each_cue_is_recalled_once() -> None:
    """Fifty cues need more than the host's room for inhibition; full cells inhibit as well."""
    memory = study.CA3Memory(50, 50)
    point = study.count("size", 50, memory, [study.filled(50, 50, refresh=True)])
    assert (point.by_cue, point.wrong_by_cue, point.wrong_by_content) == (100, 0, 0)
