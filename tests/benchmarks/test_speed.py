"""The workloads are what they claim to be, and a measured row is complete."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import snn
from snn_benchmarks.speed.command import benchmark, ratios
from snn_benchmarks.speed.measure import agrees
from snn_benchmarks.speed.workloads import WORKLOADS, cuba


@pytest.mark.parametrize(
    ("name", "numerics"), [("W1a", "exact"), ("W6", "exact"), ("W6", "spinnaker")]
)
def test_measured_row_is_complete_and_agrees(name: str, numerics: str) -> None:
    command = [sys.executable, "-m", "snn_benchmarks.speed.measure", "cpu", name, "1", numerics]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    row = json.loads(done.stdout.splitlines()[-1])
    assert row["agrees"], row
    assert row["numerics"] == numerics
    assert row["cpu_s_per_bio_s"] > 0
    # Vogels and Abbott's network is irregular: a Poisson process has 1, a clock 0.
    assert all(0.5 < p["cv"] < 2.0 for p in row["populations"].values())
    # Two bytes an index, one weight for all, and the row pointers.
    assert 2.0 <= row["bytes_per_synapse"] <= 2.5


def test_workload_has_the_counts_of_its_definition() -> None:
    compiled = snn.compile_network(cuba(4_000, 80, 1.0, 0.1))
    synapses = sum(q.synapses for q in compiled.projections)
    # Binomial with n = 16e6, p = 0.02: five standard deviations are 2,800 (false alarm 6e-7).
    assert abs(synapses - 320_000) < 2_800
    assert compiled.min_delay == 1


def test_every_workload_names_what_it_counts() -> None:
    for workload in WORKLOADS.values():
        labels = {p.label for p in workload.build().populations}
        assert set(workload.counted) <= labels


def test_a_wrong_rate_of_one_population_is_seen() -> None:
    whole = WORKLOADS["W7"]
    right = {label: {"rate_hz": hz, "cv": 0.8} for label, hz in whole.published.items()}
    assert agrees(whole, whole.expected_hz, right)
    assert not agrees(whole, whole.expected_hz, {**right, "L6E": {"rate_hz": 1.3, "cv": 0.8}})
    assert not agrees(whole, 1.2 * whole.expected_hz, right)


def test_ratio_is_the_peers_time_over_ours() -> None:
    rows = [
        {"workload": "W", "backend": backend, "numerics": profile, "threads": 1,
         "cpu_s_per_bio_s": cost}
        for backend, profile, cost in (
            ("cpu", "exact", 0.5), ("nest", "exact", 3.0), ("cpu", "spinnaker", 0.75),
        )
    ]  # fmt: skip
    assert ratios(rows) == [
        "W, 1 threads: numerics spinnaker take 1.50 times the CPU time of exact ones",
        "W: nest takes 6.0 times our CPU time",
    ]


def test_what_a_profile_can_run_is_timed_beside_the_exact_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(benchmark, ["--numerics", "spinnaker", "--only", "W1a"])
    assert done.exit_code == 2
    assert "known: W6, W2dc1" in done.output
    path = tmp_path / "speed.json"
    done = CliRunner().invoke(
        benchmark, ["--numerics", "spinnaker", "--only", "W6", "--json", str(path)]
    )
    assert done.exit_code == 0, done.output
    metrics = json.loads(path.read_text())["metrics"]
    assert [row["numerics"] for row in metrics["rows"]] == ["exact", "spinnaker"]
    (ratio,) = metrics["numerics_ratio"]
    # Measured 1.3; the largest that is wanted.
    assert 0 < ratio["ratio"] < 3
