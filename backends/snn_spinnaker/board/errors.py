"""What can go wrong with the virtual board, one class per kind of mistake."""

from __future__ import annotations

from snn.errors import BackendUnavailableError, SnnError


class BoardError(SnnError, RuntimeError):
    """Base of all errors of the virtual board."""


class ImageError(BoardError, ValueError):
    """An application image that cannot be loaded."""


class PacketError(BoardError, ValueError):
    """A datagram that is no message of the board's protocol."""


class MemoryRangeError(BoardError, ValueError):
    """An access outside the memory of a chip."""


class ConfigurationError(BoardError, ValueError):
    """Options of the board that do not go together or are out of range."""


class BoardStartError(BoardError):
    """The board's process did not start, or ended before it answered."""


class AddressTakenError(BoardStartError):
    """Another board answers at this address."""


class MissingExtraError(BoardError, BackendUnavailableError):
    """A package of the optional extra is not installed."""
