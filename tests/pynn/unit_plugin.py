"""A pytest plugin that puts `snn.pynn` in the place of `pyNN.mock` under PyNN's own unit tests.

PYTHONPATH=tests/pynn python -m pytest -p unit_plugin -c /dev/null FILES
"""

from __future__ import annotations

import sys

import pyNN
import pytest

import snn.pynn


def pytest_configure(config: pytest.Config) -> None:
    sys.modules["pyNN.mock"] = snn.pynn
    pyNN.mock = snn.pynn
