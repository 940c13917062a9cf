"""How many ticks a ring buffer spans on the board, and what does not fit.

Source: ``PopulationVertex.__update_max_delay`` and ``max_delay_steps_incoming`` of sPyNNaker 7.4.1.
"""

from __future__ import annotations

from snn.cells import Cell
from snn.compiler.compiled import Compiled, CompiledProjection
from snn.errors import Problem
from snn_spinnaker.numerics.binaries import binary_of

RING_BITS = 14
NEURONS_PER_CORE = 256
"""sPyNNaker's default for neurons; a population that is smaller has them all on one core."""


def bits(count: int) -> int:
    """Return the bits that tell `count` things apart (``get_n_bits``)."""
    return max(count - 1, 0).bit_length() if count > 1 else 1


def available(cell: Cell, size: int) -> int:
    """Return the delay slots that a core of this population has room for."""
    binary = binary_of(cell)
    types = 2 if binary is None else binary.excitatory + binary.inhibitory
    return int(2 ** (RING_BITS - bits(min(size, NEURONS_PER_CORE)) - bits(types)))


def used(compiled: Compiled, post: int) -> tuple[int, int]:
    """Return (slots in use, longest delay) of a population; longer delays are extended."""
    p = compiled.populations[post]
    assert isinstance(p.model, Cell)
    delays = [int(q.delay.max()) for q in compiled.projections if q.post == post and q.delay.size]
    longest = max(delays, default=1)
    return min(2 ** bits(longest), available(p.model, p.size)), longest


def plastic_problems(compiled: Compiled, q: CompiledProjection) -> list[Problem]:
    """Name plastic delays that sPyNNaker 7.4.1 loses, or splits over two cores."""
    if not q.rules or not q.synapses:
        return []
    count, longest = int(used(compiled, q.post)[0]), int(q.delay.max())
    if longest < count:
        return []
    message = (f"must be below {count} ticks where synapses learn; got {longest} (sPyNNaker 7.4.1 "
               "loses plastic delays that use all delay slots)")  # fmt: skip
    remedy = "shorten the delay, or split the population"
    return [Problem(q.label, "delay", message, remedy)]
