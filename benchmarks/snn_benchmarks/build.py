"""How fast networks are built: from the declaration to the arrays of an engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import snn
from snn.compiler import Compiled

NEURONS = 10_000
SYNAPSES = 10_000_000


@dataclass(frozen=True)
class BuildRate:
    """Measured speed of one connector.

    Parameters
    ----------
    connector : str
    synapses : int
        How many were made.
    rate : float
        Synapses per second of CPU time, best of the repeats, in millions.
    bytes_per_synapse : float
        Of the compiled projection.
    """

    connector: str
    synapses: int
    rate: float
    bytes_per_synapse: float


def connectors(neurons: int, synapses: int) -> dict[str, snn.Connector]:
    """Return the connectors that are timed, of about `synapses` between `neurons` each."""
    degree = max(1, synapses // neurons)
    return {
        "fixed_probability": snn.FixedProbability(synapses / neurons**2),
        "fixed_in_degree": snn.FixedInDegree(degree),
        "fixed_out_degree": snn.FixedOutDegree(degree),
        "fixed_in_degree_multapses": snn.FixedInDegree(degree, multapses=True),
    }


def network(connector: snn.Connector, neurons: int) -> snn.Network:
    """Return two populations joined by one connector, constant weight and delay."""
    net = snn.Network(dt=0.1)
    pre = net.population(neurons, snn.LIF(), label="pre")
    post = net.population(neurons, snn.LIF(), label="post")
    net.connect(pre, post, connector, snn.Synapse(weight=0.1, delay=1.5), label="synapses")
    return net


def measure(connector: snn.Connector, *, neurons: int = NEURONS, repeats: int = 5) -> BuildRate:
    """Measure one connector, end to end: draw, weigh, delay, cut into blocks, check.

    Parameters
    ----------
    connector : Connector
    neurons : int
        Size of each of the two populations.
    repeats : int
        The best counts. A network of 10 neurons comes first and loads what is compiled.
    """
    small = connectors(10, 20)["fixed_probability"]
    snn.compile_network(network(small, 10))
    timed = [_timed(lambda k=k: _compiled(connector, neurons, k)) for k in range(repeats)]  # type: ignore[misc]
    seconds, compiled = min(timed, key=lambda pair: pair[0])
    projection = compiled.projections[0]
    stored = sum(a.nbytes for a in (projection.indptr, projection.targets, projection.weight))
    count = projection.synapses
    return BuildRate(type(connector).__name__, count, count / seconds / 1e6, stored / count)


def _compiled(connector: snn.Connector, neurons: int, seed: int) -> Compiled:
    return snn.compile_network(network(connector, neurons), seed=seed)


def _timed(build: Callable[[], Compiled]) -> tuple[float, Compiled]:
    start = time.process_time()
    made = build()
    return time.process_time() - start, made


def measure_all(neurons: int = NEURONS, synapses: int = SYNAPSES) -> dict[str, BuildRate]:
    """Measure every connector; millions of synapses a second of CPU time by name."""
    return {name: measure(made, neurons=neurons)
            for name, made in connectors(neurons, synapses).items()}  # fmt: skip
