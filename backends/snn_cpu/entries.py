"""The calls from Python into compiled code, cached under a hash of all their sources."""

from __future__ import annotations

from types import ModuleType

from snn_cpu import modules

_TEXT = """\
from numba import njit

from snn_cpu import driver, trials


@njit(nogil=True, cache=True)
def run_parts(*arguments):
    return driver.run_parts(*arguments)


@njit(nogil=True, cache=True)
def drive(*arguments):
    driver.drive(*arguments)


@njit(nogil=True, cache=True)
def present(*arguments):
    trials.present(*arguments)
"""


def entries() -> ModuleType:
    """Return the module with `run_parts`, `drive` and `present`."""
    return modules.load(_TEXT, "the driver")
