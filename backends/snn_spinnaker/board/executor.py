"""Run one core until it waits, polls, faults or has used its quantum.

This is where interrupts are entered: the engine executes instructions and knows no interrupt
controller, so the exception sequence of the ARM architecture (mode, banked registers, vector) is
written here. Source: *ARM Architecture Reference Manual*, A2.6 "Exceptions".
"""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.bus import (
    MASK_FAST,
    MASK_ORDINARY,
    REGISTER_CPSR,
    THUMB_STATE,
    WORD,
    status_register,
)
from snn_spinnaker.board.jit import as_pointer, call_register, call_start, carray, compiled
from snn_spinnaker.board.registers import (
    STOP_FAULT,
    STOP_INTERRUPT,
    STOP_NONE,
    STOP_POLLING,
    STOP_WAITING,
)
from snn_spinnaker.board.vic import FAST, ORDINARY

REGISTER_LR = 10
REGISTER_PC = 11
REGISTER_SPSR = 13
MODE_AND_STATE = 0x3F
MODE_FAST = 0x11
MODE_ORDINARY = 0x12
MODE_ABORT = 0x17
MODE_UNDEFINED = 0x1B
VECTOR_UNDEFINED = 0x04
VECTOR_PREFETCH = 0x0C
VECTOR_DATA = 0x10
VECTOR_ORDINARY = 0x18
VECTOR_FAST = 0x1C
#: Error codes of the engine (its public header) that are not about data.
ERROR_FETCH_UNMAPPED = 8
ERROR_INSTRUCTION = 10
ERROR_FETCH_PROTECTED = 14
ERROR_EXCEPTION = 21
#: No code lies here, so the engine never stops because it got there.
NOWHERE = 0xFFFFFFFE
#: Faults after which a core is given up: its own handler faults as well.
FAULTS_UNTIL_DEAD = 3


@compiled
def read_register(core: Any, register: int) -> int:
    """Return a register of the core's engine."""
    call_register(core.read_function, core.engine, register, core.scratch)
    return int(carray(as_pointer(core.scratch), 1, WORD)[0] & 0xFFFFFFFF)


@compiled
def write_register(core: Any, register: int, value: int) -> None:
    """Set a register of the core's engine."""
    carray(as_pointer(core.scratch), 1, WORD)[0] = value
    call_register(core.write_function, core.engine, register, core.scratch)


@compiled
def enter_exception(core: Any, status: int, mode: int, masks: int, link: int, vector: int) -> None:
    """Switch mode, save status and return address, and go to the vector."""
    write_register(core, REGISTER_CPSR, (status & ~MODE_AND_STATE) | mode | masks)
    write_register(core, REGISTER_SPSR, status)
    write_register(core, REGISTER_LR, link)
    core.pc = vector


@compiled
def enter_interrupt(core: Any) -> None:
    """Enter the pending interrupt, the fast one first, if it is not masked."""
    status = status_register(core)
    link = (core.pc & ~1) + 4
    if core.attention & FAST and status & MASK_FAST == 0:
        masks = MASK_FAST | MASK_ORDINARY
        enter_exception(core, status, MODE_FAST, masks, link, VECTOR_FAST)
    elif core.attention & ORDINARY and status & MASK_ORDINARY == 0:
        enter_exception(core, status, MODE_ORDINARY, MASK_ORDINARY, link, VECTOR_ORDINARY)


@compiled
def enter_abort(core: Any, error: int) -> None:
    """Hand a fault to the application's own handler, which reports it as a run-time exception."""
    core.faults += 1
    if core.faults == 1:
        core.error = error
        core.fault_pc = core.pc
    core.dead = 1 if core.faults >= FAULTS_UNTIL_DEAD else 0
    here = core.pc & ~1
    status = status_register(core)
    if error in (ERROR_FETCH_UNMAPPED, ERROR_FETCH_PROTECTED):
        enter_exception(core, status, MODE_ABORT, MASK_ORDINARY, here + 4, VECTOR_PREFETCH)
    elif error in (ERROR_INSTRUCTION, ERROR_EXCEPTION):
        enter_exception(core, status, MODE_UNDEFINED, MASK_ORDINARY, here + 4, VECTOR_UNDEFINED)
    else:
        enter_exception(core, status, MODE_ABORT, MASK_ORDINARY, here + 8, VECTOR_DATA)


@compiled
def resume(core: Any) -> int:
    """Execute instructions until something stops them; return the reason."""
    core.stop_reason = STOP_NONE
    error = call_start(core.start_function, core.engine, core.pc, NOWHERE)
    core.pc = read_register(core, REGISTER_PC)
    if status_register(core) & THUMB_STATE:
        core.pc |= 1
    if error != 0:
        core.engine_error = error
        return STOP_FAULT
    return int(core.stop_reason)


@compiled
def at_rest(core: Any) -> bool:
    """Return whether a core waits or polls and nothing is pending for it; wake it otherwise."""
    if core.polling != 0:
        if core.attention == 0 and core.timer_raised[1] == 0:
            return bool(core.received_head == core.received_tail)
        core.polling = 0
    if core.waiting != 0:
        if core.attention == 0:
            return True
        core.waiting = 0
        core.pc += 4
        core.since_wait = core.instructions
    return False


@compiled
def run_core(core: Any, quantum: int) -> int:
    """Run a core for at most a quantum of instructions; return why it stopped."""
    core.quantum_end = core.instructions + quantum
    while core.dead == 0:
        if at_rest(core):
            return STOP_POLLING if core.polling != 0 else STOP_WAITING
        if core.attention != 0:
            enter_interrupt(core)
        reason = resume(core)
        if reason == STOP_FAULT:
            enter_abort(core, core.engine_error)
        elif reason == STOP_WAITING:
            core.waiting = 1
        elif reason == STOP_POLLING:
            core.polling = 1
        elif reason != STOP_INTERRUPT and reason != STOP_NONE:
            return reason
    return STOP_FAULT
