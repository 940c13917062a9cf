"""The DMA controller of a core: copies between its own memories and the chip's shared ones.

A transfer is done at once, and the completion interrupt is raised; its words are counted for the
load estimate. A transfer whose either end lies outside memory raises the fault that the bus
would, and copies nothing.
"""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.addresses import (
    DTCM_BASE,
    DTCM_SIZE,
    ITCM_SIZE,
    ROUTER_SIZE,
    SDRAM_SIZE,
    SYSTEM_RAM_SIZE,
)
from snn_spinnaker.board.jit import compiled, copy_bytes
from snn_spinnaker.board.vic import refresh

TO_SYSTEM = 1 << 19
LENGTH_MASK = 0x1FFFF
DONE_STATUS = 0x400


@compiled
def host_address(core: Any, chip: Any, address: int, size: int) -> int:
    """Return where the bytes behind a board address lie in this process; 0 if not in memory."""
    block = address >> 24
    offset = address & 0xFFFFFF
    if (address >> 28) == 6 or (address >> 28) == 7:
        offset = address & (SDRAM_SIZE - 1)
        return chip.sdram + offset if (address & 0x0FFFFFFF) + size <= SDRAM_SIZE else 0
    if block == 0xE5 or block == 0xF5:
        return chip.system_ram + offset if offset + size <= SYSTEM_RAM_SIZE else 0
    if block == 0xE1 or block == 0xF1:
        return chip.router + offset if offset + size <= ROUTER_SIZE else 0
    if address + size <= ITCM_SIZE:
        return int(core.itcm + address)
    if address >= DTCM_BASE and address + size <= DTCM_BASE + DTCM_SIZE:
        return int(core.dtcm + address - DTCM_BASE)
    return 0


@compiled
def transfer(core: Any, chip: Any, description: int) -> bool:
    """Copy what a description register asks for; False if an end is not in memory."""
    size = description & LENGTH_MASK
    system = host_address(core, chip, core.dma_system, size)
    local = host_address(core, chip, core.dma_tcm, size)
    if system == 0 or local == 0:
        return False
    if description & TO_SYSTEM:
        copy_bytes(system, local, size)
    else:
        copy_bytes(local, system, size)
    core.dma_words += size >> 2
    core.dma_done = 1
    return True


@compiled
def read_dma(core: Any, offset: int) -> int:
    """Read a register; the status carries the core's physical number in its top byte."""
    if offset == 0x14:
        return int((core.number << 24) | (DONE_STATUS if core.dma_done else 0))
    if offset == 0x04:
        return int(core.dma_system)
    if offset == 0x08:
        return int(core.dma_tcm)
    if offset == 0x18:
        return int(core.dma_control)
    if offset == 0x10 or offset >= 0x180:
        return 0
    return int(core.dma_registers[offset >> 2])


@compiled
def write_dma(core: Any, chip: Any, offset: int, value: int) -> bool:
    """Write a register; False if that started a transfer outside memory."""
    good = True
    core.polls = 0
    if offset == 0x04:
        core.dma_system = value
    elif offset == 0x08:
        core.dma_tcm = value
    elif offset == 0x0C:
        good = transfer(core, chip, value)
    elif offset == 0x10:
        if value & 0x8:
            core.dma_done = 0
    elif offset == 0x18:
        core.dma_control = value
    elif offset < 0x180:
        core.dma_registers[offset >> 2] = value
    refresh(core)
    return good


@compiled
def reset_dma(core: Any) -> None:
    """Put the controller into the state after power-on."""
    core.dma_system = 0
    core.dma_tcm = 0
    core.dma_control = 0
    core.dma_done = 0
    for index in range(96):
        core.dma_registers[index] = 0
