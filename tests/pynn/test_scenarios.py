"""PyNN's own scenarios and unit tests, with this front end under them (docs/pynn.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyNN", reason="PyNN is not installed")

UNIT_TESTS = ("assembly", "connectors_serial", "population", "populationview", "projection")
"""Those that use `pyNN.mock`, but for those of connectors in parallel, which pretend to be one
of two MPI processes."""

PRETENDED = {
    "test_get_multiple_params_no_gather",
    "test_set_random_distribution_parallel_safe",
    "test_set_random_distribution_parallel_unsafe",
}
"""Unit tests that pretend to be one of two MPI processes."""

INVENTED = {
    "test_get_data_with_gather",
    "test_get_spike_counts",
    "test_get_spikes_with_gather",
    "test_mean_spike_count",
}
"""Unit tests that expect the two spikes which `pyNN.mock` invents for every cell."""


@pytest.mark.slow
def test_scenarios_pass(pynn_source: Path, run_theirs: Callable[..., Any]) -> None:
    """All of them: of cells with a morphology there is one, which skips itself."""
    folder = pynn_source / "test" / "system" / "scenarios"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))
    written = re.findall(r"^def (test_\w+)", text, re.M)
    outcome = run_theirs("scenario_plugin", [folder])
    assert not outcome.failed, outcome.text
    assert outcome.skipped == 1
    assert len(outcome.passed) == len(written) - 1 >= 65


@pytest.mark.slow
def test_unit_tests_pass(pynn_source: Path, run_theirs: Callable[..., Any]) -> None:
    folder = pynn_source / "test" / "unittests"
    outcome = run_theirs("unit_plugin", [folder / f"test_{name}.py" for name in UNIT_TESTS])
    assert set(outcome.failed) == PRETENDED | INVENTED, outcome.text
    assert len(outcome.failed) == 11
    assert len(outcome.passed) >= 209
