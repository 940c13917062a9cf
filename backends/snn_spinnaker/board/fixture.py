"""Pytest fixtures: a virtual board for a test, and the marker of tests that need one.

Pytest loads this plugin wherever the package is installed (entry point ``pytest11``), so it
imports the board only when a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from snn_spinnaker.board.process import VirtualBoard


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker ``board``."""
    config.addinivalue_line(
        "markers", "board: needs the extra 'board' (sPyNNaker and unicorn) and runs real binaries"
    )


@pytest.fixture
def virtual_board(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VirtualBoard]:
    """Give a running four-chip board for which sPyNNaker is configured.

    Reports of sPyNNaker go to the test's temporary folder. Indirect parameters choose another
    version: ``@pytest.mark.parametrize("virtual_board", [5], indirect=True)``. Without the extra
    the test is skipped.
    """
    for package in ("unicorn", "spynnaker"):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed: pip install 'snn-spinnaker[board]'")
    from snn_spinnaker.board.process import VirtualBoard

    monkeypatch.chdir(tmp_path)
    with VirtualBoard(getattr(request, "param", 3)) as board:
        yield board
