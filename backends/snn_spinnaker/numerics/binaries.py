"""Which of the board's binaries runs a cell with its receptors."""

from __future__ import annotations

from dataclasses import dataclass

from snn.cells import LIF, Cell, Izhikevich
from snn.receptors import ConductanceExp, CurrentAlpha, CurrentExp, CurrentPulse, Receptor

EXCITATORY, INHIBITORY = "excitatory", "inhibitory"


@dataclass(frozen=True)
class Binary:
    """A compiled program of sPyNNaker 7.4.1.

    Parameters
    ----------
    name : str
        Class in `pyNN.spiNNaker` (or its ``extra_models``).
    excitatory, inhibitory : int
        How many receptors of each kind it has.
    """

    name: str
    cell: type[Cell]
    receptor: type[Receptor]
    excitatory: int = 1
    inhibitory: int = 1


BINARIES = (
    Binary("IF_curr_exp", LIF, CurrentExp),
    Binary("IF_curr_alpha", LIF, CurrentAlpha),
    Binary("IF_curr_delta", LIF, CurrentPulse),
    Binary("IF_cond_exp", LIF, ConductanceExp),
    Binary("extra_models.IF_curr_dual_exp", LIF, CurrentExp, excitatory=2),
    Binary("Izhikevich", Izhikevich, CurrentExp),
    Binary("extra_models.Izhikevich_cond", Izhikevich, ConductanceExp),
)


def kinds(cell: Cell) -> dict[str, str]:
    """Return of which kind each receptor is, by sign; conductances by reversal potential.

    A conductance is inhibitory where its sign is -1 or its reversal potential lies below the
    resting potential (for Izhikevich's neuron, below -60 mV).
    """
    return {name: _kind(cell, receptor) for name, receptor in cell.receptors.items()}


def _kind(cell: Cell, receptor: Receptor) -> str:
    if receptor.sign < 0:
        return INHIBITORY
    if isinstance(receptor, ConductanceExp) and _mean(receptor.e_rev) < _rest(cell):
        return INHIBITORY
    return EXCITATORY


def _rest(cell: Cell) -> float:
    return _mean(cell.v_rest) if isinstance(cell, LIF) else -60.0


def _mean(values: object) -> float:
    import numpy as np

    from snn.distributions import Distribution

    found = values.support() if isinstance(values, Distribution) else values
    return float(np.mean(np.asarray(found, float)))


def binary_of(cell: Cell) -> Binary | None:
    """Return the smallest binary that has the cell and its receptors, None without one."""
    found = [b for b in BINARIES if type(cell) is b.cell and _has(b, cell)]
    return found[0] if found else None


def _has(binary: Binary, cell: Cell) -> bool:
    if any(type(receptor) is not binary.receptor for receptor in cell.receptors.values()):
        return False
    counted = list(kinds(cell).values())
    return (counted.count(EXCITATORY) <= binary.excitatory
            and counted.count(INHIBITORY) <= binary.inhibitory)  # fmt: skip


def refusal(cell: Cell) -> str:
    """Say why no binary runs a cell, and which there are."""
    own = ", ".join(type(r).__name__ for r in cell.receptors.values()) or "no receptor"
    known = "; ".join(f"{b.name}: {b.cell.__name__} with {b.excitatory} + {b.inhibitory} "
                      f"{b.receptor.__name__}" for b in BINARIES)  # fmt: skip
    return f"{type(cell).__name__} with {own} has no binary on the board; there are {known}"
