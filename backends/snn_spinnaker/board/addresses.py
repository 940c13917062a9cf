"""The memory map of a SpiNNaker chip as one of its ARM968 cores sees it.

Source: *SpiNNaker Datasheet* version 2.02 (University of Manchester, 2011), chapter 4 "Memory
map" and the register tables of the peripherals. Every shared block appears twice: once behind a
write buffer and once without; both names reach the same memory here.
"""

from __future__ import annotations

ITCM_BASE = 0x00000000
ITCM_SIZE = 0x8000
DTCM_BASE = 0x00400000
DTCM_SIZE = 0x10000

SDRAM_BASES = (0x60000000, 0x70000000)
SDRAM_SIZE = 128 * 1024 * 1024
SYSTEM_RAM_BASES = (0xE5000000, 0xF5000000)
SYSTEM_RAM_SIZE = 0x8000
ROUTER_BASES = (0xE1000000, 0xF1000000)
ROUTER_SIZE = 0x20000

COMMS_BASES = (0x10000000, 0x20000000)
TIMER_BASES = (0x11000000, 0x21000000)
VIC_BASES = (0x1F000000, 0x2F000000, 0xFFFFF000)
DMA_BASES = (0x30000000, 0x40000000)
SYSTEM_CONTROLLER_BASES = (0xE2000000, 0xF2000000)
#: Blocks that applications may touch and whose effects do not exist here: SDRAM controller,
#: watchdog, Ethernet interface. They behave as memory, so a write can be read back.
INERT_BASES = (0xE0000000, 0xE3000000, 0xE4000000, 0xF0000000, 0xF3000000, 0xF4000000, 0xF6000000)
PERIPHERAL_SIZE = 0x1000
INERT_SIZE = 0x10000

#: Where the system controller wants its unlock code before it raises an interrupt.
UNLOCK_CODE = 0x5EC

#: Interrupt lines of the vectored interrupt controller.
LINE_SOFT = 1
LINE_TIMER_1 = 4
LINE_TIMER_2 = 5
LINE_PACKET = 6
LINE_TRANSMIT_EMPTY = 11
LINE_DMA_DONE = 12
LINE_CPU = 18
LINE_TRANSMIT_READY = 23
LINE_MULTICAST = 24

#: Layout of SDRAM as SCAMP 4.0 leaves it after boot.
SDRAM_USER_START = 0x60240000
SDRAM_SYSTEM_START = 0x67800000
SDRAM_SYSTEM_HEAP = 0x67840000
SDRAM_END = 0x68000000
#: Where SCAMP expects an application image that `AR` is to start.
APPLICATION_IMAGE = SDRAM_SYSTEM_START

CLOCK_HZ = 200_000_000
CORES_PER_CHIP = 18
