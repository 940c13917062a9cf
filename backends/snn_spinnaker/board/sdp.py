"""SpiNNaker datagrams: eight bytes of header, then a payload.

Source: *SpiNNaker AppNote 4: SDP packet format* (University of Manchester, 2011).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from snn_spinnaker.board.errors import PacketError

HEADER = struct.Struct("<8B")
#: Two bytes of padding precede the header on the wire.
PADDING = b"\0\0"
#: Largest payload: command header and 256 bytes of data.
MAX_PAYLOAD = 16 + 256
REPLY_EXPECTED = 0x87
NO_REPLY = 0x07
#: Destination "port" that means the Ethernet interface, by way of a tag.
ETHERNET_PORT = 255


@dataclass(frozen=True, kw_only=True)
class Datagram:
    """One message.

    Attributes
    ----------
    flags, tag : int
        Whether a reply is wanted, and the IP tag that it goes to.
    target_port, source_port : int
        Port in the top three bits, core in the lower five.
    target, source : (x, y)
        Chips.
    payload : bytes
        What follows the header.
    """

    flags: int
    tag: int
    target_port: int
    source_port: int
    target: tuple[int, int]
    source: tuple[int, int]
    payload: bytes

    @property
    def core(self) -> int:
        """Number of the core that the message is for."""
        return self.target_port & 31

    @property
    def wants_reply(self) -> bool:
        """Whether the sender waits for an answer."""
        return bool(self.flags & 0x80)

    def packed(self) -> bytes:
        """Return header and payload."""
        (tx, ty), (sx, sy) = self.target, self.source
        header = HEADER.pack(
            self.flags, self.tag, self.target_port, self.source_port, ty, tx, sy, sx
        )
        return header + self.payload

    def reply(self, payload: bytes) -> Datagram:
        """Return an answer that goes back where this message came from."""
        return replace(
            self,
            flags=NO_REPLY,
            target_port=self.source_port,
            source_port=self.target_port,
            target=self.source,
            source=self.target,
            payload=payload,
        )


def parse_datagram(data: bytes) -> Datagram:
    """Read header and payload (without the padding of the wire).

    Raises
    ------
    PacketError
        If there are fewer than eight bytes or more than the board's buffers hold.
    """
    if len(data) < HEADER.size:
        raise PacketError(f"datagram of {len(data)} bytes is shorter than its header of 8 bytes")
    if len(data) > HEADER.size + MAX_PAYLOAD:
        raise PacketError(
            f"datagram of {len(data)} bytes exceeds the {HEADER.size + MAX_PAYLOAD} of a buffer"
        )
    flags, tag, target_port, source_port, ty, tx, sy, sx = HEADER.unpack_from(data)
    return Datagram(
        flags=flags,
        tag=tag,
        target_port=target_port,
        source_port=source_port,
        target=(tx, ty),
        source=(sx, sy),
        payload=bytes(data[HEADER.size :]),
    )


def parse_wire(data: bytes) -> Datagram:
    """Read a datagram as it comes from the network, with two bytes of padding first."""
    if len(data) < len(PADDING):
        raise PacketError(f"packet of {len(data)} bytes is shorter than its padding of 2 bytes")
    return parse_datagram(data[len(PADDING) :])
