"""What a network takes of SpiNNaker: the report of step "map"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from snn_on_pynn.spynnaker.costs import CLOCK, DTCM, ITCM

ROUTER = 1_023
"""Entries of a chip's routing table."""
BUSY = 0.8
"""Share of a tick's cycles from which on a core is called too full: SDRAM comes on top."""


@dataclass(frozen=True, kw_only=True)
class Core:
    """One core of the mapping.

    Parameters
    ----------
    x, y, p : int
        Chip and core.
    label, program : str
        Population and binary.
    neurons : int
    sdram, matrix : int
        Bytes of SDRAM in all, and of the synaptic matrix.
    itcm, dtcm : int
        Bytes of instruction and data memory; data memory is estimated (0: not known).
    cycles : float
        Expected in an average tick (0: not known).
    """

    x: int
    y: int
    p: int
    label: str
    program: str
    neurons: int
    sdram: int
    matrix: int = 0
    itcm: int = 0
    dtcm: int = 0
    cycles: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One chip of the mapping.

    Parameters
    ----------
    x, y : int
    board : str
        Coordinates of the board's first chip.
    sdram, sdram_free : int
        Bytes that the network takes, and that are there for it.
    entries, compressed : int
        Entries of the routing table, before and after compression.
    """

    x: int
    y: int
    board: str
    sdram: int
    sdram_free: int
    entries: int
    compressed: int


@dataclass(frozen=True, kw_only=True)
class BoardMapping:
    """Where a network lies on SpiNNaker, and what it takes.

    Parameters
    ----------
    chips, cores : tuple
        That the network uses.
    budget : float
        Cycles of a tick.
    duration : float, ms
        For which recordings were given room.
    refused : tuple of (what, remedy)
        What the tool chain could not place.
    logs : str
        Folder with the reports of the tool chain.
    rate : str
        Which rates the load is expected for.
    machine : sequence of (x, y)
        All chips of the boards.
    """

    chips: tuple[Chip, ...] = ()
    cores: tuple[Core, ...] = ()
    budget: float = float(CLOCK)
    duration: float = 0.0
    refused: tuple[tuple[str, str], ...] = ()
    logs: str = ""
    rate: str = ""
    machine: Sequence[tuple[int, int]] = field(default=(), repr=False)

    @property
    def metrics(self) -> dict[str, Any]:
        """The numbers under their stable names."""
        return {
            "boards": len({c.board for c in self.chips}), "chips": len(self.chips),
            "cores": len(self.cores),
            "sdram_max": max((c.sdram for c in self.chips), default=0),
            "routing_entries_max": max((c.compressed for c in self.chips), default=0),
            "load_max": max((c.cycles for c in self.cores), default=0.0) / self.budget,
            "dtcm_max": max((c.dtcm for c in self.cores), default=0),
            "itcm_max": max((c.itcm for c in self.cores), default=0),
            "matrix_bytes": sum(c.matrix for c in self.cores), "fits": self.fits,
        }  # fmt: skip

    @property
    def fits(self) -> bool:
        """Whether nothing is over a limit."""
        return not self.misfits

    @property
    def misfits(self) -> tuple[tuple[str, str], ...]:
        """What does not fit, and what to change."""
        return (*self.refused, *self._over())

    def _over(self) -> Iterator[tuple[str, str]]:
        for chip in self.chips:
            if chip.compressed > ROUTER:
                yield (f"chip ({chip.x}, {chip.y}) needs {chip.compressed} routing entries of "
                       f"{ROUTER}", "join populations that have the same targets")  # fmt: skip
            if chip.sdram > chip.sdram_free:
                yield (f"chip ({chip.x}, {chip.y}) needs {chip.sdram:,} of {chip.sdram_free:,} B "
                       "SDRAM", "fewer neurons per core, or record less")  # fmt: skip
        for label, fullest in self._fullest():
            yield from _crowded(label, fullest, self.budget)

    def _fullest(self) -> Iterator[tuple[str, Core]]:
        """Yield the core with the most to do of each population."""
        groups: dict[str, list[Core]] = {}
        for core in self.cores:
            groups.setdefault(core.label, []).append(core)
        for label, own in groups.items():
            yield label, max(own, key=lambda c: (c.cycles, c.dtcm, c.neurons))

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        m = self.metrics
        yield (f"boards {m['boards']}, chips {m['chips']}, cores {m['cores']}; fullest chip: "
               f"{m['sdram_max']:,} B SDRAM, {m['routing_entries_max']} of {ROUTER} routing "
               "entries")  # fmt: skip
        yield ""
        yield (f"{'population':<20} {'program':<28} {'cores':>5} {'neurons':>7} {'matrix/kB':>9} "
               f"{'ITCM free':>9} {'DTCM free':>9} {'load':>6}")  # fmt: skip
        for label, core in self._fullest():
            own = [c for c in self.cores if c.label == label]
            yield _row(label, core, own, self.budget)
        yield ""
        if self.rate:
            yield f"load: average tick, {self.rate}; SDRAM and packet network are not in it"
        yield from (f"does not fit: {what}\n      change: {cure}" for what, cure in self.misfits)
        if self.fits:
            yield "fits"

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, for JSON."""
        return {
            "metrics": self.metrics, "duration": self.duration, "budget": self.budget,
            "chips": [asdict(c) for c in self.chips], "cores": [asdict(c) for c in self.cores],
            "misfits": [{"what": what, "change": cure} for what, cure in self.misfits],
            "logs": self.logs,
        }  # fmt: skip

    def plot(self) -> Any:
        """Return a figure of the board, its chips coloured by the load of their cores."""
        from snn_on_pynn.spynnaker.picture import board_figure

        return board_figure(self)


def _crowded(label: str, core: Core, budget: float) -> Iterator[tuple[str, str]]:
    if core.dtcm > DTCM:
        half = max(core.neurons // 2, 1)
        yield (f"{label}: a core needs about {core.dtcm:,} of {DTCM:,} B data memory",
               f"neurons_per_core={{{label!r}: {half}}}, or shorter delays")  # fmt: skip
    if core.itcm > ITCM:
        yield f"{label}: {core.program} has {core.itcm:,} of {ITCM:,} B code", "another rule"
    share = core.cycles / budget
    if share > BUSY:
        fewer = max(int(core.neurons * BUSY / share), 1)
        yield (f"{label}: a core needs about {share:.0%} of an average tick",
               f"neurons_per_core={{{label!r}: {fewer}}}, or time_scale_factor="
               f"{int(share / BUSY) + 1}")  # fmt: skip


def _row(label: str, core: Core, own: Sequence[Core], budget: float) -> str:
    matrix = sum(c.matrix for c in own) / 1000
    code = f"{ITCM - core.itcm:,}" if core.itcm else "-"
    data = f"{DTCM - core.dtcm:,}" if core.dtcm else "-"
    load = f"{core.cycles / budget:.0%}" if core.cycles else "-"
    return (f"{label:<20.20} {core.program:<28.28} {len(own):>5} {core.neurons:>7} "
            f"{matrix:>9,.1f} {code:>9} {data:>9} {load:>6}")  # fmt: skip


def by_chip(cores: Sequence[Core]) -> Mapping[tuple[int, int], list[Core]]:
    """Return the cores of each chip."""
    found: dict[tuple[int, int], list[Core]] = {}
    for core in cores:
        found.setdefault((core.x, core.y), []).append(core)
    return found
