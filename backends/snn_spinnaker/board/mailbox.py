"""Messages between the monitor and a chip's cores, through buffers in system RAM.

A core asks by setting its bit in ``mbox_flags`` and the command in its block; the monitor takes
the message and frees the buffer. The other way the monitor fills a buffer, sets the command and
interrupts the core. Source: fields of "sv" and "vcpu" (`system_variables`).
"""

from __future__ import annotations

import struct

from snn_spinnaker.board.chip import Chip
from snn_spinnaker.board.core import Core
from snn_spinnaker.board.sdp import HEADER, MAX_PAYLOAD
from snn_spinnaker.board.system_controller import interrupt_core
from snn_spinnaker.board.system_variables import (
    APPLICATION_COMMAND,
    APPLICATION_MESSAGE,
    MAILBOX_FLAGS,
    MESSAGE_BUFFER_SIZE,
    MESSAGE_COUNT,
    MESSAGE_ROOT,
    MONITOR_COMMAND,
    MONITOR_MESSAGE,
    STATE,
)

COMMAND_IDLE = 0
COMMAND_MESSAGE = 1
COMMAND_SIGNAL = 3
_LENGTH = struct.Struct("<HH")


def take_messages(chip: Chip) -> list[bytes]:
    """Return the messages that cores of a chip have for the monitor, and free their buffers."""
    chip.record.monitor_request = 0
    flags = chip.variables.word(MAILBOX_FLAGS)
    chip.variables.set_word(MAILBOX_FLAGS, 0)
    messages = []
    for number in chip.cores:
        asked = chip.variables.core_byte(number, MONITOR_COMMAND)
        if flags >> number & 1 and asked == COMMAND_MESSAGE:
            messages.append(_take_message(chip, number))
            chip.variables.set_core_byte(number, MONITOR_COMMAND, COMMAND_IDLE)
    return messages


def _take_message(chip: Chip, number: int) -> bytes:
    buffer = chip.variables.core_word(number, MONITOR_MESSAGE)
    content = chip.memory.read(buffer, MESSAGE_BUFFER_SIZE)
    length = min(_LENGTH.unpack_from(content, 4)[0], HEADER.size + MAX_PAYLOAD)
    _free_buffer(chip, buffer)
    return content[8 : 8 + length]


def _free_buffer(chip: Chip, buffer: int) -> None:
    chip.memory.set_word(buffer, chip.variables.word(MESSAGE_ROOT))
    chip.variables.set_word(MESSAGE_ROOT, buffer)
    chip.variables.set_short(MESSAGE_COUNT, max(0, chip.variables.short(MESSAGE_COUNT) - 1))


def give_message(chip: Chip, core: Core) -> bool:
    """Hand a core its next message; False if it has none or has not taken the last one."""
    busy = chip.variables.core_byte(core.number, APPLICATION_COMMAND) != COMMAND_IDLE
    buffer = chip.variables.word(MESSAGE_ROOT)
    if not core.messages or busy or buffer == 0:
        return False
    message = core.messages.popleft()
    chip.variables.set_word(MESSAGE_ROOT, chip.memory.word(buffer))
    chip.variables.set_short(MESSAGE_COUNT, chip.variables.short(MESSAGE_COUNT) + 1)
    chip.memory.write(buffer + 4, _LENGTH.pack(len(message), 0) + message)
    chip.variables.set_core_word(core.number, APPLICATION_MESSAGE, buffer)
    chip.variables.set_core_byte(core.number, APPLICATION_COMMAND, COMMAND_MESSAGE)
    interrupt_core(chip.record, core.number)
    return True


def give_signal(chip: Chip, core: Core, signal: int) -> None:
    """Send a core a signal."""
    chip.variables.set_core_word(core.number, APPLICATION_MESSAGE, signal)
    chip.variables.set_core_byte(core.number, APPLICATION_COMMAND, COMMAND_SIGNAL)
    interrupt_core(chip.record, core.number)


def state(chip: Chip, number: int) -> int:
    """Return the state that a core's block shows."""
    return chip.variables.core_byte(number, STATE)
