"""The scaling benchmark has the activity it names, and measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import snn
from snn_benchmarks.scaling import command
from snn_benchmarks.scaling.measure import measure, network


def test_network_has_the_activity_and_the_synapses_it_is_asked_for() -> None:
    net = network(2_000, 10, 20.0, 500.0)
    result = snn.run(net, 500.0)
    assert sum(q.synapses for q in snn.compile_network(net).projections) == 20_000
    # Poisson with mean 20,000: five standard deviations are 707 (false alarm 6e-7).
    assert abs(len(result["sources"].steps) - 20_000) < 707
    assert result["sources"].counts().std() > 2


def test_measured_row_tells_events_from_steps() -> None:
    row = measure(2_000, 1_000, 100.0, 1, "never")
    assert row.ns_per_step > 0
    assert 1e5 < row.events_per_cpu_s < 1e11
    assert row.ns_per_event < 1e9 / row.events_per_cpu_s


def test_command_measures_every_point_and_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "USUAL", {"neurons": 300, "fan_out": 10, "rate_hz": 10.0})
    monkeypatch.setattr(command, "AXES", {"fan_out": (10, 20)})
    monkeypatch.setattr(command, "SMALLER", {"fan_out": 100})
    given = [
        "--threads",
        "1,2",
        "--json",
        str(tmp_path / "s.json"),
        "--save",
        str(tmp_path / "s.png"),
    ]
    done = CliRunner().invoke(command.benchmark, given)
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "s.json").read_text())["metrics"]["rows"]
    assert [(r["fan_out"], r["threads"]) for r in rows] == [(10, 1), (20, 1), (10, 2), (20, 2)]
    assert {r["neurons"] for r in rows} == {100}
    assert (tmp_path / "s.png").stat().st_size > 5_000
    assert CliRunner().invoke(command.benchmark, ["--only", "size"]).exit_code == 2
