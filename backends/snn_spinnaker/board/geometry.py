"""Shapes of the two boards: which chips there are, their links and the routes between them.

Source: *SpiNNaker Datasheet* chapter 10 (links) and the machine descriptions that SpiNNMachine
ships (``version_3.py``, ``version_5.py``).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from snn_spinnaker.board.errors import ConfigurationError

#: Steps of the six links: east, north-east, north, west, south-west, south.
LINKS = ((1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1))
#: Columns of the 48-chip board per row: the hexagon.
ROWS_48 = ((0, 5), (0, 6), (0, 7), (0, 8), (1, 8), (2, 8), (3, 8), (4, 8))
#: Links that a SpiNN-3 lacks. It is a torus of 2x2 chips, so two links would join each pair twice;
#: the board leaves these out.
MISSING_3 = frozenset(
    {(0, 0, 3), (0, 0, 4), (0, 1, 3), (0, 1, 4), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1)}
)
NO_ROUTE = 6
SELF = 7

Position = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """A board's chips and how they are joined.

    Attributes
    ----------
    version : int
        Hardware version, 3 or 5.
    width, height : int
        Size of the enclosing rectangle, chips.
    chips : tuple of (x, y)
        Positions, in the order in which chips are numbered.
    """

    version: int
    width: int
    height: int
    chips: tuple[Position, ...]

    def neighbour(self, position: Position, link: int) -> Position | None:
        """Return the chip at the other end of a link, None if there is none."""
        x, y = position
        if self.version == 3 and (x, y, link) in MISSING_3:
            return None
        other = (x + LINKS[link][0], y + LINKS[link][1])
        if self.version == 3:
            other = (other[0] % self.width, other[1] % self.height)
        return other if other in self.chips else None

    def working_links(self, position: Position) -> int:
        """Return the bits of the links that lead to a chip."""
        return sum(1 << link for link in range(6) if self.neighbour(position, link) is not None)

    def first_links(self, position: Position) -> dict[Position, int]:
        """Return, for every other chip, the first link of a shortest way to it."""
        first: dict[Position, int] = {}
        queue: deque[Position] = deque([position])
        while queue:
            here = queue.popleft()
            for link in range(6):
                other = self.neighbour(here, link)
                if other is None or other == position or other in first:
                    continue
                first[other] = first.get(here, link)
                queue.append(other)
        return first

    def p2p_words(self, position: Position) -> list[int]:
        """Return a chip's point-to-point routing table: three bits per address, eight per word."""
        words = [0o66666666] * 8192
        routes = self.first_links(position) | {position: SELF}
        for (x, y), route in routes.items():
            index = (x << 8) | y
            shift = 3 * (index & 7)
            words[index >> 3] = words[index >> 3] & ~(7 << shift) | route << shift
        return words


def board_geometry(version: int) -> Geometry:
    """Return the geometry of a board version.

    Raises
    ------
    ConfigurationError
        For versions other than 3 (four chips) and 5 (48 chips).
    """
    if version == 3:
        chips: tuple[Position, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
        return Geometry(version=3, width=2, height=2, chips=chips)
    if version == 5:
        chips = tuple((x, y) for y, row in enumerate(ROWS_48) for x in range(*row))
        return Geometry(version=5, width=8, height=8, chips=chips)
    raise ConfigurationError(
        f"board version must be 3 (four chips) or 5 (48 chips); got {version!r}"
    )
