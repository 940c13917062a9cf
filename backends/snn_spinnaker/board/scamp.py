"""What the monitor of a chip answers: the commands of SCAMP.

One method per command; each gets the chip, the request and who asked, and returns the data of the
answer. Arguments are those that SpiNNMan 7.4.1 sends (``messages/scp/impl``).
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Callable

from snn_spinnaker.board.addresses import APPLICATION_IMAGE, CORES_PER_CHIP
from snn_spinnaker.board.chip import IMAGE_BYTES, Chip
from snn_spinnaker.board.errors import ImageError, MemoryRangeError
from snn_spinnaker.board.geometry import SELF
from snn_spinnaker.board.machine import SIGNALS, Machine
from snn_spinnaker.board.mailbox import state
from snn_spinnaker.board.router import COUNTER_CONTROL
from snn_spinnaker.board.scp import MAX_DATA, Command, CommandError, Request, Result
from snn_spinnaker.board.system_variables import APPLICATION
from snn_spinnaker.board.tags import FIXED_TAGS, Address, InputTag, OutputTag, TagTable

_LOG = logging.getLogger(__name__)
_WORD = struct.Struct("<I")

VERSION_NUMBER = b"4.0.0"
BUFFER_SIZE = 256
#: ``NNP`` carries signals when its first argument is this; other uses are floods of binaries.
NNP_SIGNAL = 0x3F << 16

TAG_NEW, TAG_SET, TAG_GET, TAG_CLEAR, TAG_INFO = range(5)
ALLOCATE_SDRAM, FREE_SDRAM, FREE_SDRAM_OF, ALLOCATE_ROUTES, FREE_ROUTES, FREE_ROUTES_OF = range(6)
ROUTER_CLEAR, ROUTER_ENTRY, ROUTER_LOAD, ROUTER_FIXED = range(4)

Handler = Callable[[Chip, Request, Address], bytes]


class Scamp:
    """The monitors of all chips of a board.

    Parameters
    ----------
    machine : Machine
        The board.
    tags : TagTable
        Its IP tags.
    build_date : int
        Seconds since 1970 that ``VER`` reports.
    """

    def __init__(self, machine: Machine, tags: TagTable, build_date: int) -> None:
        self._machine = machine
        self._tags = tags
        self._build_date = build_date
        self._handlers: dict[int, Handler] = {
            Command.VERSION: self._version,
            Command.READ: self._read,
            Command.WRITE: self._write,
            Command.FILL: self._fill,
            Command.COUNT: self._count,
            Command.LINK_READ: self._link_read,
            Command.LINK_WRITE: self._link_write,
            Command.APPLICATION_RUN: self._run,
            Command.NEAREST_NEIGHBOUR: self._nearest_neighbour,
            Command.APPLICATION_COPY_RUN: self._copy_run,
            Command.SIGNAL: self._signal,
            Command.LED: self._nothing,
            Command.IPTAG: self._iptag,
            Command.ALLOCATE: self._allocate,
            Command.ROUTER: self._router,
            Command.INFO: self._info,
            Command.SYNC: self._nothing,
        }

    def execute(self, chip: Chip, request: Request, sender: Address) -> bytes:
        """Return the data of the answer.

        Raises
        ------
        CommandError
            With the code to answer: unknown command, bad argument, bad length.
        """
        handler = self._handlers.get(request.command)
        if handler is None:
            raise CommandError(
                Result.BAD_COMMAND,
                f"command {request.command} is not one of SCAMP's that this board answers "
                f"({', '.join(f'{command.name} {command.value}' for command in Command)})",
            )
        try:
            return handler(chip, request, sender)
        except (MemoryRangeError, ImageError) as error:
            raise CommandError(Result.BAD_ARGUMENT, str(error)) from error

    def _version(self, chip: Chip, _request: Request, _sender: Address) -> bytes:
        x, y = chip.position
        numbers = struct.pack("<BBBBHHI", 0, 0, y, x, BUFFER_SIZE, 0xFFFF, self._build_date)
        return numbers + b"SC&MP/SpiNNaker\0" + VERSION_NUMBER + b"\0"

    def _nothing(self, _chip: Chip, _request: Request, _sender: Address) -> bytes:
        return b""

    def _read(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        address, size, _ = request.arguments
        _check_size(size)
        self._machine.fabric.flush_counters()
        return chip.memory.read(address, size)

    def _write(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        address, size, _ = request.arguments
        _check_data(size, request)
        if address & 0xEFFFFFFF == COUNTER_CONTROL and size == 4:
            self._machine.fabric.flush_counters()
            chip.router.write_counter_control(_WORD.unpack(request.data[:4])[0])
        else:
            chip.memory.write(address, request.data[:size])
        return b""

    def _fill(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        address, word, size = request.arguments
        chip.memory.locate(address, size)
        chip.memory.write(address, (_WORD.pack(word) * ((size + 3) // 4))[:size])
        return b""

    def _neighbour(self, chip: Chip, link: int) -> Chip:
        position = None
        if 0 <= link < 6:
            position = self._machine.geometry.neighbour(chip.position, link)
        if position is None:
            raise CommandError(
                Result.BAD_ARGUMENT,
                f"chip {chip.position} has no link {link}; its links are bits {chip.links:06b}",
            )
        return self._machine.chips[position]

    def _link_read(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        address, size, link = request.arguments
        _check_size(size)
        return self._neighbour(chip, link).memory.read(address, size)

    def _link_write(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        address, size, link = request.arguments
        _check_data(size, request)
        self._neighbour(chip, link).memory.write(address, request.data[:size])
        return b""

    def _count(self, _chip: Chip, request: Request, _sender: Address) -> bytes:
        application, wanted, _ = request.arguments
        matching = sum(
            1
            for chip in self._machine.chips.values()
            for number in range(1, CORES_PER_CHIP)
            if chip.variables.core_byte(number, APPLICATION) == application
            and state(chip, number) == wanted
        )
        return _WORD.pack(matching)

    def _start(self, chip: Chip, word: int) -> bytes:
        """Start the image in the system area; the word has mask, flags and application."""
        chip.start_application(word & 0x3FFFE, word >> 24, (word >> 18) & 0x3F)
        self._machine.note_change()
        return b""

    def _run(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        return self._start(chip, request.arguments[0])

    def _copy_run(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        link, size, word = request.arguments
        if size > IMAGE_BYTES:
            raise CommandError(
                Result.BAD_ARGUMENT, f"image of {size} bytes exceeds {IMAGE_BYTES} bytes"
            )
        source = self._neighbour(chip, link & 7)
        chip.memory.write(APPLICATION_IMAGE, source.memory.read(APPLICATION_IMAGE, size))
        return self._start(chip, word)

    def _signal(self, _chip: Chip, request: Request, _sender: Address) -> bytes:
        return self._send_signal(request.arguments[1])

    def _nearest_neighbour(self, _chip: Chip, request: Request, _sender: Address) -> bytes:
        first, second, _ = request.arguments
        if first != NNP_SIGNAL:
            raise CommandError(
                Result.BAD_ARGUMENT,
                f"NNP {first:#010x} is a flood; this board takes signals ({NNP_SIGNAL:#010x})",
            )
        return self._send_signal(second & 0x0FFFFFFF)

    def _send_signal(self, word: int) -> bytes:
        number = word >> 16 & 0xFF
        if number not in SIGNALS:
            raise CommandError(Result.BAD_ARGUMENT, f"signal {number} is not in 0 to 15")
        self._machine.signal(number, word & 0xFF, word >> 8 & 0xFF)
        return b""

    def _iptag(self, _chip: Chip, request: Request, sender: Address) -> bytes:
        operation = request.arguments[0] >> 16 & 0xFF
        tag = request.arguments[0] & 0xFF
        if operation == TAG_INFO:
            # Transient time-out (code), size of a tag entry, transient and fixed tags.
            return struct.pack("<BBBB", 9, 32, 16, FIXED_TAGS)
        if tag >= FIXED_TAGS:
            raise CommandError(Result.BAD_ARGUMENT, f"IP tag {tag} is not in 0 to {FIXED_TAGS - 1}")
        if operation in (TAG_NEW, TAG_SET):
            self._set_tag(tag, request, sender)
            return _WORD.pack(tag)
        if operation == TAG_GET:
            return self._tags.described(tag)
        if operation == TAG_CLEAR:
            self._tags.clear(tag)
            return b""
        raise CommandError(Result.BAD_ARGUMENT, f"IP tag operation {operation} is not in 0 to 4")

    def _set_tag(self, tag: int, request: Request, sender: Address) -> None:
        options, second, third = request.arguments
        self._tags.clear(tag)
        if options >> 29 & 1:
            self._tags.inputs[tag] = InputTag(
                port=second & 0xFFFF,
                target=(second >> 24, second >> 16 & 0xFF),
                target_port=options >> 8 & 0xFF,
            )
            return
        host = struct.pack("<I", third) if third else socket.inet_aton(sender[0])
        address = sender if options >> 30 & 1 else (socket.inet_ntoa(host), second & 0xFFFF)
        self._tags.outputs[tag] = OutputTag(
            host=socket.inet_aton(address[0]), address=address, strip=bool(options >> 28 & 1)
        )

    def _allocate(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        first, second, third = request.arguments
        operation = first & 0xFF
        application = first >> 8 & 0xFF
        if operation == ALLOCATE_SDRAM:
            retry = bool(first >> 16 & 4)
            return _WORD.pack(chip.sdram_heap.allocate(second, third, application, retry))
        if operation == FREE_SDRAM:
            return _WORD.pack(int(chip.sdram_heap.release(second)))
        if operation == FREE_SDRAM_OF:
            return _WORD.pack(max(1, chip.sdram_heap.release_application(application)))
        if operation == ALLOCATE_ROUTES:
            return _WORD.pack(chip.router.allocate(second, application))
        if operation == FREE_ROUTES_OF:
            return _WORD.pack(max(1, chip.router.release_application(application)))
        raise CommandError(
            Result.BAD_ARGUMENT, f"allocation operation {operation} is not one of 0, 1, 2, 3, 5"
        )

    def _router(self, chip: Chip, request: Request, _sender: Address) -> bytes:
        first, second, third = request.arguments
        operation = first & 0xFF
        if operation == ROUTER_CLEAR:
            chip.router.clear()
        elif operation == ROUTER_LOAD:
            if not chip.router.load(second, first >> 16, third, first >> 8 & 0xFF):
                raise CommandError(
                    Result.BAD_ARGUMENT,
                    f"{first >> 16} routing entries from {third} on exceed the table of 1024",
                )
        elif operation == ROUTER_FIXED:
            if second >> 31:
                return _WORD.pack(chip.router.fixed_route)
            chip.router.fixed_route = second
        else:
            raise CommandError(
                Result.BAD_ARGUMENT, f"router operation {operation} is not one of 0, 2, 3"
            )
        return b""

    def _info(self, chip: Chip, _request: Request, _sender: Address) -> bytes:
        ethernet = chip.position == (0, 0)
        flags = CORES_PER_CHIP | chip.links << 8 | chip.router.free_entries << 14 | ethernet << 25
        sizes = (chip.sdram_heap.largest_free(), chip.system_ram_heap.largest_free())
        states = bytes(state(chip, number) for number in range(CORES_PER_CHIP))
        routes = self._machine.geometry.first_links(chip.position)
        parent = SELF if ethernet else routes[0, 0]
        address = chip.memory.read(0xE5007FF0, 4)
        return struct.pack("<III", flags, *sizes) + states + bytes(2) + address + bytes([parent, 0])


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_DATA:
        raise CommandError(Result.BAD_LENGTH, f"{size} bytes; one command carries 0 to {MAX_DATA}")


def _check_data(size: int, request: Request) -> None:
    _check_size(size)
    if len(request.data) < size:
        raise CommandError(
            Result.BAD_LENGTH, f"command says {size} bytes and carries {len(request.data)}"
        )
