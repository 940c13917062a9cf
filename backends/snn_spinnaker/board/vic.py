"""The vectored interrupt controller of a core (ARM PL190, as SpiNNaker's datasheet describes it).

Thirty-two lines; each enabled line goes either to the fast interrupt or, through one of sixteen
prioritised slots, to the ordinary one. Reading the vector address register enters a slot and
masks those of equal or lower priority, writing it leaves the slot.
"""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.addresses import (
    LINE_CPU,
    LINE_DMA_DONE,
    LINE_MULTICAST,
    LINE_PACKET,
    LINE_TIMER_1,
    LINE_TIMER_2,
    LINE_TRANSMIT_EMPTY,
    LINE_TRANSMIT_READY,
)
from snn_spinnaker.board.jit import compiled
from snn_spinnaker.board.registers import VECTORS

#: Levels: a slot's number is its priority; this one is "any line that has no slot".
DEFAULT_SLOT = VECTORS
NO_SLOT = VECTORS + 1

#: Kinds of interrupt in ``core.attention``.
FAST = 2
ORDINARY = 1

TIMER_INTERRUPT_ENABLE = 0x20
DMA_INTERRUPT_ENABLE = 0xC00


@compiled
def raised_lines(core: Any) -> int:
    """Return the bits of all lines that peripherals hold up.

    The transmitter is always empty and ready: an ideal board accepts every packet at once.
    """
    lines = core.irq_soft | (1 << LINE_TRANSMIT_EMPTY) | (1 << LINE_TRANSMIT_READY)
    if core.timer_raised[0] != 0 and core.timer_control[0] & TIMER_INTERRUPT_ENABLE:
        lines |= 1 << LINE_TIMER_1
    if core.timer_raised[1] != 0 and core.timer_control[1] & TIMER_INTERRUPT_ENABLE:
        lines |= 1 << LINE_TIMER_2
    if core.cpu_interrupt != 0:
        lines |= 1 << LINE_CPU
    if core.dma_done != 0 and core.dma_control & DMA_INTERRUPT_ENABLE:
        lines |= 1 << LINE_DMA_DONE
    if core.received_head != core.received_tail:
        lines |= (1 << LINE_PACKET) | (1 << LINE_MULTICAST)
    return int(lines)


@compiled
def best_slot(core: Any, lines: int) -> int:
    """Return the slot of highest priority among ordinary lines, `NO_SLOT` without one."""
    vectored = 0
    for slot in range(VECTORS):
        control = core.irq_control[slot]
        if control & 0x20:
            line = 1 << (control & 31)
            if lines & line:
                return slot
            vectored |= line
    return DEFAULT_SLOT if lines & ~vectored else NO_SLOT


@compiled
def refresh(core: Any) -> None:
    """Recompute what the core should be interrupted by, after any change of a line."""
    lines = raised_lines(core) & core.irq_enable
    core.attention = 0
    core.irq_next = NO_SLOT
    if lines == 0:
        return
    if lines & core.irq_select:
        core.attention = FAST
    ordinary = lines & ~core.irq_select
    if ordinary:
        current = core.irq_stack[core.irq_depth - 1] if core.irq_depth > 0 else NO_SLOT
        slot = best_slot(core, ordinary)
        if slot < current:
            core.irq_next = slot
            core.attention |= ORDINARY


@compiled
def enter_slot(core: Any) -> int:
    """Return the handler of the pending slot and mask lower priorities (a vector-address read)."""
    refresh(core)
    slot = core.irq_next
    if slot == NO_SLOT or core.irq_depth > VECTORS:
        return int(core.irq_default)
    core.irq_stack[core.irq_depth] = slot
    core.irq_depth += 1
    refresh(core)
    return int(core.irq_default if slot == DEFAULT_SLOT else core.irq_address[slot])


@compiled
def leave_slot(core: Any) -> None:
    """End the innermost slot (a vector-address write)."""
    if core.irq_depth > 0:
        core.irq_depth -= 1
    refresh(core)


@compiled
def read_vic(core: Any, offset: int) -> int:
    """Read a register of the controller."""
    if offset == 0x30:
        return enter_slot(core)
    if 0x100 <= offset < 0x140:
        return int(core.irq_address[(offset - 0x100) >> 2])
    if 0x200 <= offset < 0x240:
        return int(core.irq_control[(offset - 0x200) >> 2])
    lines = raised_lines(core)
    if offset == 0x00:
        return int(lines & core.irq_enable & ~core.irq_select)
    if offset == 0x04:
        return int(lines & core.irq_enable & core.irq_select)
    if offset == 0x08:
        return lines
    if offset == 0x0C:
        return int(core.irq_select)
    if offset == 0x10:
        return int(core.irq_enable)
    if offset == 0x18:
        return int(core.irq_soft)
    return core.irq_default if offset == 0x34 else 0


@compiled
def write_vic(core: Any, offset: int, value: int) -> None:
    """Write a register of the controller."""
    if offset == 0x30:
        leave_slot(core)
        return
    if offset == 0x0C:
        core.irq_select = value
    elif offset == 0x10:
        core.irq_enable |= value
    elif offset == 0x14:
        core.irq_enable &= ~value
    elif offset == 0x18:
        core.irq_soft |= value
    elif offset == 0x1C:
        core.irq_soft &= ~value
    elif offset == 0x34:
        core.irq_default = value
    elif 0x100 <= offset < 0x140:
        core.irq_address[(offset - 0x100) >> 2] = value
    elif 0x200 <= offset < 0x240:
        core.irq_control[(offset - 0x200) >> 2] = value
    refresh(core)


@compiled
def reset_vic(core: Any) -> None:
    """Put the controller into the state after power-on."""
    core.irq_select = 0
    core.irq_enable = 0
    core.irq_soft = 0
    core.irq_default = 0
    core.irq_depth = 0
    for slot in range(VECTORS):
        core.irq_address[slot] = 0
        core.irq_control[slot] = 0
    refresh(core)
