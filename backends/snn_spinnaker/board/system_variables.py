"""The variables that SCAMP keeps in a chip's system RAM, and the block that it keeps per core.

Offsets of "sv" are those of SpiNNMan's ``system_variable_boot_values.py``, of "vcpu" those of its
``cpu_info.py``; only fields that the host or an application reads are filled in.
"""

from __future__ import annotations

import struct

from snn_spinnaker.board.addresses import CLOCK_HZ, CORES_PER_CHIP
from snn_spinnaker.board.memory import ChipMemory

SYSTEM_RAM = 0xE5000000
SV = 0xE5007F00
VCPU = 0xE5007000
VCPU_SIZE = 128
SOFTWARE_VERSION = 0x00040000

#: Buffers for messages between the monitor and the cores of a chip, and the size of one.
MESSAGE_BUFFER_TOTAL = 7
MESSAGE_BUFFER_SIZE = 292

#: Core states (``cpu_state.py`` of SpiNNMan).
STATE_RUN_TIME_EXCEPTION = 2
STATE_WATCHDOG = 3
STATE_INITIALISING = 4
STATE_RUNNING = 7
STATE_IDLE = 15

P2P_ADDRESS = 0x00
DIMENSIONS = 0x02
TIME_MS = 0x10
CPU_CLOCK = 0x24
SDRAM_CLOCK = 0x26
LED = 0x30
MESSAGE_BUFFER_COUNT = 0x41
BOOT_DELAY = 0x43
IOBUF_SIZE = 0x50
SYSTEM_BUFFER_SIZE = 0x58
SOFTWARE = 0xFC
P2P_AVAILABLE = 0x06
HARDWARE_VERSION = 0x0A
ETHERNET_AVAILABLE = 0x0B
LINKS_ENABLED = 0x65
SYSTEM_RAM_HEAP = 0x48
SDRAM_HEAP = 0x4C
MESSAGE_ROOT = 0x68
MESSAGE_COUNT = 0x6C
SDRAM_BUFFERS = 0x54
VIRTUAL_TO_PHYSICAL = 0xA8
PHYSICAL_TO_VIRTUAL = 0x94
CORE_COUNT = 0xBC
SDRAM_BASE = 0xC0
SYSTEM_RAM_BASE = 0xC4
SDRAM_SYSTEM = 0xC8
VCPU_BASE = 0xCC
SYSTEM_HEAP = 0xD0
ROUTER_COPY = 0xD4
HOP_TABLE = 0xD8
TAG_TABLE = 0xDC
FIRST_FREE_ROUTE = 0xE0
APPLICATION_DATA = 0xE4
MESSAGE_BUFFERS = 0xE8
MAILBOX_FLAGS = 0xEC
IP_ADDRESS = 0xF0

RT_CODE = 44
PHYSICAL_CORE = 45
STATE = 46
APPLICATION = 47
APPLICATION_MESSAGE = 48
MONITOR_MESSAGE = 52
APPLICATION_COMMAND = 56
MONITOR_COMMAND = 57
APPLICATION_NAME = 72


class SystemVariables:
    """Typed access to a chip's "sv" and "vcpu" structures."""

    def __init__(self, memory: ChipMemory) -> None:
        self._memory = memory

    def word(self, field: int) -> int:
        """Return a 32-bit system variable."""
        return self._memory.word(SV + field)

    def set_word(self, field: int, value: int) -> None:
        """Change a 32-bit system variable."""
        self._memory.set_word(SV + field, value)

    def set_short(self, field: int, value: int) -> None:
        """Change a 16-bit system variable."""
        self._memory.write(SV + field, struct.pack("<H", value & 0xFFFF))

    def short(self, field: int) -> int:
        """Return a 16-bit system variable."""
        value: int = struct.unpack("<H", self._memory.read(SV + field, 2))[0]
        return value

    def set_byte(self, field: int, value: int) -> None:
        """Change an 8-bit system variable."""
        self._memory.write(SV + field, bytes([value & 0xFF]))

    def core_byte(self, core: int, field: int) -> int:
        """Return a byte of a core's block."""
        return self._memory.read(VCPU + VCPU_SIZE * core + field, 1)[0]

    def set_core_byte(self, core: int, field: int, value: int) -> None:
        """Change a byte of a core's block."""
        self._memory.write(VCPU + VCPU_SIZE * core + field, bytes([value & 0xFF]))

    def core_word(self, core: int, field: int) -> int:
        """Return a 32-bit word of a core's block."""
        return self._memory.word(VCPU + VCPU_SIZE * core + field)

    def set_core_word(self, core: int, field: int, value: int) -> None:
        """Change a 32-bit word of a core's block."""
        self._memory.set_word(VCPU + VCPU_SIZE * core + field, value)

    def core_name(self, core: int) -> str:
        """Return the name of the application on a core."""
        raw = self._memory.read(VCPU + VCPU_SIZE * core + APPLICATION_NAME, 16)
        return raw.split(b"\0")[0].decode("latin-1")

    def set_time(self, milliseconds: int) -> None:
        """Set the chip's count of milliseconds."""
        self._memory.write(SV + TIME_MS, struct.pack("<Q", milliseconds))

    def fill(self, position: tuple[int, int], size: tuple[int, int], version: int) -> None:
        """Write what does not depend on heaps: address, clocks, core maps, states."""
        x, y = position
        self.set_short(P2P_ADDRESS, x << 8 | y)
        self.set_short(DIMENSIONS, size[0] << 8 | size[1])
        self.set_byte(P2P_AVAILABLE, 1)
        self.set_byte(HARDWARE_VERSION, version)
        self.set_byte(ETHERNET_AVAILABLE, 1 if position == (0, 0) else 0)
        self.set_short(CPU_CLOCK, CLOCK_HZ // 1_000_000)
        self.set_short(SDRAM_CLOCK, 130)
        self.set_word(LED, 1)
        self.set_byte(MESSAGE_BUFFER_COUNT, MESSAGE_BUFFER_TOTAL)
        self.set_byte(BOOT_DELAY, 3)
        self.set_word(IOBUF_SIZE, 16384)
        self.set_word(SYSTEM_BUFFER_SIZE, 32768)
        self.set_word(SOFTWARE, SOFTWARE_VERSION)
        self._fill_cores()

    def _fill_cores(self) -> None:
        for core in range(20):
            number = core if core < CORES_PER_CHIP else 255
            self.set_byte(VIRTUAL_TO_PHYSICAL + core, number)
            self.set_byte(PHYSICAL_TO_VIRTUAL + core, number)
        self.set_byte(CORE_COUNT, CORES_PER_CHIP)
        for core in range(CORES_PER_CHIP):
            self.set_core_byte(core, PHYSICAL_CORE, core)
            self.set_core_byte(core, STATE, STATE_IDLE if core else STATE_RUNNING)
