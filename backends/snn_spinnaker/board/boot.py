"""Boot messages: how a host brings an unbooted board up.

Source: ``spinnman/messages/spinnaker_boot`` of SpiNNMan 7.4.1. The image that they carry is not
executed: this board's monitor is the program itself.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from snn_spinnaker.board.errors import PacketError

HEADER = struct.Struct(">HIIII")
VERSION = 1
HELLO = 0x41
FLOOD_START = 0x1
FLOOD_BLOCK = 0x3
FLOOD_CONTROL = 0x5
OPERATIONS = (HELLO, FLOOD_START, FLOOD_BLOCK, FLOOD_CONTROL)


@dataclass(frozen=True, kw_only=True)
class BootMessage:
    """One boot message."""

    operation: int
    operands: tuple[int, int, int]


def parse_boot(data: bytes) -> BootMessage:
    """Read a boot message.

    Raises
    ------
    PacketError
        If it is too short, of another version, or has an unknown operation.
    """
    if len(data) < HEADER.size:
        raise PacketError(f"boot message of {len(data)} bytes is shorter than {HEADER.size}")
    version, operation, first, second, third = HEADER.unpack_from(data)
    if version != VERSION:
        raise PacketError(f"boot message has version {version}; this board speaks {VERSION}")
    if operation not in OPERATIONS:
        raise PacketError(f"boot operation {operation} is not one of {OPERATIONS}")
    return BootMessage(operation=operation, operands=(first, second, third))


class BootLoader:
    """Whether the board is up, and what brings it up.

    Parameters
    ----------
    booted : bool
        Whether it starts up, as a board that was used before.
    """

    def __init__(self, booted: bool) -> None:
        self.booted = booted
        self.blocks = 0

    def take(self, message: BootMessage) -> bytes | None:
        """Note a message; return what the board answers, None where it keeps silent."""
        if message.operation == HELLO:
            return HEADER.pack(VERSION, HELLO, *message.operands)
        if message.operation == FLOOD_START:
            self.blocks = 0
        elif message.operation == FLOOD_BLOCK:
            self.blocks += 1
        elif message.operation == FLOOD_CONTROL and self.blocks:
            self.booted = True
        return None
