"""IP tags: which UDP address a message from the board goes to, and which core one from outside."""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import dataclass

#: Numbers of the tags that the host sets, and of those that the board gives to whoever writes.
FIXED_TAGS = 8
TRANSIENT_TAGS = 24
FLAG_IN_USE = 0x8000
FLAG_REVERSE = 0x0200
FLAG_STRIP = 0x0100
DESCRIPTION = struct.Struct("<4s6s3HIH3B")

Address = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class OutputTag:
    """A tag that sends to a UDP address; ``strip`` leaves the header off."""

    host: bytes
    address: Address
    strip: bool

    def described(self) -> bytes:
        """Return what the board tells of the tag."""
        flags = FLAG_IN_USE | (FLAG_STRIP if self.strip else 0)
        return DESCRIPTION.pack(self.host, bytes(6), self.address[1], 0, flags, 0, 0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class InputTag:
    """A reverse tag: datagrams at a UDP port go to a core."""

    port: int
    target: tuple[int, int]
    target_port: int

    def described(self) -> bytes:
        """Return what the board tells of the tag."""
        flags = FLAG_IN_USE | FLAG_REVERSE | FLAG_STRIP
        x, y = self.target
        return DESCRIPTION.pack(
            bytes(4), bytes(6), 0, 0, flags, 0, self.port, y, x, self.target_port
        )


class TagTable:
    """All tags of a board."""

    def __init__(self) -> None:
        self.outputs: dict[int, OutputTag] = {}
        self.inputs: dict[int, InputTag] = {}
        self._transient: OrderedDict[Address, int] = OrderedDict()

    def clear(self, tag: int) -> None:
        """Forget a fixed tag."""
        self.outputs.pop(tag, None)
        self.inputs.pop(tag, None)

    def transient(self, address: Address) -> int:
        """Return a tag by which a core can answer whoever wrote to it.

        The least recently used one is given away when all are taken.
        """
        if address in self._transient:
            self._transient.move_to_end(address)
        elif len(self._transient) < TRANSIENT_TAGS:
            self._transient[address] = FIXED_TAGS + len(self._transient)
        else:
            _, tag = self._transient.popitem(last=False)
            self._transient[address] = tag
        return self._transient[address]

    def destination(self, tag: int) -> tuple[Address, bool] | None:
        """Return a tag's UDP address and whether the header is left off."""
        if tag in self.outputs:
            return self.outputs[tag].address, self.outputs[tag].strip
        for address, number in self._transient.items():
            if number == tag:
                return address, False
        return None

    def described(self, tag: int) -> bytes:
        """Return what the board tells of a tag, zeros if it is not in use."""
        if tag in self.inputs:
            return self.inputs[tag].described()
        if tag in self.outputs:
            return self.outputs[tag].described()
        return bytes(DESCRIPTION.size)
