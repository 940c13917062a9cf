"""What backends and boards make of a published network, found with its example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from snn import engine
from snn.cells import Cell
from snn.compiler import compile_network
from snn.errors import SnnError, ValidationError
from snn.network import Network


def parts_of(network: Network) -> set[type]:
    """Return the classes of everything that a network is made of."""
    return set(_parts(network))


def _parts(network: Network) -> Iterator[type]:
    for population in network.populations:
        yield type(population.model)
        if isinstance(population.model, Cell):
            yield from map(type, population.model.receptors.values())
    for projection in network.projections:
        yield type(projection.connector)
        for rule in projection.synapse.rules:
            yield type(rule)
            if hasattr(rule, "dependence"):
                yield type(rule.dependence)
    yield from (type(drive.source) for drive in network.drives)


def support_of(
    example: Callable[[], Network], support: Callable[[object], dict[str, str]]
) -> dict[str, str]:
    """Return the row of a network: the worst of its parts per backend, and each board profile.

    Parameters
    ----------
    example : function
        Returns a small network of the kind.
    support : function
        Returns what each backend says of a class.
    """
    rows = {cls.__name__: support(cls) for cls in sorted(parts_of(example()), key=str)}
    found = {name: _worst({part: row[name] for part, row in rows.items()})
             for name in engine.names("snn.backends")}  # fmt: skip
    profiles = [name for name in engine.names("snn.numerics") if name != "exact"]
    return found | {f"numerics {name}": _compiles(example(), name) for name in profiles}


def _worst(row: dict[str, str]) -> str:
    """Return a refusal before a tolerance before "exact", saying whose it is."""
    for kind in ("refused: ", "tolerance: "):
        for part, says in row.items():
            if says.startswith(kind):
                return f"{kind}{part}: {says.removeprefix(kind)}"
    return "exact"


def _compiles(network: Network, profile: Any) -> str:
    try:
        compile_network(network, numerics=profile)
    except ValidationError as error:
        return f"refused: {error.problems[0]}".partition(";")[0]
    except SnnError as error:
        return f"refused: {error}"
    return "exact"
