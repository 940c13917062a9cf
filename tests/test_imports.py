"""What may import what, and what `import snn` must not pull in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_import_snn_is_light() -> None:
    code = (
        "import sys, snn;"
        "heavy = {'numba', 'matplotlib', 'h5py', 'pyNN', 'brian2', 'nest', 'pandas', 'neo',"
        " 'snn_cpu', 'snn_reference', 'snn_spinnaker', 'snn_models', 'snn_benchmarks'};"
        "found = heavy & set(sys.modules); assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_layers_are_kept() -> None:
    """The contracts are in pyproject.toml."""
    command = Path(sys.executable).parent / "lint-imports"
    outcome = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stdout
