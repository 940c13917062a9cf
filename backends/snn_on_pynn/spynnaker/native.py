"""Connectors that the board expands itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from snn.compiler import CompiledProjection
from snn.connectors import AllButSelf, AllToAll, FixedProbability, OneToOne
from snn.distributions import Normal, Uniform
from snn.network import Population, Projection


def connector(sim: Any, declared: Projection, q: CompiledProjection, drawn: bool) -> Any:
    """Return sPyNNaker's own connector with its synapse's arguments, None to send a list.

    Parameters
    ----------
    drawn : bool
        Whether the board may draw connections, weights and delays again.

    Returns
    -------
    (connector, dict) or None
    """
    whole = isinstance(declared.pre, Population) and isinstance(declared.post, Population)
    if not whole or q.rules or q.axonal:
        return None
    found = _deterministic(sim, declared.connector)
    if found is None and drawn and isinstance(declared.connector, FixedProbability):
        own = declared.connector
        found = sim.FixedProbabilityConnector(
            float(own.p), allow_self_connections=bool(own.self_connections)
        )
    arguments = {"weight": _value(declared.synapse.weight, drawn),
                 "delay": _value(declared.synapse.delay, drawn)}  # fmt: skip
    if found is None or None in arguments.values():
        return None
    return found, arguments


def _deterministic(sim: Any, declared: Any) -> Any:
    made = {AllToAll: lambda: sim.AllToAllConnector(), OneToOne: lambda: sim.OneToOneConnector(),
            AllButSelf: lambda: sim.AllToAllConnector(allow_self_connections=False)}  # fmt: skip
    build = made.get(type(declared))
    return build() if build else None


def _value(values: Any, drawn: bool) -> Any:
    """Return a number, or a distribution of PyNN's where the board may draw; else None."""
    if isinstance(values, int | float) and np.isfinite(values):
        return float(values)
    if not drawn:
        return None
    from pyNN.random import RandomDistribution

    if isinstance(values, Uniform):
        return RandomDistribution("uniform", low=float(values.low), high=float(values.high))
    if isinstance(values, Normal):
        shape = {"mu": float(values.mean), "sigma": float(values.std)}
        if np.isinf(values.low) and np.isinf(values.high):
            return RandomDistribution("normal", **shape)
        return RandomDistribution("normal_clipped", **shape, low=values.low, high=values.high)
    return None
