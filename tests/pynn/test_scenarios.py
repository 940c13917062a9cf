"""PyNN's own scenarios under this front end.

They are in PyNN's source distribution only; SNN_PYNN_SOURCE names the folder it was
unpacked to (docs/pynn.md).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyNN", reason="PyNN is not installed")

HERE = Path(__file__).parent
SOURCE = os.environ.get("SNN_PYNN_SOURCE", "")
REFUSED = {"test_simple_stochastic_synapse"}
"""Scenarios that need synapses which fail at random."""


@pytest.mark.slow
@pytest.mark.skipif(not SOURCE, reason="SNN_PYNN_SOURCE does not name PyNN's sources")
def test_scenarios_pass(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "pytest", "-p", "scenario_plugin", "-p", "no:cacheprovider", "-q",
        "-rA", "-c", os.devnull, str(Path(SOURCE).resolve() / "test" / "system" / "scenarios"),
    ]  # fmt: skip
    path = os.pathsep.join([str(HERE), *sys.path])
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True,
        text=True,
    )  # fmt: skip
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S*::(\w+)", done.stdout, re.M))
    passed = re.findall(r"^PASSED \S*::(\w+)", done.stdout, re.M)
    assert failed == REFUSED, done.stdout[-5000:]
    assert len(passed) >= 64
