"""Set-up, running and queries."""

from __future__ import annotations

from typing import Any

from pyNN import common
from pyNN.common.control import DEFAULT_MIN_DELAY, DEFAULT_TIMESTEP
from pyNN.recording import get_io

from snn import Network
from snn.pynn import simulator
from snn.pynn.declaration import declare
from snn.pynn.settings import from_keywords


def setup(
    timestep: float = DEFAULT_TIMESTEP, min_delay: float | str = DEFAULT_MIN_DELAY,
    **extra_params: Any,
) -> int:  # fmt: skip
    """Begin a network; any existing one is forgotten.

    Parameters
    ----------
    timestep : float, ms
    min_delay : float or "auto", ms
    **extra_params
        ``max_delay``, and those of `snn.pynn.settings.Settings`: ``backend``, ``numerics``,
        ``precision``, ``seed``, ``dialect``, ``spike_precision``, ``threads``, ``sleep``; those
        of a backend: ``target`` of Brian2; ``host``, ``virtual`` and the like of SpiNNaker.
        Others, meant for other simulators, are ignored.

    Returns
    -------
    int
        The rank of this process: 0.
    """
    given = {**extra_params, **simulator.state.prescribed}
    common.setup(timestep, min_delay, **extra_params)
    simulator.state.begin(from_keywords(timestep, min_delay, given))
    return simulator.state.mpi_rank


def end(compatible_output: bool = True) -> None:
    """Write the files that `record` was asked for."""
    waiting, simulator.state.write_on_end = simulator.state.write_on_end, []
    for population, variables, filename in waiting:
        population.write_data(get_io(filename), variables)


_run, _run_until = common.build_run(simulator)


def run(simtime: float, callbacks: Any = None) -> float:
    """Advance by `simtime` ms and return the time reached.

    Parameters
    ----------
    simtime : float, ms
    callbacks : list of callables, optional
        Each is given the time and returns when it wants to be called again, in ms.
    """
    simulator.state.expect(simtime)
    return float(_run(simtime, callbacks))


def run_until(time_point: float, callbacks: Any = None) -> float:
    """Advance to `time_point` ms and return the time reached; callbacks as for `run`."""
    simulator.state.expect(time_point - simulator.state.t)
    return float(_run_until(time_point, callbacks))


run_for = run
reset = common.build_reset(simulator)
initialize = common.initialize

(
    get_current_time, get_time_step, get_min_delay, get_max_delay, num_processes, rank
) = common.build_state_queries(simulator)  # fmt: skip


def as_network(duration: float = 1000.0) -> Network:
    """Return what was declared so far as a network of the language.

    Parameters
    ----------
    duration : float, ms
        How far time-varying input must reach.

    Returns
    -------
    Network
        For `snn.check`, `snn.deploy`, `snn.compare` or `snn.run`.
    """
    steps = int(round(duration / simulator.state.dt))
    return declare(simulator.state, 0, steps).network
