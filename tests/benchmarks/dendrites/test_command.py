"""The dendrites benchmark: tables, interval, metrics, figure on a small instance."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from snn_benchmarks.dendrites import monte_carlo, tables
from snn_benchmarks.dendrites.command import benchmark
from snn_benchmarks.dendrites.figure import figure as draw

NAMES = {"table_cells", "table_cells_equal", "monte_carlo_points", "monte_carlo_inside_interval"}


@pytest.fixture(autouse=True)
def few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monte_carlo, "CELLS", 50)


def test_every_printed_number_is_equal() -> None:
    found = list(tables.cells())
    assert len(found) == 110
    assert [c for c in found if not c.equal] == []


def test_numbers_are_rounded_like_the_printed_ones() -> None:
    value = Fraction(123456, 10**9)
    assert tables.rounded(value, "9.99e-9") == "1.23e-4"
    assert tables.rounded(value, "0.000000") == "0.000123"
    assert tables.rounded(value, "1") == "0"
    assert tables.rounded(Fraction(999999, 10**6), "0.991") == "1.000"


def test_points_are_where_the_spikes_can_tell() -> None:
    found = list(monte_carlo.designs())
    assert {d.kind for d in found} == {"false positive", "false negative", "several segments",
                                       "union", "threshold"}  # fmt: skip
    assert all(1e-4 <= d.expected <= 1 - 1e-4 for d in found)


@pytest.mark.parametrize("kind", ["false positive", "false negative", "several segments",
                                  "union", "threshold"])  # fmt: skip
def test_spikes_keep_to_the_interval_and_leave_a_wrong_one(kind: str) -> None:
    """10,000 outcomes; the seed is fixed, so this cannot fail by chance."""
    design = min((d for d in monte_carlo.designs() if d.kind == kind),
                 key=lambda d: abs(d.expected - 0.3))  # fmt: skip
    point = monte_carlo.measured(design, 200, seed=2)
    assert point.outcomes == 10_000
    assert point.inside
    wrong = dataclasses.replace(design, expected=design.expected * 1.2)
    assert not dataclasses.replace(point, design=wrong).inside


def test_the_estimate_for_unions_is_below_the_exact_value() -> None:
    """Sizes of unions vary and errors grow faster than linearly with size (Jensen)."""
    union = next(d for d in monte_carlo.designs() if d.kind == "union" and d.count == 2)
    assert monte_carlo.error_of_paper(union) == pytest.approx(-0.0666, abs=1e-4)


def test_command_writes_json_and_figure(
    tmp_path: Path, figure: Callable[[Any], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "FIGURE_6", {})  # a second or two of exact arithmetic
    file = tmp_path / "d.json"
    given = ["--probes", "100", "--points", "2", "--json", str(file), "--save", str(tmp_path)]
    done = CliRunner().invoke(benchmark, given)
    assert done.exit_code == 0, done.output
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["benchmark"] == "dendrites"
    assert written["metrics"].keys() >= NAMES
    assert written["metrics"]["table_cells"] == written["metrics"]["table_cells_equal"] == 96
    assert written["metrics"]["monte_carlo_points"] == 2
    assert (tmp_path / "dendrites.png").exists()
    assert len(draw([]).axes) == 4
