"""NEST for the tests: a failure where it should be installed, a reason where it need not be."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

import pytest


@pytest.fixture(scope="session", autouse=True)
def nest() -> None:
    """Skip only where the extra `nest` is not installed at all; broken is a failure."""
    try:
        distribution("nest-simulator")
    except PackageNotFoundError:
        pytest.skip("NEST is not installed: pip install 'snn-spinnaker[nest]'")
