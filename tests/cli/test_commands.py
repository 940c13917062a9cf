"""The commands: help, run, benchmarks and backends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from cli.test_user_file import NETWORK, snn, written
from registry import register

from snn.cli import main
from snn.errors import NumericalError
from snn.results import Result, load


def paths(command: click.Command, context: click.Context) -> Iterator[list[str]]:
    """Yield the words that call a command and, after it, each of its own commands."""
    yield []
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from ([name, *rest] for rest in paths(found, context))


def test_every_help_has_an_example() -> None:
    """Of every command that is registered, benchmarks too."""
    every = list(paths(main, click.Context(main)))
    assert {"run", "check", "bench"} <= {words[0] for words in every if words}
    for words in every:
        outcome = snn(*words, "--help")
        assert outcome.exit_code == 0, words
        assert "Example" in outcome.output, words


def test_help_is_fast_because_it_imports_neither_numba_nor_matplotlib() -> None:
    code = (
        "import sys; from snn.cli import main; main(['--help'], standalone_mode=False);"
        "heavy = {'numba', 'matplotlib', 'h5py', 'pyNN', 'brian2', 'sklearn', 'pandas'};"
        "found = heavy & set(sys.modules); assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_run_prints_saves_and_draws(tmp_path: Path) -> None:
    path = written(tmp_path, NETWORK)
    out, picture = tmp_path / "run.h5", tmp_path / "raster.png"
    outcome = snn("run", path, "--ms", 20, "--backend", "reference", "--seed", 3,
                  "--save", out, "--plot", picture)  # fmt: skip
    assert outcome.exit_code == 0, outcome.output
    assert "src: 2 neurons, 3 spikes" in outcome.output
    result = load(out)
    assert result["src"].times.tolist() == [1.0, 2.0, 5.0]
    assert result.provenance.seed == 3
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_run_without_spikes_draws_traces(tmp_path: Path) -> None:
    path = written(tmp_path, NETWORK.replace('net.record(src, "spikes")', "duration = 5"))
    picture = tmp_path / "traces.svg"
    outcome = snn("run", path, "--backend", "reference", "--plot", picture)
    assert outcome.exit_code == 0, outcome.output
    assert "v (mV)" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "leaves no `duration`; pass --ms 1000"),
        (["--ms", 0], "Invalid value for '--ms'"),
        (["--ms", 5, "--backend", "abacus"], "unknown name 'abacus' among backends; installed"),
        (["--ms", 5, "--dt", -1], "Invalid value for '--dt'"),
        (["--ms", 5, "--backend", "reference", "--save", "no/such/folder/run.h5"], "cannot be wri"),
        (["--ms", 5, "--backend", "reference", "--plot", "picture.txt"], "picture.txt: Format"),
    ],
)
def test_run_explains_what_it_cannot_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[Any], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = snn("run", written(tmp_path, NETWORK), *arguments)
    assert outcome.exit_code == 2
    assert message in outcome.output
    assert "Traceback" not in outcome.output


def test_what_was_recorded_before_a_fault_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diverge(*_: object, **__: object) -> Result:
        raise NumericalError("exc[0].v became NaN", Result(dt=1.0, duration=4.0))

    monkeypatch.setattr("snn.simulation.run", diverge)
    out = tmp_path / "run.h5"
    outcome = snn("run", written(tmp_path, NETWORK), "--ms", 20, "--save", out)
    assert outcome.exit_code == 2
    assert "net.py: exc[0].v became NaN" in outcome.output
    assert load(out).duration == 4.0


def test_backends_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent:
        """Runs nowhere."""

        def missing(self) -> str:
            return "abacus is not installed; pip install abacus"

    register(monkeypatch, "snn.backends", {"absent": Absent(), "gone": None})
    rows = {row["name"]: row for row in json.loads(snn("backends", "--json").output)}
    assert rows["absent"]["missing"] == "abacus is not installed; pip install abacus"
    assert not rows["gone"]["ready"]
    assert "missing: abacus is not installed" in snn("backends").output


def test_installed_backends_are_ready() -> None:
    rows = {row["name"]: row for row in json.loads(snn("backends", "--json").output)}
    assert rows["reference"]["ready"]
    assert all(row["summary"] for row in rows.values() if row["ready"])


@click.command()
@click.option("--size", default=3)
def tiny(size: int) -> None:
    """Measure nothing."""
    click.echo(f"size {size}")


def test_benchmarks_and_commands_come_from_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, "snn.benchmarks", {"tiny": tiny, "gone": None, "wrong": 7})
    listed = snn("bench", "--help").output
    assert "Measure nothing." in listed
    assert "Not available: gone: No module named 'no_such_module'" in listed
    assert snn("bench", "tiny", "--size", 4).output == "size 4\n"
    broken = snn("bench", "gone", "--seeds", 3)
    assert broken.exit_code == 2
    assert "gone cannot be loaded" in broken.output
    assert "is not a click command" in snn("bench", "wrong").output
    assert "No such command 'other'" in snn("bench", "other").output
    register(monkeypatch, "snn.commands", {"tiny": tiny})
    assert snn("tiny").output == "size 3\n"


def test_info_names_the_backend_that_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Absent:
        def missing(self) -> str:
            return "pip install abacus"

    register(monkeypatch, "snn.backends", {"absent": Absent()})
    outcome = snn("info", written(tmp_path, NETWORK))
    assert outcome.exit_code == 0
    assert "backend absent: backend 'absent': pip install abacus" in outcome.output


def test_warnings_are_one_line_each(tmp_path: Path) -> None:
    text = NETWORK.replace("snn.LIF(", "snn.LIF(cm=250.0, ")
    outcome = snn("info", written(tmp_path, text))
    assert outcome.exit_code == 0
    (line,) = [line for line in outcome.output.split("\n") if "250" in line]
    assert line.startswith("warning: exc.cm = 250")
