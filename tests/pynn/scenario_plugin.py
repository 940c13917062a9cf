"""A pytest plugin that puts `snn.pynn` under PyNN's own scenarios.

PyNN's tests are not part of its wheel. From the repository's root:

    python -m pip download --no-binary :all: --no-deps --dest FOLDER PyNN==0.13.0
    tar -xf FOLDER/pynn-0.13.0.tar.gz -C FOLDER
    PYTHONPATH=tests/pynn python -m pytest -p scenario_plugin -c /dev/null \
        FOLDER/pynn-0.13.0/test/system/scenarios
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyNN
import pytest

import snn.pynn


def pytest_configure(config: pytest.Config) -> None:
    sys.modules["pyNN.snn"] = snn.pynn
    pyNN.snn = snn.pynn
    folder = next(Path(a) for a in config.args if "scenarios" in str(a))
    root = next(p for p in (folder, *folder.parents) if p.name == "scenarios").parents[1]
    sys.path.insert(0, str(root))
    from system.scenarios import fixtures

    def with_ours(*_: str) -> Any:
        ours = pytest.param(fixtures.LazySimulator("snn"), id="snn")
        return pytest.mark.parametrize("sim", [ours])

    fixtures.run_with_simulators = with_ours
