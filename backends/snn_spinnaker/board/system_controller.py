"""The system controller, shared by the cores of a chip: locks, flags, interrupts between cores."""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.addresses import UNLOCK_CODE
from snn_spinnaker.board.jit import as_pointer, carray, compiled
from snn_spinnaker.board.registers import CORE_RECORD
from snn_spinnaker.board.vic import refresh

LOCKED = 0x80000000


@compiled
def interrupt_core(chip: Any, number: int) -> None:
    """Raise the mailbox interrupt of one core and wake it."""
    address = chip.cores[number]
    if address == 0:
        return
    core = carray(as_pointer(address), 1, CORE_RECORD)[0]
    core.cpu_interrupt = 1
    core.active = 1
    refresh(core)


@compiled
def take_lock(chip: Any, index: int, state: int) -> int:
    """Return a lock's state and set it: the atomic test-and-set (or clear) of the hardware."""
    before = chip.lock[index]
    chip.lock[index] = state
    return int(before)


@compiled
def read_system(chip: Any, offset: int) -> int:
    """Read a register of the controller."""
    if offset == 0x34:
        return 0
    if offset == 0x58:
        return int(chip.core_flags)
    if offset == 0x10:
        return int((1 << chip.core_count) - 1)
    if 0x100 <= offset < 0x180:
        return take_lock(chip, (offset - 0x100) >> 2, LOCKED)
    if 0x180 <= offset < 0x200:
        return take_lock(chip, (offset - 0x180) >> 2, 0)
    return 0


@compiled
def request_interrupts(chip: Any, value: int) -> None:
    """Interrupt every core whose bit is set; core 0 is the monitor, which runs on the host."""
    if value >> 20 != UNLOCK_CODE:
        return
    if value & 1:
        chip.monitor_request = 1
    for number in range(1, chip.core_count):
        if value >> number & 1:
            interrupt_core(chip, number)


@compiled
def write_system(core: Any, chip: Any, offset: int, value: int) -> None:
    """Write a register of the controller."""
    if offset == 0x08:
        request_interrupts(chip, value)
    elif offset == 0x0C:
        if value >> core.number & 1:
            core.cpu_interrupt = 0
            refresh(core)
    elif offset == 0x58:
        chip.core_flags |= value
    elif offset == 0x5C:
        chip.core_flags &= ~value
