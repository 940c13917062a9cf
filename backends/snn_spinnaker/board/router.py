"""A chip's router: its multicast table, allocation of entries, and diagnostic counters.

Source: *SpiNNaker Datasheet* chapter 10; the copy of the table in SDRAM (``rtr_copy``) has the
layout that SpiNNMan's ``get_multicast_routes`` reads.
"""

from __future__ import annotations

import struct

from snn_spinnaker.board.memory import ChipMemory

TABLE_ENTRIES = 1024
#: Entry 0 stays with the system, as after boot.
FIRST_ENTRY = 1
ENTRY = struct.Struct("<HHIII")
UNUSED = (0xFF000000, 0xFFFFFFFF, 0x00000000)
REGISTERS = 0xE1000000
COUNTERS = REGISTERS + 0x300
COUNTER_CONTROL = REGISTERS + 0x2C
P2P_TABLE = REGISTERS + 0x10000

#: Diagnostic counters in the order that SCAMP's default filters give them.
COUNT_LOCAL = 0
COUNT_EXTERNAL = 1
COUNT_DUMPED = 8


class Router:
    """The router of one chip.

    Parameters
    ----------
    memory : ChipMemory
        The chip's memories.
    copy : int
        Address of the table's copy in SDRAM, which the host reads.
    """

    def __init__(self, memory: ChipMemory, copy: int) -> None:
        self._memory = memory
        self._copy = copy
        self.fixed_route = 0
        #: Number of changes; whoever caches routes compares it.
        self.version = 0
        self.entries: dict[int, tuple[int, int, int]] = {}
        self._blocks: dict[int, tuple[int, int]] = {}
        self.clear()

    def clear(self) -> None:
        """Forget all entries."""
        self.entries.clear()
        self._blocks.clear()
        for index in range(TABLE_ENTRIES + 1):
            self._write_copy(index, 0, UNUSED)
        self.version += 1

    def _write_copy(self, index: int, application: int, entry: tuple[int, int, int]) -> None:
        route, key, mask = entry
        packed = ENTRY.pack(0, application, route, key, mask)
        self._memory.write(self._copy + ENTRY.size * index, packed)

    def write_p2p(self, words: list[int]) -> None:
        """Write the point-to-point table."""
        self._memory.write(P2P_TABLE, struct.pack(f"<{len(words)}I", *words))

    @property
    def free_entries(self) -> int:
        """Entries that are not allocated."""
        return TABLE_ENTRIES - FIRST_ENTRY - sum(size for size, _ in self._blocks.values())

    def allocate(self, count: int, application: int) -> int:
        """Return the first of ``count`` entries, 0 when there is no such gap."""
        if count < 1:
            return 0
        start = FIRST_ENTRY
        for taken in sorted(self._blocks):
            if taken - start >= count:
                break
            start = taken + self._blocks[taken][0]
        if start + count > TABLE_ENTRIES:
            return 0
        self._blocks[start] = (count, application)
        return start

    def load(self, address: int, count: int, first: int, application: int) -> bool:
        """Copy entries from memory into the table; False if they do not fit."""
        if not 0 < first + count <= TABLE_ENTRIES:
            return False
        content = self._memory.read(address, ENTRY.size * count)
        for number, fields in enumerate(ENTRY.iter_unpack(content)):
            route, key, mask = fields[2:]
            self.entries[first + number] = (key, mask, route)
            self._write_copy(first + number, application, (route, key, mask))
        self.entries = dict(sorted(self.entries.items()))
        self.version += 1
        return True

    def release_application(self, application: int) -> int:
        """Free an application's entries; return how many blocks there were."""
        owned = [start for start, block in self._blocks.items() if block[1] == application]
        for start in owned:
            count, _ = self._blocks.pop(start)
            for index in range(start, start + count):
                self.entries.pop(index, None)
                self._write_copy(index, 0, UNUSED)
        self.version += bool(owned)
        return len(owned)

    def lookup(self, key: int) -> int | None:
        """Return the route word of the first entry that matches a key."""
        for entry_key, mask, route in self.entries.values():
            if key & mask == entry_key:
                return route
        return None

    def count(self, counter: int, packets: int) -> None:
        """Add to a diagnostic counter."""
        address = COUNTERS + 4 * counter
        self._memory.set_word(address, self._memory.word(address) + packets)

    def write_counter_control(self, value: int) -> None:
        """Clear the counters whose low bits are set, as the register does."""
        for counter in range(16):
            if value >> counter & 1:
                self._memory.set_word(COUNTERS + 4 * counter, 0)
        self._memory.set_word(COUNTER_CONTROL, value & 0xFFFF0000)
