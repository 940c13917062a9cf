"""Options of a board, checked before anything starts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

from snn_spinnaker.board.errors import ConfigurationError

SCP_PORT = 17893
BOOT_PORT = 54321
#: Addresses of 127.0.0.0/8 from this one on are tried when none is given. 127.0.0.1 itself will
#: not do: SpiNNMan takes it for its own simulator.
FIRST_ADDRESS = "127.0.0.2"

Pacing = Literal["auto", "real-time", "fast"]
PACINGS: tuple[Pacing, ...] = ("auto", "real-time", "fast")


@dataclass(frozen=True, kw_only=True)
class BoardOptions:
    """What kind of board, where, and how fast.

    Attributes
    ----------
    version : int
        3: four chips (SpiNN-3); 5: 48 chips (SpiNN-5).
    address : str
        IPv4 address to answer on; empty for a free loopback address.
    expose : bool
        Allow an address outside 127.0.0.0/8, so that other computers can use the board.
    pacing : {"auto", "real-time", "fast"}
        Whether a millisecond of the board takes a millisecond. "auto": while a reverse IP tag or
        a live output tag is set, and in runs without an end, otherwise as fast as possible.
    booted : bool
        Whether the board is up from the start, or waits for boot messages.
    watchdog : float
        Seconds of computing (at 200 million instructions a second) without a pause after which a
        core counts as caught in a loop.
    threads : int
        Threads that share the chips; 0 for automatic.
    """

    version: int = 3
    address: str = ""
    expose: bool = False
    pacing: Pacing = "auto"
    booted: bool = True
    watchdog: float = 60.0
    threads: int = 0

    def __post_init__(self) -> None:
        self._check_version()
        self._check_address()
        self._check_numbers()

    def _check_version(self) -> None:
        if self.version not in (3, 5):
            raise ConfigurationError(
                f"BoardOptions.version must be 3 (four chips) or 5 (48 chips); got {self.version!r}"
            )

    def _check_address(self) -> None:
        if not self.address:
            return
        try:
            parsed = ipaddress.IPv4Address(self.address)
        except ValueError as error:
            raise ConfigurationError(
                f"BoardOptions.address must be an IPv4 address such as {FIRST_ADDRESS}; "
                f"got {self.address!r}"
            ) from error
        if self.address == "127.0.0.1":
            raise ConfigurationError(
                "BoardOptions.address must not be 127.0.0.1, which SpiNNMan takes for its own "
                f"simulator; use another loopback address such as {FIRST_ADDRESS}"
            )
        if not parsed.is_loopback and not self.expose:
            raise ConfigurationError(
                f"BoardOptions.address {self.address} is not a loopback address; the board has no "
                "access control, so this needs expose=True (--expose)"
            )

    def _check_numbers(self) -> None:
        if self.pacing not in PACINGS:
            raise ConfigurationError(
                f"BoardOptions.pacing must be one of {', '.join(PACINGS)}; got {self.pacing!r}"
            )
        if not self.watchdog > 0:
            raise ConfigurationError(
                f"BoardOptions.watchdog must be above 0 s; got {self.watchdog!r}"
            )
        if self.threads < 0:
            raise ConfigurationError(
                f"BoardOptions.threads must be 0 (automatic) or more; got {self.threads!r}"
            )
