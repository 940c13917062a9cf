"""PyNN's own tests: they are in its source distribution, not in its wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What a run of pytest said: names of tests, without file, class and parameters."""

    passed: list[str]
    failed: list[str]
    skipped: int
    text: str


@pytest.fixture(scope="session")
def pynn_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return PyNN's unpacked sources, of the version that is installed.

    ``SNN_PYNN_SOURCE`` names the folder; without it pip is asked for the source
    distribution (0.5 MB).
    """
    if given := os.environ.get("SNN_PYNN_SOURCE"):
        return Path(given).resolve()
    try:
        name = f"PyNN=={version('PyNN')}"
    except PackageNotFoundError:
        pytest.skip("PyNN is not installed")
    folder = tmp_path_factory.mktemp("pynn")
    command = [sys.executable, "-m", "pip", "download", "--no-binary", ":all:", "--no-deps",
               "--disable-pip-version-check", "--dest", str(folder), name]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"pip cannot fetch the sources of {name}, and SNN_PYNN_SOURCE is not set")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


@pytest.fixture
def run_theirs(tmp_path: Path, pynn_source: Path) -> Callable[..., Outcome]:
    """Return a function that runs tests of PyNN in a process of their own, with a plugin."""

    def run(plugin: str, files: Sequence[Path]) -> Outcome:
        command = [sys.executable, "-m", "pytest", "-p", plugin, "-p", "no:cacheprovider", "-q",
                   "-rA", "-c", os.devnull, *map(str, files)]  # fmt: skip
        path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        said = {kind: re.findall(rf"^{kind} \S*::(\w+)", done.stdout, re.M)
                for kind in ("PASSED", "FAILED", "ERROR")}  # fmt: skip
        skipped = sum(map(int, re.findall(r"^SKIPPED \[(\d+)\]", done.stdout, re.M)))
        text = done.stdout[-8000:] + done.stderr[-2000:]
        return Outcome(said["PASSED"], said["FAILED"] + said["ERROR"], skipped, text)

    return run
