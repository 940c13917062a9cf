"""A chip: its memories, heaps, router and cores, and what SCAMP does with applications on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from snn_spinnaker.board.addresses import (
    APPLICATION_IMAGE,
    CORES_PER_CHIP,
    SDRAM_BASES,
    SDRAM_END,
    SDRAM_SYSTEM_HEAP,
    SDRAM_SYSTEM_START,
    SDRAM_USER_START,
)
from snn_spinnaker.board.aplx import parse_image
from snn_spinnaker.board.core import Core
from snn_spinnaker.board.geometry import Geometry, Position
from snn_spinnaker.board.heap import Heap
from snn_spinnaker.board.memory import ChipMemory
from snn_spinnaker.board.registers import CHIP_RECORD
from snn_spinnaker.board.router import TABLE_ENTRIES, Router
from snn_spinnaker.board.system_variables import (
    APPLICATION,
    APPLICATION_DATA,
    HOP_TABLE,
    IP_ADDRESS,
    LINKS_ENABLED,
    MESSAGE_BUFFER_SIZE,
    MESSAGE_BUFFER_TOTAL,
    MESSAGE_BUFFERS,
    MESSAGE_ROOT,
    ROUTER_COPY,
    SDRAM_BASE,
    SDRAM_BUFFERS,
    SDRAM_HEAP,
    SDRAM_SYSTEM,
    STATE,
    STATE_IDLE,
    STATE_INITIALISING,
    SYSTEM_HEAP,
    SYSTEM_RAM_BASE,
    SYSTEM_RAM_HEAP,
    TAG_TABLE,
    VCPU,
    VCPU_BASE,
    SystemVariables,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

APPLICATIONS = 256
#: An image never exceeds the instruction and data memories together.
IMAGE_BYTES = 96 * 1024
SYSTEM_BUFFERS = 0xE5000100
HEAP_IN_SYSTEM_RAM = 0xE5001100


class Chip:
    """One chip of the board.

    Parameters
    ----------
    geometry : Geometry
        The board that it is part of.
    index : int
        Its number, in the order of ``geometry.chips``.
    chip_records, core_records : ndarray
        Records of all chips and all cores of the board.
    ip : bytes
        Address of the board, kept by the chip with the Ethernet interface.
    """

    def __init__(
        self,
        geometry: Geometry,
        index: int,
        chip_records: NDArray[np.void],
        core_records: NDArray[np.void],
        ip: bytes,
    ) -> None:
        self.index = index
        self.position: Position = geometry.chips[index]
        self.memory = ChipMemory()
        self.variables = SystemVariables(self.memory)
        self.cores: dict[int, Core] = {}
        self._core_records = core_records
        self.links = geometry.working_links(self.position)
        self.record: np.record = chip_records.view(np.recarray)[index]
        self._record_address = chip_records.ctypes.data + index * CHIP_RECORD.itemsize
        self._connect_record()
        self.variables.fill(self.position, (geometry.width, geometry.height), geometry.version)
        self.variables.set_byte(LINKS_ENABLED, self.links)
        self._lay_out_sdram()
        self._lay_out_system_ram(ip)
        self.router = Router(self.memory, self.variables.word(ROUTER_COPY))
        self.router.write_p2p(geometry.p2p_words(self.position))

    def _connect_record(self) -> None:
        self.record.sdram = self.memory.sdram.address
        self.record.system_ram = self.memory.system_ram.address
        self.record.router = self.memory.router.address
        self.record.core_count = CORES_PER_CHIP

    def _lay_out_sdram(self) -> None:
        variables = self.variables
        variables.set_word(SDRAM_BUFFERS, SDRAM_BASES[0])
        variables.set_word(SDRAM_BASE, SDRAM_USER_START)
        variables.set_word(SDRAM_HEAP, SDRAM_USER_START)
        variables.set_word(SDRAM_SYSTEM, SDRAM_SYSTEM_START)
        variables.set_word(SYSTEM_HEAP, SDRAM_SYSTEM_HEAP)
        self.system_heap = Heap(self.memory, SDRAM_SYSTEM_HEAP, SDRAM_END)
        variables.set_word(HOP_TABLE, self.system_heap.allocate(65536 * 4))
        variables.set_word(ROUTER_COPY, self.system_heap.allocate((TABLE_ENTRIES + 1) * 16))
        tags = self.system_heap.allocate(65536 * 4)
        variables.set_word(TAG_TABLE, tags)
        variables.set_word(APPLICATION_DATA, self.system_heap.allocate(APPLICATIONS * 8))
        self.sdram_heap = Heap(self.memory, SDRAM_USER_START, SDRAM_SYSTEM_START, tags)

    def _lay_out_system_ram(self, ip: bytes) -> None:
        variables = self.variables
        variables.set_word(VCPU_BASE, VCPU)
        variables.set_word(SYSTEM_RAM_BASE, SYSTEM_BUFFERS)
        variables.set_word(SYSTEM_RAM_HEAP, HEAP_IN_SYSTEM_RAM)
        tags = variables.word(TAG_TABLE)
        self.system_ram_heap = Heap(self.memory, HEAP_IN_SYSTEM_RAM, VCPU, tags)
        buffers = self.system_ram_heap.allocate(MESSAGE_BUFFER_TOTAL * MESSAGE_BUFFER_SIZE)
        variables.set_word(MESSAGE_BUFFERS, buffers)
        variables.set_word(MESSAGE_ROOT, buffers)
        for number in range(MESSAGE_BUFFER_TOTAL):
            here = buffers + MESSAGE_BUFFER_SIZE * number
            last = number == MESSAGE_BUFFER_TOTAL - 1
            self.memory.set_word(here, 0 if last else here + MESSAGE_BUFFER_SIZE)
        if self.position == (0, 0):
            self.memory.write(0xE5007F00 + IP_ADDRESS, ip)

    def core(self, number: int) -> Core:
        """Return a core, which gets its engine on first use."""
        core = self.cores.get(number)
        if core is None:
            index = self.index * CORES_PER_CHIP + number
            core = Core(self._core_records, index, self.memory, self._record_address)
            self.record.cores[number] = core.record_address
            self.cores[number] = core
        return core

    def loaded_cores(self) -> list[Core]:
        """Return the cores that have an application."""
        return [core for core in self.cores.values() if core.record.loaded]

    def start_application(self, mask: int, application: int, flags: int) -> None:
        """Start the image in the system area on every core of the mask."""
        data = self.memory.read(APPLICATION_IMAGE, IMAGE_BYTES)
        image = parse_image(data, self.memory.read)
        self._note_application(mask, application)
        self.record.core_flags |= mask
        for number in range(1, CORES_PER_CHIP):
            if mask >> number & 1:
                self.variables.set_core_byte(number, STATE, STATE_INITIALISING)
                self.variables.set_core_byte(number, APPLICATION, application)
                self.core(number).start(image, application, flags << 8 | application)

    def _note_application(self, mask: int, application: int) -> None:
        """Keep SCAMP's own record of an application: core count, lead core, core mask."""
        address = self.variables.word(APPLICATION_DATA) + 8 * application
        kept = bytearray(self.memory.read(address, 8))
        if kept[0] == 0:
            kept[1:4] = bytes([0, 0, max((mask & -mask).bit_length() - 1, 0)])
            kept[4:8] = bytes(4)
        kept[0] = (kept[0] + mask.bit_count()) & 0xFF
        kept[4:8] = (int.from_bytes(kept[4:8], "little") | mask).to_bytes(4, "little")
        self.memory.write(address, bytes(kept))

    def stop_application(self, application: int) -> None:
        """Stop an application's cores and free what it holds on the chip."""
        for core in self.loaded_cores():
            if core.application == application:
                core.stop()
                self.variables.set_core_byte(core.number, STATE, STATE_IDLE)
                self.variables.set_core_byte(core.number, APPLICATION, 0)
        for heap in (self.sdram_heap, self.system_ram_heap, self.system_heap):
            heap.release_application(application)
        self.router.release_application(application)
        address = self.variables.word(APPLICATION_DATA) + 8 * application
        self.memory.write(address, b"\0\1\0\0\0\0\0\0")
