"""How hard the cores worked: an estimate of what a real board would feel.

The board executes every instruction but gives each tick all the time that it needs. What a real
ARM968 would need is estimated from the counted instructions and branches: one cycle per
instruction, two more per block for the pipeline refill. Waiting for SDRAM or for the packet
network is not in it, so the estimate is a lower bound: above the budget a real board overruns,
well below it most likely does not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from snn_spinnaker.board.addresses import CLOCK_HZ, DTCM_BASE, DTCM_SIZE

#: Packets that sPyNNaker's buffer for incoming spikes holds by default.
SPIKE_BUFFER = 256
#: Share of the budget from which on a warning is given: what is left out of the estimate
#: (SDRAM, packet network) took up to a fifth of the time in the applications looked at.
BUSY_SHARE = 0.8
IDEAL = "ideal board: no congestion, no lost packets, no overrun, cores tick together"
IDEAL_NOTE = f"{IDEAL}; the load is estimated from instruction counts"


@dataclass(frozen=True, kw_only=True)
class CoreLoad:
    """What one core did from its application's start on.

    Attributes
    ----------
    x, y, core : int
        Where it is.
    name : str
        The application.
    ticks : int
        Timer interrupts.
    budget : int
        Cycles of one tick at 200 MHz; 0 for an application without a timer.
    instructions : int
        Executed in all, loading and set-up included.
    cycles_mean, cycles_max : float, int
        Estimated cycles of a tick.
    overruns : int
        Ticks whose estimate exceeds the budget.
    dtcm_used : int
        Bytes of data memory in use: variables, stacks and heap; 0 if there is no heap.
    packets_in_max, packets_out_max : int
        Most packets in one tick.
    """

    x: int
    y: int
    core: int
    name: str
    ticks: int
    budget: int
    instructions: int
    cycles_mean: float
    cycles_max: int
    overruns: int
    dtcm_used: int
    packets_in_max: int
    packets_out_max: int

    @property
    def share(self) -> float:
        """Fullest tick as a share of its budget."""
        return self.cycles_max / self.budget if self.budget else 0.0

    @property
    def place(self) -> str:
        """Core, chip and application, as a sentence has them."""
        return f"core {self.core} of chip ({self.x}, {self.y}), {self.name}"

    def warnings(self) -> list[str]:
        """Return what a real board would have trouble with, one sentence each."""
        where = self.place
        found = []
        if self.overruns:
            found.append(
                f"{where}: a real board would overrun in at least {self.overruns} of {self.ticks} "
                f"ticks (up to {self.cycles_max} of {self.budget} cycles); fewer neurons per core, "
                "more synapse cores, or a larger time_scale_factor help"
            )
        elif self.share > BUSY_SHARE:
            found.append(
                f"{where}: its fullest tick needs at least {self.share:.0%} of the time of a real "
                "core; SDRAM access comes on top"
            )
        if self.packets_in_max > SPIKE_BUFFER:
            found.append(
                f"{where}: {self.packets_in_max} packets came in one tick; sPyNNaker's buffer for "
                f"incoming spikes holds {SPIKE_BUFFER} by default (incoming_spike_buffer_size)"
            )
        return found


def heap_free_bytes(data: bytes) -> int:
    """Return the free bytes of the heap in a core's data memory, -1 if there is none.

    The heap's head is recognised by its second word, which points right behind it, and by two
    more that fit; its place depends on the application.
    """
    words = struct.unpack(f"<{len(data) // 4}I", data)
    for index in range(len(words) - 4):
        here = DTCM_BASE + 4 * index
        if words[index + 1] == here + 16 and here < words[index + 2] < DTCM_BASE + DTCM_SIZE:
            free = words[index + 3]
            if free <= words[index + 2] - words[index + 1]:
                return int(free)
    return -1


def dtcm_used(data: bytes) -> int:
    """Return how many bytes of a core's data memory are taken, 0 if it has no heap."""
    free = heap_free_bytes(data)
    return DTCM_SIZE - free if free >= 0 else 0


def core_load(position: tuple[int, int], name: str, record: Any, data: bytes) -> CoreLoad:
    """Return the load of a core from its record and its data memory."""
    complete = max(int(record.ticks) - 1, 1)
    return CoreLoad(
        x=position[0],
        y=position[1],
        core=int(record.number),
        name=name,
        ticks=int(record.ticks),
        budget=int(record.timer_period) if record.ticks else 0,
        instructions=int(record.instructions),
        cycles_mean=round(int(record.tick_cycles_sum) / complete, 1),
        cycles_max=int(record.tick_cycles_max),
        overruns=int(record.overruns),
        dtcm_used=dtcm_used(data),
        packets_in_max=max(int(record.tick_in_max), int(record.tick_in)),
        packets_out_max=max(int(record.tick_out_max), int(record.tick_out)),
    )


def from_report(entries: Iterable[dict[str, Any]]) -> list[CoreLoad]:
    """Return the loads that a report carries."""
    return [CoreLoad(**entry) for entry in entries]


def to_report(loads: Iterable[CoreLoad]) -> list[dict[str, Any]]:
    """Return loads in the form of a report."""
    return [asdict(load) for load in loads]


def remarks(loads: Iterable[CoreLoad]) -> list[str]:
    """Return what a result should carry of a run: the kind of board, the fullest core, warnings.

    Examples
    --------
    >>> remarks([])
    ['ideal board: no congestion, no lost packets, no overrun, cores tick together']
    """
    known = list(loads)
    found = [IDEAL]
    timed = [load for load in known if load.budget]
    if timed:
        full, wide = max(timed, key=lambda x: x.share), max(timed, key=lambda x: x.dtcm_used)
        found.append(
            f"estimated load of a real board: {len(timed)} cores, the fullest {full.place} with "
            f"{full.share:.1%} of a tick; data memory up to {wide.dtcm_used} of {DTCM_SIZE} bytes"
        )
    return found + [warning for load in known for warning in load.warnings()]


def load_table(loads: Iterable[CoreLoad]) -> str:
    """Return a table of loads, fullest first, with the warnings below."""
    ordered = sorted(loads, key=lambda load: (-load.share, load.x, load.y, load.core))
    lines = [
        f"estimate for a real board at {CLOCK_HZ // 1_000_000} MHz ({IDEAL_NOTE})",
        "chip  core application       ticks  cycles/tick mean     max  of budget  "
        "DTCM    packets in/out per tick",
    ]
    for load in ordered:
        lines.append(
            f"{load.x},{load.y}   {load.core:4d} {load.name:<16} {load.ticks:6d} "
            f"{load.cycles_mean:17.0f} {load.cycles_max:7d} {load.share:9.1%} "
            f"{load.dtcm_used:6d} {load.packets_in_max:13d} / {load.packets_out_max}"
        )
    lines += [f"warning: {warning}" for load in ordered for warning in load.warnings()]
    return "\n".join(lines)
