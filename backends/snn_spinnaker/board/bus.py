"""The callbacks that the processor engine makes: peripheral registers and the start of each block.

Every callback gets the address of its core's record. A *block* is a run of instructions up to the
next branch; the engine reports its start, which costs 7 % of its speed (measured) and gives the
instruction count, a bound on loops and the moments at which interrupts can be taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from snn_spinnaker.board.comms import read_comms, write_comms
from snn_spinnaker.board.dma import read_dma, write_dma
from snn_spinnaker.board.jit import (
    BLOCK_SIGNATURE,
    READ_SIGNATURE,
    WRITE_SIGNATURE,
    as_pointer,
    call_register,
    call_stop,
    callback,
    carray,
    compiled,
    int_of,
)
from snn_spinnaker.board.registers import (
    CHIP_RECORD,
    CORE_RECORD,
    STOP_FAULT,
    STOP_INTERRUPT,
    STOP_MONITOR,
    STOP_NONE,
    STOP_POLLING,
    STOP_QUANTUM,
    STOP_TRANSMIT_FULL,
    STOP_WAITING,
)
from snn_spinnaker.board.system_controller import read_system, write_system
from snn_spinnaker.board.timers import poll_second_timer, read_timer, write_timer
from snn_spinnaker.board.vic import FAST, ORDINARY, read_vic, write_vic

#: Register numbers of the engine's ARM interface (its public header).
REGISTER_CPSR = 3
THUMB_STATE = 0x20
MASK_ORDINARY = 0x80
MASK_FAST = 0x40

WORD = np.dtype(np.int64)
UNKNOWN_STATE = 0
ARM_STATE = 1
#: In place of an engine error: a DMA transfer outside memory.
ERROR_BUS = 100
SECOND_TIMER_COUNT = 0x24


@compiled
def want_stop(core: Any, reason: int) -> None:
    """Let the core stop at the start of its next block; the first reason is kept.

    The engine cannot stop inside a register access: it would execute the access again.
    """
    if core.stop_reason == STOP_NONE:
        core.stop_reason = reason


@compiled
def status_register(core: Any) -> int:
    """Return the core's CPSR."""
    call_register(core.read_function, core.engine, REGISTER_CPSR, core.scratch)
    return int(carray(as_pointer(core.scratch), 1, WORD)[0] & 0xFFFFFFFF)


@compiled
def accepts_interrupt(core: Any, status: int) -> bool:
    """Return whether a pending interrupt is not masked by the status register."""
    if core.attention & FAST and status & MASK_FAST == 0:
        return True
    return core.attention & ORDINARY != 0 and status & MASK_ORDINARY == 0


@compiled
def count_block(core: Any, address: int, size: int) -> None:
    """Count a block's instructions: two bytes each in Thumb state, four in ARM state."""
    index = (address >> 1) & 0x3FFF
    state = core.thumb[index]
    if state == UNKNOWN_STATE:
        state = ARM_STATE + ((status_register(core) & THUMB_STATE) >> 5)
        core.thumb[index] = state
    core.instructions += size >> 1 if state > ARM_STATE else size >> 2
    core.blocks += 1


@callback(BLOCK_SIGNATURE)
def on_block(_engine: Any, address: Any, size: Any, user: Any) -> None:
    """Count, stop for a pending interrupt, and stop at the end of the quantum."""
    core = carray(user, 1, CORE_RECORD)[0]
    count_block(core, int_of(address), int_of(size))
    if core.attention != 0 and accepts_interrupt(core, status_register(core)):
        want_stop(core, STOP_INTERRUPT)
    if core.instructions > core.quantum_end:
        want_stop(core, STOP_QUANTUM)
    if core.stop_reason != STOP_NONE:
        call_stop(core.stop_function, core.engine)


@callback(BLOCK_SIGNATURE)
def on_wait(_engine: Any, _address: Any, _size: Any, user: Any) -> None:
    """Stop at a wait-for-interrupt instruction."""
    core = carray(user, 1, CORE_RECORD)[0]
    want_stop(core, STOP_WAITING)
    call_stop(core.stop_function, core.engine)


@callback(READ_SIGNATURE)
def on_comms_read(_engine: Any, offset: Any, _size: Any, user: Any) -> Any:
    """Read the communications controller."""
    return read_comms(carray(user, 1, CORE_RECORD)[0], int_of(offset))


@callback(WRITE_SIGNATURE)
def on_comms_write(_engine: Any, offset: Any, _size: Any, value: Any, user: Any) -> None:
    """Write the communications controller; a full transmit queue stops the core."""
    core = carray(user, 1, CORE_RECORD)[0]
    if not write_comms(core, int_of(offset), int_of(value)):
        want_stop(core, STOP_TRANSMIT_FULL)


@callback(READ_SIGNATURE)
def on_timer_read(_engine: Any, offset: Any, _size: Any, user: Any) -> Any:
    """Read a timer; a core that only polls its second one is set aside."""
    core = carray(user, 1, CORE_RECORD)[0]
    if int_of(offset) == SECOND_TIMER_COUNT and poll_second_timer(core):
        want_stop(core, STOP_POLLING)
    return read_timer(core, int_of(offset))


@callback(WRITE_SIGNATURE)
def on_timer_write(_engine: Any, offset: Any, _size: Any, value: Any, user: Any) -> None:
    """Write a timer."""
    write_timer(carray(user, 1, CORE_RECORD)[0], int_of(offset), int_of(value))


@callback(READ_SIGNATURE)
def on_vic_read(_engine: Any, offset: Any, _size: Any, user: Any) -> Any:
    """Read the interrupt controller."""
    return read_vic(carray(user, 1, CORE_RECORD)[0], int_of(offset))


@callback(WRITE_SIGNATURE)
def on_vic_write(_engine: Any, offset: Any, _size: Any, value: Any, user: Any) -> None:
    """Write the interrupt controller."""
    write_vic(carray(user, 1, CORE_RECORD)[0], int_of(offset), int_of(value))


@callback(READ_SIGNATURE)
def on_dma_read(_engine: Any, offset: Any, _size: Any, user: Any) -> Any:
    """Read the DMA controller."""
    return read_dma(carray(user, 1, CORE_RECORD)[0], int_of(offset))


@callback(WRITE_SIGNATURE)
def on_dma_write(_engine: Any, offset: Any, _size: Any, value: Any, user: Any) -> None:
    """Write the DMA controller; a transfer outside memory is a fault."""
    core = carray(user, 1, CORE_RECORD)[0]
    chip = carray(as_pointer(core.chip_address), 1, CHIP_RECORD)[0]
    if not write_dma(core, chip, int_of(offset), int_of(value)):
        core.engine_error = ERROR_BUS
        want_stop(core, STOP_FAULT)


@callback(READ_SIGNATURE)
def on_system_read(_engine: Any, offset: Any, _size: Any, user: Any) -> Any:
    """Read the system controller of the core's chip."""
    core = carray(user, 1, CORE_RECORD)[0]
    chip = carray(as_pointer(core.chip_address), 1, CHIP_RECORD)[0]
    return read_system(chip, int_of(offset))


@callback(WRITE_SIGNATURE)
def on_system_write(_engine: Any, offset: Any, _size: Any, value: Any, user: Any) -> None:
    """Write the system controller; a call of the monitor stops the core until it is served."""
    core = carray(user, 1, CORE_RECORD)[0]
    chip = carray(as_pointer(core.chip_address), 1, CHIP_RECORD)[0]
    write_system(core, chip, int_of(offset), int_of(value))
    if chip.monitor_request != 0:
        want_stop(core, STOP_MONITOR)
