"""Brian2 for the tests: a failure where it should be installed, a reason where it need not be."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

import pytest


@pytest.fixture(scope="session", autouse=True)
def brian2() -> None:
    """Skip only where the extra `brian2` is not installed at all; broken is a failure."""
    try:
        distribution("brian2")
    except PackageNotFoundError:
        pytest.skip("Brian2 is not installed: pip install 'snn-spinnaker[brian2]'")
