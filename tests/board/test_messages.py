"""Datagrams, commands, boot messages and images: what is read is what was written."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snn_spinnaker.board.aplx import Image, parse_image
from snn_spinnaker.board.boot import BootLoader, parse_boot
from snn_spinnaker.board.errors import ImageError, PacketError
from snn_spinnaker.board.scp import Result, answer, parse_request
from snn_spinnaker.board.sdp import MAX_PAYLOAD, Datagram, parse_datagram, parse_wire

BYTE = st.integers(0, 255)
CHIP = st.tuples(BYTE, BYTE)


@given(
    BYTE, BYTE, BYTE, BYTE, CHIP, CHIP, st.binary(max_size=MAX_PAYLOAD)
)  # fmt: skip
def test_datagram_round_trip(flags, tag, target_port, source_port, target, source, payload):
    datagram = Datagram(
        flags=flags, tag=tag, target_port=target_port, source_port=source_port,
        target=target, source=source, payload=payload,
    )  # fmt: skip
    assert parse_datagram(datagram.packed()) == datagram


def test_header_order_is_that_of_the_wire():
    # AppNote 4: flags, tag, target port, source port, target y, x, source y, x.
    datagram = parse_wire(bytes([0, 0, 0x87, 1, 0x25, 0xFF, 2, 3, 4, 5]) + b"xy")
    assert (datagram.target, datagram.source, datagram.core) == ((3, 2), (5, 4), 5)
    assert datagram.wants_reply
    assert datagram.reply(b"z").packed() == bytes([0x07, 1, 0xFF, 0x25, 4, 5, 2, 3]) + b"z"


@pytest.mark.parametrize("size", [0, 1, 9])
def test_short_datagram_is_refused(size):
    with pytest.raises(PacketError, match="shorter"):
        parse_wire(bytes(size))


def test_long_datagram_is_refused():
    with pytest.raises(PacketError, match="exceeds"):
        parse_datagram(bytes(8 + MAX_PAYLOAD + 1))


def test_request_with_missing_arguments_reads_zeros():
    request = parse_request(struct.pack("<HHI", 2, 7, 0xE5000000))
    assert (request.command, request.sequence) == (2, 7)
    assert request.arguments == (0xE5000000, 0, 0)
    assert answer(request, Result.OK, b"ab") == b"\x80\0\7\0ab"


@given(st.binary(max_size=3))
def test_short_request_is_refused(payload):
    with pytest.raises(PacketError, match="shorter"):
        parse_request(payload)


def test_boot_needs_blocks_before_control():
    loader = BootLoader(booted=False)
    loader.take(parse_boot(struct.pack(">HIIII", 1, 5, 0, 0, 0)))
    assert not loader.booted
    for operation in (1, 3, 5):
        loader.take(parse_boot(struct.pack(">HIIII", 1, operation, 0, 0, 0)))
    assert loader.booted


def test_boot_hello_is_answered():
    hello = struct.pack(">HIIII", 1, 0x41, 0, 0, 0)
    assert BootLoader(booted=True).take(parse_boot(hello)) == hello


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "shorter"),
        (struct.pack(">HIIII", 2, 1, 0, 0, 0), "version"),
        (struct.pack(">HIIII", 1, 9, 0, 0, 0), "operation"),
    ],
)
def test_bad_boot_message_is_refused(data, complaint):
    with pytest.raises(PacketError, match=complaint):
        parse_boot(data)


def image(*entries, content=b""):
    return b"".join(struct.pack("<4I", *entry) for entry in entries) + content


def read_nothing(address, size):
    raise AssertionError(f"no entry copies from memory, but {size} bytes at {address:#x} were read")


def test_image_copies_and_fills():
    data = image((2, 0, 48, 8), (3, 0x400000, 8, 0xDEADBEEF), (4, 0x20, 0, 0), content=b"ABCDEFGH")
    parsed = parse_image(data, read_nothing)
    assert isinstance(parsed, Image)
    assert parsed.entry == 0x20
    assert [(s.address, s.content) for s in parsed.segments] == [
        (0, b"ABCDEFGH"),
        (0x400000, bytes.fromhex("efbeadde") * 2),
    ]


def test_image_copy_is_relative_to_its_entry():
    # The second entry starts at byte 16, so its offset 32 means byte 48.
    data = image((3, 0x400000, 4, 0), (2, 0, 32, 4), (4, 0, 0, 0), content=b"WXYZ")
    assert parse_image(data, read_nothing).segments[1].content == b"WXYZ"


def test_image_copies_from_memory():
    parsed = parse_image(image((1, 0, 0x60000000, 3), (4, 0, 0, 0)), lambda a, n: b"%x" % a)
    assert parsed.segments[0].content == b"60000000"


@pytest.mark.parametrize(
    "data",
    [b"", image((2, 0, 1000, 8), (4, 0, 0, 0)), image((9, 0, 0, 0)), image(*[(3, 0, 0, 0)] * 70)],
)
def test_bad_image_is_refused(data):
    with pytest.raises(ImageError, match="application image"):
        parse_image(data, read_nothing)


@given(st.binary(max_size=200))
def test_any_bytes_give_an_image_or_an_image_error(data):
    with contextlib.suppress(ImageError):
        assert isinstance(parse_image(data, lambda _a, n: bytes(min(n, 16))), Image)
