"""What all tests share: hypothesis profiles and a place for figures."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from snn.openmp import restore_threads

# In CI examples are the same on every run; first compilation may take seconds, hence no deadline.
settings.register_profile("dev", deadline=None, max_examples=30)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--figures",
        metavar="DIR",
        default=os.environ.get("SNN_FIGURES", ""),
        help="save the figures of tests in this folder (or set SNN_FIGURES)",
    )
    parser.addoption(
        "--board",
        choices=("small", "all"),
        default="small",
        help="tests that run SpiNNaker's binaries: those of seconds, or all (as -m board does)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long runs of a board to those who ask for them."""
    if config.getoption("--board") == "all" or "board" in config.getoption("-m"):
        return
    long = pytest.mark.skip(reason="a long run of a board: pytest -m board, or --board all")
    for item in items:
        board = item.get_closest_marker("board")
        if board is not None and not board.kwargs.get("small"):
            item.add_marker(long)


def pytest_runtest_setup() -> None:
    """Let tests that use `pyNN.nest` itself find NEST's threads as NEST left them."""
    restore_threads()


@pytest.fixture
def figure(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Any], Path]:
    """Return a function that saves a figure: in the folder of --figures, or to be thrown away."""
    folder = request.config.getoption("--figures")

    def save(drawn: Any, suffix: str = "") -> Path:
        place = Path(folder) if folder else tmp_path
        place.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"\W+", "_", request.node.name + suffix).strip("_")
        path = place / f"{stem}.png"
        drawn.savefig(path, dpi=200)
        return path

    return save
