"""NEST for the tests: a failure where it should be installed, a reason where it need not be."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


@pytest.fixture(scope="session")
def nest_module() -> Any:
    """Return NEST; skip only where the extra `nest` is not installed at all."""
    if not _installed("nest-simulator"):
        pytest.skip("NEST is not installed: pip install 'snn-spinnaker[nest]'")
    # Installed but broken is a failure, so this import is not guarded.
    import nest

    return nest


@pytest.fixture
def nest(nest_module: Any) -> Any:
    """Return NEST with an empty kernel."""
    nest_module.verbosity = nest_module.VerbosityLevel.ERROR
    nest_module.ResetKernel()
    return nest_module
