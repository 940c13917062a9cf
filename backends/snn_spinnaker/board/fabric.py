"""The packet fabric: from a sender's queue to the queues of all cores that a key reaches.

A packet's way depends only on the chip where it starts and its key, so each pair is worked out
once from the routers' tables and kept in an open-addressed table that compiled code searches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from snn_spinnaker.board.addresses import CORES_PER_CHIP
from snn_spinnaker.board.chip import Chip
from snn_spinnaker.board.comms import PACKET_TYPE, receive_packet
from snn_spinnaker.board.geometry import Geometry, Position
from snn_spinnaker.board.jit import compiled
from snn_spinnaker.board.router import COUNT_DUMPED, COUNT_EXTERNAL, COUNT_LOCAL
from snn_spinnaker.board.vic import refresh

EMPTY = -1
#: Outcomes of `distribute`.
DISTRIBUTED = 0
ROUTE_UNKNOWN = 1

#: A multiplier that spreads keys which differ in few bits (2**64 divided by the golden ratio).
SPREAD = 0x1E3779B97F4A7C15


@compiled
def find_route(table: Any, identity: int) -> int:
    """Return the row of a route in the table, or of the free row where it belongs."""
    mask = table.shape[0] - 1
    row = ((identity * SPREAD) >> 40) & mask
    while table[row, 0] != EMPTY and table[row, 0] != identity:
        row = (row + 1) & mask
    return int(row)


@compiled
def hand_over(board: Any, core: Any, key: int, data: int) -> bool:
    """Queue one packet for one core; False when the core must run first to make room.

    A core that ran and left its queue full does not listen; its packets are dropped, as a real
    router drops them.
    """
    if core.loaded == 0 or core.dead != 0:
        return True
    if receive_packet(core, key, data):
        core.backlog = 0
        core.active = 1
        refresh(core)
        return True
    if core.backlog != 0:
        board.dropped += 1
        return True
    core.backlog = 1
    core.active = 1
    return False


@compiled
def send_one(board: Any, cores: Any, sender: Any, table: Any, targets: Any, progress: Any) -> int:
    """Deliver a sender's oldest packet; `progress` keeps how many targets already have it."""
    slot = sender.sent_done
    if sender.sent_control[slot] & PACKET_TYPE:
        board.unsupported += 1
        return DISTRIBUTED
    key = sender.sent_key[slot]
    identity = (sender.chip_index << 32) | key
    row = find_route(table, identity)
    if table[row, 0] == EMPTY:
        board.route_chip = sender.chip_index
        board.route_key = key
        return ROUTE_UNKNOWN
    start = table[row, 1]
    for index in range(start + progress[0], start + table[row, 2]):
        if not hand_over(board, cores[targets[index]], key, sender.sent_data[slot]):
            return STALLED
        progress[0] += 1
    table[row, 3] += 1
    board.packets += 1
    return DISTRIBUTED


STALLED = 2


@compiled
def distribute(board: Any, cores: Any, order: Any, table: Any, targets: Any, progress: Any) -> int:
    """Deliver everything that was sent, senders in board order, each sender's packets in turn."""
    for position in range(order.shape[0]):
        sender = cores[order[position]]
        while sender.sent_done < sender.sent:
            outcome = send_one(board, cores, sender, table, targets, progress)
            if outcome != DISTRIBUTED:
                return outcome
            progress[0] = 0
            sender.sent_done += 1
        sender.sent = 0
        sender.sent_done = 0
    return DISTRIBUTED


class Fabric:
    """The routes of a board.

    Parameters
    ----------
    geometry : Geometry
        How chips are joined.
    chips : dict of (x, y) to Chip
        Their routers.
    """

    def __init__(self, geometry: Geometry, chips: dict[Position, Chip]) -> None:
        self._geometry = geometry
        self._chips = chips
        self._versions: tuple[int, ...] = ()
        self.progress = np.zeros(1, np.int64)
        self.clear()

    def warm_up(self) -> None:
        """Compile the search in the table."""
        find_route(self.table, 0)

    def clear(self) -> None:
        """Forget all routes."""
        self.flush_counters()
        self.table = np.zeros((1024, 4), np.int64)
        self.table[:, 0] = EMPTY
        self.targets = np.zeros(1024, np.int64)
        self._used = 0
        self._routes = 0
        self._origins: dict[int, tuple[Chip, bool, set[Position]]] = {}

    def check_version(self) -> None:
        """Forget all routes if a router's table changed."""
        versions = tuple(chip.router.version for chip in self._chips.values())
        if versions != self._versions:
            self.clear()
            self._versions = versions

    def add(self, chip_index: int, key: int) -> int:
        """Work out where a key goes from a chip; return the number of cores reached."""
        origin = self._chips[self._geometry.chips[chip_index]]
        reached, visited = self.trace(origin, key)
        identity = (chip_index << 32) | key
        self._reserve(len(reached))
        row = find_route(self.table, identity)
        self.table[row] = (identity, self._used, len(reached), 0)
        self.targets[self._used : self._used + len(reached)] = reached
        self._used += len(reached)
        self._routes += 1
        self._origins[identity] = (origin, bool(reached), visited)
        return len(reached)

    def _reserve(self, count: int) -> None:
        while self._used + count > len(self.targets):
            self.targets = np.concatenate([self.targets, np.zeros_like(self.targets)])
        if 2 * (self._routes + 1) > len(self.table):
            old = self.table[self.table[:, 0] != EMPTY]
            self.table = np.zeros((2 * len(self.table), 4), np.int64)
            self.table[:, 0] = EMPTY
            for line in old:
                self.table[find_route(self.table, int(line[0]))] = line

    def trace(self, origin: Chip, key: int) -> tuple[list[int], set[Position]]:
        """Follow a key through the routers; return core indices and the chips passed.

        A key without an entry goes straight on; at its own chip it is dropped (default routing).
        """
        reached: list[int] = []
        seen: set[tuple[Position, int]] = set()
        work: list[tuple[Chip, int | None]] = [(origin, None)]
        visited: set[Position] = set()
        while work:
            chip, arrived = work.pop()
            visited.add(chip.position)
            route = chip.router.lookup(key)
            if route is None:
                if arrived is None:
                    continue
                route = 1 << arrived
            reached += self._local_targets(chip, route)
            for link in range(6):
                other = self._geometry.neighbour(chip.position, link)
                if route >> link & 1 and other is not None and (other, link) not in seen:
                    seen.add((other, link))
                    work.append((self._chips[other], link))
        return sorted(reached), visited

    @staticmethod
    def _local_targets(chip: Chip, route: int) -> list[int]:
        numbers = (number for number in range(CORES_PER_CHIP) if route >> (6 + number) & 1)
        return [chip.index * CORES_PER_CHIP + number for number in numbers if number in chip.cores]

    def flush_counters(self) -> None:
        """Add what was delivered since the last call to the routers' diagnostic counters."""
        for line in getattr(self, "table", np.zeros((0, 4), np.int64)):
            if line[0] == EMPTY or line[3] == 0:
                continue
            origin, routed, visited = self._origins[int(line[0])]
            origin.router.count(COUNT_LOCAL if routed else COUNT_DUMPED, int(line[3]))
            for position in visited - {origin.position}:
                self._chips[position].router.count(COUNT_EXTERNAL, int(line[3]))
            line[3] = 0
