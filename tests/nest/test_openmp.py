"""Parallel loops of numba start threads in the OpenMP library that NEST brings along."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import nest
import numpy as np
from numba import njit, prange

import snn
from snn.openmp import restore_threads


@njit(parallel=True)
def total(x):
    found = 0.0
    for i in prange(x.size):
        found += x[i]
    return found


total(np.ones(100))
{use}
print("alive")
"""
OURS = """
net = snn.Network(dt=0.1)
cell = net.population(1, snn.LIF(i_offset=1.0), label="cell")
net.record(cell, "spikes")
assert snn.run(net, 100.0, backend="nest")["cell"].counts() == 3
"""


def outcome(use: str) -> subprocess.CompletedProcess[str]:
    threads = {"NUMBA_THREADING_LAYER": "omp", "NUMBA_NUM_THREADS": "4", "PYNEST_QUIET": "1"}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(use=use)],
        capture_output=True, text=True, check=False, env={**os.environ, **threads},
    )  # fmt: skip


@pytest.mark.parametrize("use", [OURS, "restore_threads()\nnest.ResetKernel()"])
def test_nest_runs_after_a_parallel_loop(use: str) -> None:
    done = outcome(use)
    assert done.stdout.split()[-1:] == ["alive"], (done.returncode, done.stderr)


def test_without_the_remedy_nest_crashes() -> None:
    """What `snn.openmp` is for; when this fails, NEST or numba no longer need it."""
    assert outcome("nest.ResetKernel()").returncode < 0
