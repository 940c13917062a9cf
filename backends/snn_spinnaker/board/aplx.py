"""The application image format of SpiNNaker: a list of copies and fills, then the code.

Source: the headers of the images that sPyNNaker installs (four words per entry: operation and
three arguments), as seen in its ``model_binaries``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from snn_spinnaker.board.errors import ImageError

COPY_ABSOLUTE = 1
COPY_RELATIVE = 2
FILL = 3
EXECUTE = 4
ENTRY = struct.Struct("<4I")
#: More entries than any image has (they have four); a bound for nonsense.
MAX_ENTRIES = 64


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Bytes to be put at an address of the core."""

    address: int
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Image:
    """What an application image asks for."""

    segments: tuple[Segment, ...]
    entry: int


def entries(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield the header's entries up to the execute entry."""
    for index in range(MAX_ENTRIES):
        if ENTRY.size * (index + 1) > len(data):
            raise ImageError(
                f"application image of {len(data)} bytes ends inside its header; "
                "load the .aplx file as a whole"
            )
        operation, *arguments = ENTRY.unpack_from(data, ENTRY.size * index)
        yield operation, arguments[0], arguments[1], arguments[2]
        if operation == EXECUTE:
            return
    raise ImageError(f"application image has no execute entry in its first {MAX_ENTRIES} entries")


def parse_image(data: bytes, read_absolute: Callable[[int, int], bytes]) -> Image:
    """Read an image.

    Parameters
    ----------
    data : bytes
        The image, from its header on; trailing bytes are ignored.
    read_absolute : callable
        ``(address, size)`` to bytes of the chip, for entries that copy from memory.

    Raises
    ------
    ImageError
        If the header names an unknown operation or bytes beyond the image.
    """
    segments: list[Segment] = []
    offset = 0
    for operation, target, first, second in entries(data):
        if operation == EXECUTE:
            return Image(segments=tuple(segments), entry=target)
        if operation == COPY_RELATIVE:
            content = data[offset + first : offset + first + second]
            if len(content) != second:
                raise ImageError(
                    f"application image copies {second} bytes from {offset + first}, "
                    f"but has {len(data)} bytes"
                )
        elif operation == COPY_ABSOLUTE:
            content = read_absolute(first, second)
        elif operation == FILL:
            content = struct.pack("<I", second) * ((first + 3) // 4)
        else:
            raise ImageError(f"application image has the unknown operation {operation}")
        segments.append(Segment(address=target, content=content))
        offset += ENTRY.size
    raise ImageError("application image has no execute entry")
