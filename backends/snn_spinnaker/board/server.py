"""The board's sockets: commands, boot messages, live input; and the loop that moves time.

One thread does everything: it looks at the sockets, then lets the board advance for some
milliseconds, and so on. A datagram that makes no sense gets the board's own error code where it
asked for an answer, a log line where not, and never ends the loop.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import time
from collections.abc import Callable

from snn_spinnaker.board.addresses import CLOCK_HZ
from snn_spinnaker.board.boot import BootLoader, parse_boot
from snn_spinnaker.board.chip import Chip
from snn_spinnaker.board.errors import AddressTakenError, BoardStartError, PacketError
from snn_spinnaker.board.machine import Machine
from snn_spinnaker.board.options import BOOT_PORT, SCP_PORT, BoardOptions
from snn_spinnaker.board.pacing import Pacer
from snn_spinnaker.board.scamp import Scamp
from snn_spinnaker.board.scp import CommandError, Request, Result, answer, parse_request
from snn_spinnaker.board.sdp import NO_REPLY, PADDING, Datagram, parse_wire
from snn_spinnaker.board.tags import Address, InputTag, TagTable

_LOG = logging.getLogger(__name__)

LARGEST_PACKET = 2048
#: Datagrams read from one socket before the board advances again.
BURST = 256
#: Seconds between looks at the control pipe while nothing happens.
IDLE_WAIT = 0.2
#: Port on which applications take commands, and the one that sets the run time (second argument:
#: run for ever). Source: ``spinn_front_end_common/utilities/scp/update_runtime_process.py``.
RUNNING_PORT = 3
NEW_RUN_TIME = 7
#: Threads chosen automatically at most: networks rarely load more chips evenly.
MOST_THREADS = 4
ANY_CHIP = (255, 255)


class Server:
    """A board on the network.

    Parameters
    ----------
    options : BoardOptions
        Kind of board and address; the address must not be empty.
    """

    def __init__(self, options: BoardOptions) -> None:
        self.options = options
        self.tags = TagTable()
        host = socket.inet_aton(options.address)
        watchdog = int(options.watchdog * CLOCK_HZ)
        threads = options.threads or min(os.cpu_count() or 1, MOST_THREADS)
        self.machine = Machine(options.version, host, self.send_out, watchdog, threads)
        self.scamp = Scamp(self.machine, self.tags, int(time.time()))
        self.boot = BootLoader(options.booted)
        self.pacer = Pacer(options.pacing)
        self.running = True
        self._endless = False
        self._selector = selectors.DefaultSelector()
        self._commands = self._open(SCP_PORT, self._take_command)
        self._boot_socket = self._open(BOOT_PORT, self._take_boot)
        self._inputs: dict[int, tuple[InputTag, socket.socket]] = {}

    def _open(self, port: int, handler: Callable[[bytes, Address], None]) -> socket.socket:
        new = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # Loading a network floods the socket while the board still computes.
        new.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        try:
            new.bind((self.options.address, port))
        except OSError as error:
            new.close()
            raise AddressTakenError(
                f"cannot bind UDP {self.options.address}:{port} ({error.strerror}); another board "
                "may run there: choose another --address"
            ) from error
        new.setblocking(False)
        self._selector.register(new, selectors.EVENT_READ, handler)
        return new

    def watch(self, stream: object, handler: Callable[[], None]) -> None:
        """Call a handler when a stream (the control pipe) can be read."""
        self._selector.register(stream, selectors.EVENT_READ, handler)  # type: ignore[arg-type]

    def serve(self) -> None:
        """Answer and advance until `stop` is called."""
        while self.running:
            for key, _ in self._selector.select(self._patience()):
                if isinstance(key.fileobj, socket.socket):
                    self._drain(key.fileobj, key.data)
                else:
                    key.data()
            self._advance()

    def stop(self) -> None:
        """End the loop and close the sockets."""
        self.running = False
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()

    def _patience(self) -> float:
        return self.pacer.wait() if self.machine.busy else IDLE_WAIT

    def _advance(self) -> None:
        if not self.running or not (self.machine.busy or self._pending_messages()):
            return
        ticks = (
            self.pacer.ticks(int(self.machine.board.now), self._live())
            if self.machine.ticking
            else 0
        )
        before = int(self.machine.board.ticks)
        self.machine.step(ticks)
        self.pacer.done(int(self.machine.board.ticks) - before)

    def _live(self) -> bool:
        """Whether something outside talks to the network, listens to it, or will stop it."""
        listened = any(tag.strip for tag in self.tags.outputs.values())
        return self._endless or listened or bool(self.tags.inputs)

    def _pending_messages(self) -> bool:
        return any(core.messages for _, core in self.machine.loaded())

    def _drain(self, source: socket.socket, handler: Callable[[bytes, Address], None]) -> None:
        for _ in range(BURST):
            try:
                data, address = source.recvfrom(LARGEST_PACKET)
            except (BlockingIOError, ConnectionError):
                return
            try:
                handler(data, address)
            except PacketError as error:
                _LOG.warning("packet from %s:%d ignored: %s", *address, error)

    def _reply(self, data: bytes, address: Address) -> None:
        try:
            self._commands.sendto(data, address)
        except OSError as error:
            _LOG.warning("answer to %s:%d lost: %s", *address, error)

    def _take_command(self, data: bytes, sender: Address) -> None:
        datagram = parse_wire(data)
        if not self.boot.booted:
            return
        chip = self._chip(datagram)
        if datagram.core:
            self._pass_to_core(datagram, chip, sender)
            return
        request = parse_request(datagram.payload)
        result, content = self._execute(chip, request, sender)
        if datagram.wants_reply:
            reply = datagram.reply(answer(request, result, content))
            self._reply(PADDING + reply.packed(), sender)
        self._update_inputs()

    def _chip(self, datagram: Datagram) -> Chip | None:
        target = (0, 0) if datagram.target == ANY_CHIP else datagram.target
        return self.machine.chips.get(target)

    def _execute(
        self, chip: Chip | None, request: Request, sender: Address
    ) -> tuple[Result, bytes]:
        if chip is None:
            return Result.NO_ROUTE, b""
        try:
            return Result.OK, self.scamp.execute(chip, request, sender)
        except CommandError as error:
            _LOG.warning(
                "command %d from %s:%d for chip %s refused: %s",
                request.command, *sender, chip.position, error,
            )  # fmt: skip
            return error.result, b""

    def _pass_to_core(self, datagram: Datagram, chip: Chip | None, sender: Address) -> None:
        """Hand a datagram to a core, marked so that its answer finds the way back."""
        marked = Datagram(
            flags=datagram.flags,
            tag=self.tags.transient(sender) if datagram.wants_reply else 255,
            target_port=datagram.target_port,
            source_port=255,
            target=chip.position if chip else datagram.target,
            source=(0, 0),
            payload=datagram.payload,
        )
        if not self.machine.deliver(marked):
            self._refuse(datagram, chip, sender)
        elif datagram.target_port >> 5 == RUNNING_PORT:
            self._note_run_time(datagram.payload)

    def _note_run_time(self, payload: bytes) -> None:
        """Notice a run without an end: whoever stops it watches the clock on the wall."""
        request = parse_request(payload)
        if request.command == NEW_RUN_TIME:
            self._endless = bool(request.arguments[1])

    def _refuse(self, datagram: Datagram, chip: Chip | None, sender: Address) -> None:
        """Answer for a core that runs nothing, as SCAMP does."""
        _LOG.warning(
            "message from %s:%d for core %d of chip %s, which runs nothing",
            *sender, datagram.core, datagram.target,
        )  # fmt: skip
        if datagram.wants_reply and len(datagram.payload) >= 4:
            result = Result.DEAD if chip else Result.NO_ROUTE
            reply = datagram.reply(answer(parse_request(datagram.payload), result))
            self._reply(PADDING + reply.packed(), sender)

    def send_out(self, datagram: Datagram) -> None:
        """Send what a core wrote to the Ethernet interface to its tag's address."""
        destination = self.tags.destination(datagram.tag)
        if destination is None:
            _LOG.warning(
                "core %d of chip %s wrote to IP tag %d, which is not set",
                datagram.source_port & 31, datagram.source, datagram.tag,
            )  # fmt: skip
            return
        address, strip = destination
        self._reply(datagram.payload if strip else PADDING + datagram.packed(), address)

    def _take_boot(self, data: bytes, sender: Address) -> None:
        reply = self.boot.take(parse_boot(data))
        if reply is not None:
            self._boot_socket.sendto(reply, sender)

    def _update_inputs(self) -> None:
        """Open and close sockets so that they match the reverse tags."""
        for tag, (kept, opened) in list(self._inputs.items()):
            if self.tags.inputs.get(tag) != kept:
                self._selector.unregister(opened)
                opened.close()
                del self._inputs[tag]
        for tag, wanted in self.tags.inputs.items():
            if tag not in self._inputs:
                self._open_input(tag, wanted)

    def _open_input(self, tag: int, wanted: InputTag) -> None:
        def take(data: bytes, _sender: Address) -> None:
            self._take_input(wanted, data)

        try:
            self._inputs[tag] = (wanted, self._open(wanted.port, take))
        except BoardStartError as error:
            _LOG.error("reverse IP tag %d has no effect: %s", tag, error)
            self.tags.clear(tag)

    def _take_input(self, tag: InputTag, data: bytes) -> None:
        datagram = Datagram(
            flags=NO_REPLY,
            tag=255,
            target_port=tag.target_port,
            source_port=255,
            target=tag.target,
            source=(0, 0),
            payload=data[: 16 + 256],
        )
        if not self.machine.deliver(datagram):
            _LOG.warning("input at UDP port %d is for a core that runs nothing", tag.port)
