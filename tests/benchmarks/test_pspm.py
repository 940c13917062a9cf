"""PSPM on the authors' default problem, and the command on a small one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from snn_benchmarks.pspm import benchmark, trained


@pytest.mark.slow
def test_the_default_problem() -> None:
    """400 neurons, 15 s, 150 iterations; the authors' program: 80 -> 14 and 42 -> 3.5."""
    found = trained()
    assert found["D_P_trained"] * 2 <= found["D_P_naive"]
    assert found["D_A_trained"] * 3 <= found["D_A_naive"]
    assert found["D_P_trained"] < found["D_P_control"]
    assert abs(found["excitatory_correlation_trained"]) < 0.1
    assert found["cpu_s"] < 120


def test_the_command_writes_what_it_prints(tmp_path: Path) -> None:
    path = tmp_path / "pspm.json"
    given = ["--neurons", "20", "--steps", "300", "--iterations", "3", "--json", str(path)]
    result = CliRunner().invoke(benchmark, given)
    assert result.exit_code == 0, result.output
    written = json.loads(path.read_text())
    assert written["benchmark"] == "pspm"
    assert all(name in result.output for name in written["metrics"])
