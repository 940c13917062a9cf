"""The machine: all chips of a board, their time, and the messages between cores and host."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import numpy as np

from snn_spinnaker.board.addresses import CORES_PER_CHIP
from snn_spinnaker.board.chip import Chip
from snn_spinnaker.board.core import Core
from snn_spinnaker.board.errors import PacketError
from snn_spinnaker.board.fabric import Fabric
from snn_spinnaker.board.geometry import Position, board_geometry
from snn_spinnaker.board.load import CoreLoad, core_load
from snn_spinnaker.board.mailbox import give_message, give_signal, take_messages
from snn_spinnaker.board.registers import BOARD_RECORD, CHIP_RECORD, CORE_RECORD
from snn_spinnaker.board.scheduler import NEEDS_MONITOR, NEEDS_ROUTE, NEEDS_TIME, advance
from snn_spinnaker.board.sdp import ETHERNET_PORT, Datagram, parse_datagram
from snn_spinnaker.board.system_controller import interrupt_core
from snn_spinnaker.board.system_variables import (
    RT_CODE,
    STATE,
    STATE_RUN_TIME_EXCEPTION,
    STATE_WATCHDOG,
)
from snn_spinnaker.board.threads import ThreadChoice

_LOG = logging.getLogger(__name__)

SIGNAL_STOP = 2
SIGNAL_SYNC0 = 4
SIGNAL_SYNC1 = 5
SIGNALS = range(16)
CODE_DATA_ABORT = 5
_NO_MONITORS = (
    "enable_advanced_monitor_support = False and enable_reinjection = False under [Machine]"
)
#: Settings that avoid applications, by the beginning of their names.
REMEDIES = {
    "extra_monitor": _NO_MONITORS,
    "data_speed_up": _NO_MONITORS,
    "simple_pair": "compressor = PairCompressor under [Mapping] (it compresses on the host)",
    "simple_unordered": "compressor = PairUnorderedCompressor under [Mapping] (on the host)",
}
#: What the engine's error codes mean to a person.
FAULTS = {
    6: "read from no memory",
    7: "write to no memory",
    8: "jump to no memory",
    10: "undefined instruction",
    14: "jump to memory that holds no code",
    16: "unaligned read",
    17: "unaligned write",
    21: "undefined instruction or software interrupt",
    100: "DMA transfer outside memory",
}


def unsupported(name: str) -> str:
    """Return the setting that avoids an application which cannot work here, empty if it can.

    Advanced monitors send fixed-route packets, on-chip compressors write router registers.
    """
    for prefix, remedy in REMEDIES.items():
        if name.startswith(prefix):
            return remedy
    return ""


class Machine:
    """A board's chips and the passage of time on them.

    Parameters
    ----------
    version : int
        3 (four chips) or 5 (48 chips).
    ip : bytes
        The board's IP address, four bytes.
    send : callable
        Called with every datagram that a core sends to the Ethernet interface.
    watchdog : int
        Instructions that a core may execute without waiting before it counts as caught in a loop.
    threads : int
        Threads that share the chips at most, where that pays; results do not depend on it.
    """

    def __init__(
        self,
        version: int,
        ip: bytes,
        send: Callable[[Datagram], None],
        watchdog: int,
        threads: int = 1,
    ) -> None:
        self.geometry = board_geometry(version)
        count = len(self.geometry.chips)
        self.board_records = np.zeros(1, BOARD_RECORD)
        self.chip_records = np.zeros(count, CHIP_RECORD)
        self.core_records = np.zeros(count * CORES_PER_CHIP, CORE_RECORD)
        self.board: np.record = self.board_records.view(np.recarray)[0]
        self._threads = ThreadChoice(threads)
        self.chips: dict[Position, Chip] = {
            position: Chip(self.geometry, index, self.chip_records, self.core_records, ip)
            for index, position in enumerate(self.geometry.chips)
        }
        self.fabric = Fabric(self.geometry, self.chips)
        self._send = send
        self._watchdog = watchdog
        self._order = np.zeros(0, np.int64)
        self._starts = np.zeros(1, np.int64)
        self._finished: list[CoreLoad] = []

    def warm_up(self) -> None:
        """Compile what a run needs, so that the first request does not wait for it."""
        self.fabric.warm_up()
        self.step(0)

    def loaded(self) -> list[tuple[Chip, Core]]:
        """Return every core that has an application, with its chip."""
        return [(chip, core) for chip in self.chips.values() for core in chip.loaded_cores()]

    def note_change(self) -> None:
        """Renew what depends on which cores are loaded; call after starting or stopping some."""
        self._order = np.array(sorted(core.index for _, core in self.loaded()), np.int64)
        changes = np.flatnonzero(np.diff(self._order // CORES_PER_CHIP)) + 1
        bounds = [0, *changes.tolist(), len(self._order)]
        self._starts = np.array(sorted(set(bounds)), np.int64)
        self.fabric.clear()

    @property
    def busy(self) -> bool:
        """Whether a core has work or a running timer."""
        records = self.core_records[self._order]
        alive = records["dead"] == 0
        return bool(np.any(alive & ((records["active"] != 0) | (records["timer_due"][:, 0] >= 0))))

    @property
    def ticking(self) -> bool:
        """Whether a core's first timer runs."""
        records = self.core_records[self._order]
        return bool(np.any((records["dead"] == 0) & (records["timer_due"][:, 0] >= 0)))

    def step(self, ticks: int) -> None:
        """Settle all cores and go through a number of ticks.

        Comes back early when a core computes for longer than the sockets should wait.
        """
        self.fabric.check_version()
        # Messages first: what a core is told between two ticks must not wait for a batch of them.
        done = self._run_to(int(self.board.ticks))
        while done and self._hand_out_messages():
            done = self._run_to(int(self.board.ticks))
        if done and ticks:
            self._run_ticks(ticks)
        self._look_for_failures()

    def _run_ticks(self, ticks: int) -> None:
        """Go through ticks, and measure whether threads pay."""
        self.board.threads = self._threads.next()
        before, parallel = int(self.board.work), int(self.board.parallel_phases)
        started = time.perf_counter()
        self._run_to(int(self.board.ticks) + ticks)
        took = time.perf_counter() - started
        if self.board.threads == 1 or int(self.board.parallel_phases) > parallel:
            self._threads.note(took, int(self.board.work) - before)

    def _run_to(self, tick: int) -> bool:
        """Settle and go on until a tick; False if a core needs more time than a quantum."""
        while True:
            reason = self._advance(tick - int(self.board.ticks))
            if reason == NEEDS_ROUTE:
                self.fabric.add(int(self.board.route_chip), int(self.board.route_key))
            elif reason == NEEDS_MONITOR:
                self._serve_monitor()
            else:
                return reason != NEEDS_TIME

    def _advance(self, ticks: int) -> int:
        return advance(
            self.board_records,
            self.chip_records,
            self.core_records,
            self._order,
            self._starts,
            self.fabric.table,
            self.fabric.targets,
            self.fabric.progress,
            ticks,
        )

    def _serve_monitor(self) -> None:
        for chip in self.chips.values():
            if chip.record.monitor_request:
                for message in take_messages(chip):
                    self._receive(message)

    def _receive(self, message: bytes) -> None:
        try:
            datagram = parse_datagram(message)
        except PacketError as error:
            _LOG.warning("a core sent a malformed message: %s", error)
            return
        if datagram.target_port == ETHERNET_PORT:
            self._send(datagram)
        elif not self.deliver(datagram):
            _LOG.warning(
                "a core wrote to %s, core %d, which runs nothing", datagram.target, datagram.core
            )

    def deliver(self, datagram: Datagram) -> bool:
        """Queue a message for a core; False when no application runs there."""
        chip = self.chips.get(datagram.target)
        core = chip.cores.get(datagram.core) if chip else None
        if core is None or not core.record.loaded:
            return False
        core.messages.append(datagram.packed())
        return True

    def _hand_out_messages(self) -> bool:
        given = False
        for chip, core in self.loaded():
            if core.messages and not core.record.dead:
                given |= give_message(chip, core)
        return given

    def loads(self) -> list[CoreLoad]:
        """Return the load of every core since its application was started, stopped ones first."""
        current = [_load(chip, core) for chip, core in self.loaded() if core.record.ticks]
        return self._finished + current

    def forget_loads(self) -> None:
        """Forget the loads of applications that were stopped."""
        self._finished.clear()

    def stop_application(self, application: int) -> None:
        """Stop an application on all chips; the load of its cores is kept for the report."""
        for chip, core in self.loaded():
            if core.application == application and core.record.ticks:
                self._finished.append(_load(chip, core))
        for chip in self.chips.values():
            chip.stop_application(application)
        self.note_change()

    def signal(self, number: int, application: int, mask: int) -> None:
        """Send a signal to the cores of the applications that match."""
        if number == SIGNAL_STOP:
            self.stop_application(application)
            return
        for chip, core in self.loaded():
            if core.application & mask == application:
                self._signal_core(chip, core, number)

    @staticmethod
    def _signal_core(chip: Chip, core: Core, number: int) -> None:
        bit = 1 << core.number
        if number in (SIGNAL_SYNC0, SIGNAL_SYNC1):
            flags = int(chip.record.core_flags)
            chip.record.core_flags = flags | bit if number == SIGNAL_SYNC1 else flags & ~bit
            interrupt_core(chip.record, core.number)
        else:
            give_signal(chip, core, number)

    def _look_for_failures(self) -> None:
        for chip, core in self.loaded():
            if core.record.faults and not core.reported:
                self._report_fault(chip, core)
            elif self._is_caught(core):
                self._stop_loop(chip, core)
            elif not core.reported:
                self._look_at_state(chip, core)

    @staticmethod
    def _look_at_state(chip: Chip, core: Core) -> None:
        variables = chip.variables
        remedy = unsupported(variables.core_name(core.number))
        if remedy:
            core.reported = True
            _LOG.error(
                "core %d of chip %s runs %s, which needs what this board does not have; set %s",
                core.number, chip.position, variables.core_name(core.number), remedy,
            )  # fmt: skip
            return
        if variables.core_byte(core.number, STATE) != STATE_RUN_TIME_EXCEPTION:
            return
        core.reported = True
        _LOG.error(
            "core %d of chip %s (%s) gave up with run-time exception %d; sPyNNaker's report of "
            "its IOBUF says why",
            core.number, chip.position, variables.core_name(core.number),
            variables.core_byte(core.number, RT_CODE),
        )  # fmt: skip

    def _is_caught(self, core: Core) -> bool:
        record = core.record
        computed = int(record.instructions - record.since_wait)
        return bool(record.active and not record.dead and computed > self._watchdog)

    def _report_fault(self, chip: Chip, core: Core) -> None:
        core.reported = True
        record = core.record
        _LOG.error(
            "core %d of chip %s (%s): %s at pc %#010x; its application is told (run-time "
            "exception)",
            core.number, chip.position, chip.variables.core_name(core.number),
            FAULTS.get(int(record.error), "fault"), int(record.fault_pc),
        )  # fmt: skip
        if record.dead:
            chip.variables.set_core_byte(core.number, RT_CODE, CODE_DATA_ABORT)
            chip.variables.set_core_byte(core.number, STATE, STATE_RUN_TIME_EXCEPTION)

    def _stop_loop(self, chip: Chip, core: Core) -> None:
        core.record.dead = 1
        core.record.active = 0
        chip.variables.set_core_byte(core.number, STATE, STATE_WATCHDOG)
        _LOG.error(
            "core %d of chip %s (%s) executed %d instructions without waiting: stopped by the "
            "watchdog at pc %#010x; if it only computes for long, raise --watchdog",
            core.number, chip.position, chip.variables.core_name(core.number),
            self._watchdog, int(core.record.pc),
        )  # fmt: skip


def _load(chip: Chip, core: Core) -> CoreLoad:
    name = chip.variables.core_name(core.number)
    return core_load(chip.position, name, core.record, core.engine.dtcm.bytes[:])
