"""Collect everything that is wrong with a network before anything is compiled."""

from __future__ import annotations

from snn.errors import Problem
from snn.network import Network


def check(network: Network, dt: float, precision: str, numerics: str) -> list[Problem]:
    """Return every problem of the network."""
    return []
