"""The memories of a chip: reads and writes by board address, checked against the map."""

from __future__ import annotations

import ctypes
import mmap
import struct

from snn_spinnaker.board.addresses import (
    ROUTER_BASES,
    ROUTER_SIZE,
    SDRAM_BASES,
    SDRAM_SIZE,
    SYSTEM_RAM_BASES,
    SYSTEM_RAM_SIZE,
)
from snn_spinnaker.board.errors import MemoryRangeError

WORD = struct.Struct("<I")


class Memory:
    """A block of zeroed bytes whose address the processor engine can use.

    Pages exist only once touched, so 48 chips of 128 MiB cost what their networks use.
    """

    def __init__(self, size: int) -> None:
        self.bytes = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._view = ctypes.c_char.from_buffer(self.bytes)
        self.address = ctypes.addressof(self._view)
        self.size = size

    def clear(self) -> None:
        """Fill with zeros."""
        self.bytes[:] = bytes(self.size)


class ChipMemory:
    """The shared memories of one chip: SDRAM, system RAM and router registers."""

    def __init__(self) -> None:
        self.sdram = Memory(SDRAM_SIZE)
        self.system_ram = Memory(SYSTEM_RAM_SIZE)
        self.router = Memory(ROUTER_SIZE)
        self._blocks = dict.fromkeys(SDRAM_BASES, self.sdram)
        self._blocks |= dict.fromkeys(SYSTEM_RAM_BASES, self.system_ram)
        self._blocks |= dict.fromkeys(ROUTER_BASES, self.router)

    def locate(self, address: int, size: int) -> tuple[mmap.mmap, int]:
        """Return the memory and offset behind an address range.

        Raises
        ------
        MemoryRangeError
            If the range does not lie within one memory of the chip.
        """
        for base in (address & 0xF0000000, address & 0xFF000000):
            block = self._blocks.get(base)
            if block is not None and address - base + size <= block.size:
                return block.bytes, address - base
        raise MemoryRangeError(
            f"{size} bytes at {address:#010x} are not in the chip's memory: SDRAM is "
            "0x60000000-0x67ffffff, system RAM 0xe5000000-0xe5007fff, "
            "router registers 0xe1000000-0xe101ffff"
        )

    def read(self, address: int, size: int) -> bytes:
        """Return bytes of the chip."""
        block, offset = self.locate(address, size)
        return block[offset : offset + size]

    def write(self, address: int, content: bytes) -> None:
        """Change bytes of the chip."""
        block, offset = self.locate(address, len(content))
        block[offset : offset + len(content)] = content

    def word(self, address: int) -> int:
        """Return the 32-bit word at an address."""
        block, offset = self.locate(address, 4)
        value: int = WORD.unpack_from(block, offset)[0]
        return value

    def set_word(self, address: int, value: int) -> None:
        """Change the 32-bit word at an address."""
        block, offset = self.locate(address, 4)
        WORD.pack_into(block, offset, value & 0xFFFFFFFF)
