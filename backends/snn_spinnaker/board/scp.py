"""SpiNNaker commands: the requests inside datagrams, and their answers.

Source: *SpiNNaker AppNote 5: SCP specification* (University of Manchester, 2011), and the request
classes of SpiNNMan 7.4.1 (``messages/scp``) for what arguments mean.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from snn_spinnaker.board.errors import PacketError

COMMAND = struct.Struct("<HH")
ARGUMENTS = struct.Struct("<3I")
#: Most bytes that one READ or WRITE carries.
MAX_DATA = 256


class Command(IntEnum):
    """Commands that SCAMP answers."""

    VERSION = 0
    READ = 2
    WRITE = 3
    FILL = 5
    COUNT = 15
    LINK_READ = 17
    LINK_WRITE = 18
    APPLICATION_RUN = 19
    NEAREST_NEIGHBOUR = 20
    APPLICATION_COPY_RUN = 21
    SIGNAL = 22
    LED = 25
    IPTAG = 26
    ALLOCATE = 28
    ROUTER = 29
    INFO = 31
    SYNC = 32


class Result(IntEnum):
    """Answers of SCAMP."""

    OK = 0x80
    BAD_LENGTH = 0x81
    BAD_COMMAND = 0x83
    BAD_ARGUMENT = 0x84
    BAD_PORT = 0x85
    NO_ROUTE = 0x87
    BAD_CORE = 0x88
    DEAD = 0x89


class CommandError(PacketError):
    """A command that SCAMP answers with an error code.

    Parameters
    ----------
    result : Result
        The code.
    message : str
        What is logged.
    """

    def __init__(self, result: Result, message: str) -> None:
        super().__init__(message)
        self.result = result


@dataclass(frozen=True, kw_only=True)
class Request:
    """A command with its three arguments and data."""

    command: int
    sequence: int
    arguments: tuple[int, int, int]
    data: bytes


def parse_request(payload: bytes) -> Request:
    """Read a command; arguments that were not sent are zero.

    Raises
    ------
    PacketError
        If there is no command and sequence number.
    """
    if len(payload) < COMMAND.size:
        raise PacketError(
            f"command of {len(payload)} bytes is shorter than its header of {COMMAND.size} bytes"
        )
    command, sequence = COMMAND.unpack_from(payload)
    body = payload[COMMAND.size :]
    first, second, third = ARGUMENTS.unpack(body[: ARGUMENTS.size].ljust(ARGUMENTS.size, b"\0"))
    return Request(
        command=command,
        sequence=sequence,
        arguments=(first, second, third),
        data=body[ARGUMENTS.size :],
    )


def answer(request: Request, result: Result, data: bytes = b"") -> bytes:
    """Return the payload of the answer to a request."""
    return COMMAND.pack(result, request.sequence) + data
