"""`deploy`: what a network takes of a machine, before it runs there."""

from __future__ import annotations

from typing import Any, Protocol

from snn import engine
from snn.compiler import compile_network
from snn.errors import SnnError, raise_if
from snn.network import Network


class Mapping(Protocol):
    """Where a network lies on a machine, and what it takes; made by a backend."""

    @property
    def fits(self) -> bool:
        """Whether nothing is over a limit."""

    @property
    def metrics(self) -> dict[str, Any]:
        """``boards``, ``chips``, ``cores``, ``sdram_max``, ``routing_entries_max``, ``fits``..."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, for JSON."""

    def plot(self) -> Any:
        """Return a figure of the machine."""


def deploy(
    network: Network, *, dry_run: bool, backend: str = "spinnaker", duration: float = 1000.0,
    rates: Any = 10.0, dt: float | None = None, seed: int = 0, **options: Any,
) -> Mapping:  # fmt: skip
    """Map a network onto a machine without running it.

    Parameters
    ----------
    network : Network
        Frozen from now on.
    dry_run : bool
        Must be True: to run, call `snn.run` with the backend.
    backend : str
        One that maps, such as ``"spinnaker"``, which runs the real sPyNNaker tool chain on its
        own virtual machine.
    duration : float, ms
        For which recordings need room.
    rates : float or Result
        What neurons are expected to fire, in Hz, or a result to take it from.
    dt : float, ms, optional
    seed : int
    **options
        Of the backend.

    Raises
    ------
    SnnError
        Not a dry run, or the backend does not map.
    ValidationError
        The backend cannot have the network; lists every reason.
    """
    if not dry_run:
        raise SnnError("deploy maps and does not run: pass dry_run=True (--dry-run), or run with "
                       f"snn.run(net, duration, backend={backend!r}, host=ADDRESS)")  # fmt: skip
    found: Any = engine.backend(backend)
    if not hasattr(found, "map"):
        raise SnnError(f"backend {backend!r} has no machine to map onto; use 'spinnaker'")
    raise_if(found.check(network))
    compiled = compile_network(network, dt=dt, seed=seed, precision="float64")
    made: Mapping = found.map(compiled, duration=duration, rates=rates, **options)
    return made
