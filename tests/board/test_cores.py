"""Cores that execute: programs of a few hand-assembled words, no sPyNNaker needed.

Every word is ARM machine code, with its assembly beside it.
"""

import logging
import struct

import pytest

from snn_spinnaker.board.machine import Machine
from snn_spinnaker.board.registers import STOP_NONE

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytestmark = pytest.mark.board(small=True)

WAIT = 0xEE070F90  # mcr p15, 0, r0, c7, c0, 4
LOOP = 0xEAFFFFFE  # b .
#: Board time, milliseconds in cycles.
MS = 200_000


def image(words):
    code = struct.pack(f"<{len(words)}I", *words)
    return struct.pack("<8I", 2, 0, 32, len(code), 4, 0, 0, 0) + code


def start(machine, words, mask=0b10, chip=(0, 0)):
    machine.chips[chip].memory.write(0x67800000, image(words).ljust(4096, b"\0"))
    machine.chips[chip].start_application(mask, 30, 0)
    machine.note_change()


@pytest.fixture
def machine():
    return Machine(3, b"\x7f\0\0\2", lambda datagram: None, watchdog=10_000_000)


def constant(register, value):
    """Return four instructions that build a 32-bit constant: mov and three orr."""
    words = []
    for number, shift in enumerate((0, 8, 16, 24)):
        byte = value >> shift & 0xFF
        rotate = (32 - shift) // 2 % 16
        operation = 0xE3A00000 if number == 0 else 0xE3800000 | register << 16
        words.append(operation | register << 12 | rotate << 8 | byte)
    return words


def store(value, address):
    """Return instructions that store a word at an address."""
    return constant(0, value) + constant(1, address) + [0xE5810000]  # str r0, [r1]


def test_a_core_computes_and_waits(machine):
    start(machine, [*store(0x12345678, 0x60300000), WAIT])
    machine.step(0)
    chip = machine.chips[0, 0]
    assert chip.memory.word(0x60300000) == 0x12345678
    record = chip.cores[1].record
    # Two constants of four instructions, the store and the wait.
    assert (record.waiting, record.instructions) == (1, 10)


def test_instructions_in_thumb_state_are_two_bytes(machine):
    # add r0, pc, #1; bx r0; then Thumb: movs r0, #1; movs r0, #2; b .
    start(machine, [0xE28F0001, 0xE12FFF10, 0x20022001, 0xE7FEE7FE])
    machine.step(0)
    record = machine.chips[0, 0].cores[1].record
    # Blocks: two ARM instructions, three Thumb ones, then one for each turn of the loop.
    assert record.instructions - record.blocks == 3
    assert record.instructions > 1_000_000


def timer_program():
    """Return a program that counts its timer interrupts at 0x60300000."""
    vectors = [0xEA000006, 0, 0, 0, 0, 0]  # 00 b 0x20
    vectors += [0xE51FFFF0, 0]  # 18 ldr pc, [pc, #-0xff0]: the vector address register
    handler = [
        0xE2844001,  # 20 add r4, r4, #1
        0xE5854000,  # str r4, [r5]
        0xE586000C,  # str r0, [r6, #0xc]: clear the timer's interrupt
        0xE5870030,  # str r0, [r7, #0x30]: leave the slot
        0xE25EF004,  # subs pc, lr, #4
    ]
    prepare = [
        0xE3A04000, *constant(5, 0x60300000), *constant(6, 0x11000000), *constant(7, 0x1F000000),
        *constant(0, 0x24), 0xE5870100,  # mov r0, handler; str r0, [r7, #0x100]
        0xE3A00024, 0xE5870200,  # mov r0, #0x24; str r0, [r7, #0x200]: slot 0 takes line 4
        0xE3A00010, 0xE5870010,  # mov r0, #0x10; str r0, [r7, #0x10]: enable line 4
        *constant(0, MS), 0xE5860000,  # load register
        0xE3A000E2, 0xE5860008,  # mov r0, #0xe2; str r0, [r6, #8]: periodic, with interrupt
        0xE321F053,  # msr cpsr_c, #0x53: interrupts on
        WAIT, 0xEAFFFFFD,  # wait; back to it
    ]  # fmt: skip
    # The branch at 20 skips the handler, which therefore starts at 24.
    return [*vectors, 0xEA000004, *handler, *prepare]


def test_timer_interrupts_come_once_a_tick(machine):
    start(machine, timer_program())
    machine.step(0)
    assert machine.ticking
    for ticks in (1, 3, 10):
        before = int(machine.board.now)
        machine.step(ticks)
        assert int(machine.board.now) == before + ticks * MS
    chip = machine.chips[0, 0]
    assert chip.memory.word(0x60300000) == 14
    # The chip's count of milliseconds.
    assert chip.memory.read(0xE5007F10, 8) == struct.pack("<Q", 14)
    (load,) = machine.loads()
    # Handler, one branch back and the wait; the estimate adds two cycles per block.
    assert (load.ticks, load.budget, load.overruns) == (14, MS, 0)
    assert 7 <= load.cycles_max <= 20


def test_a_run_does_not_depend_on_how_it_is_cut(machine):
    other = Machine(3, b"\x7f\0\0\2", lambda datagram: None, watchdog=10_000_000)
    for which, cuts in ((machine, (1, 1, 5, 3)), (other, (10,))):
        start(which, timer_program())
        which.step(0)
        for cut in cuts:
            which.step(cut)
    records = [which.chips[0, 0].cores[1].record for which in (machine, other)]
    assert records[0].instructions == records[1].instructions
    assert machine.chips[0, 0].memory.word(0x60300000) == 10
    assert other.chips[0, 0].memory.word(0x60300000) == 10


def sender(key, count):
    """Return a program that sends a number of packets and waits."""
    words = [*constant(0, key), *constant(1, 0x10000000)]
    for _ in range(count):
        words += [0xE5810008, 0xE2800001]  # str r0, [r1, #8]; add r0, r0, #1
    return [*words, WAIT]


def receiver():
    """Return a program that polls the receiver and appends each key at 0x60300000."""
    return [
        *constant(1, 0x10000000), *constant(2, 0x60300000),
        0xE591000C,  # 20 ldr r0, [r1, #0xc]
        0xE3100102,  # tst r0, #0x80000000
        0x0AFFFFFC,  # beq 0x20
        0xE5910014,  # ldr r0, [r1, #0x14]
        0xE4820004,  # str r0, [r2], #4
        0xEAFFFFF9,  # b 0x20
    ]  # fmt: skip


def test_packets_cross_the_board_in_order(machine):
    # From chip (0, 0) east to (1, 0), core 2.
    for position, route in (((0, 0), 1 << 0), ((1, 0), 1 << (6 + 2))):
        router = machine.chips[position].router
        entry = struct.pack("<HHIII", 0, 0, route, 0x5000, 0xFFFFF000)
        machine.chips[position].memory.write(0x60400000, entry)
        assert router.load(0x60400000, 1, router.allocate(1, 30), 30)
    start(machine, receiver(), mask=0b100, chip=(1, 0))
    start(machine, sender(0x5000, 5))
    for _ in range(3):
        machine.step(0)
    target = machine.chips[1, 0].memory
    assert [target.word(0x60300000 + 4 * n) for n in range(6)] == [*range(0x5000, 0x5005), 0]
    assert int(machine.board.packets) == 5
    machine.fabric.flush_counters()
    # Local packets of the sender's router, external ones of the other's.
    assert machine.chips[0, 0].memory.word(0xE1000300) == 5
    assert target.word(0xE1000304) == 5


def test_a_packet_without_a_route_goes_nowhere(machine):
    start(machine, sender(0x9000, 3))
    machine.step(0)
    machine.fabric.flush_counters()
    assert machine.chips[0, 0].memory.word(0xE1000320) == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([0xE3A00102, 0xE5900000], "read from no memory at pc 0x00000004"),  # ldr from 0x80000000
        ([0xE3A00102, 0xE5800000], "write to no memory at pc 0x00000004"),  # str to 0x80000000
        ([0xE3A0F102], "jump to no memory at pc 0x80000000"),  # mov pc, #0x80000000
        ([0xE3A0F206], "jump to memory that holds no code at pc 0x60000000"),
        ([0xE7F000F0], "undefined instruction"),  # udf
    ],
)
def test_a_crash_is_a_run_time_exception(machine, caplog, words, complaint):
    with caplog.at_level(logging.ERROR):
        start(machine, words)
        machine.step(0)
    # This program has no handlers, so the core is given up at the third fault: state 2, RTE.
    assert complaint in caplog.text
    assert machine.chips[0, 0].variables.core_byte(1, 46) == 2
    assert not machine.busy


def test_a_loop_is_stopped_by_the_watchdog(machine, caplog):
    with caplog.at_level(logging.ERROR):
        start(machine, [LOOP])
        for _ in range(10):
            machine.step(0)
    record = machine.chips[0, 0].cores[1].record
    assert machine.chips[0, 0].variables.core_byte(1, 46) == 3
    assert 10_000_000 < record.instructions < 14_000_000
    assert "without waiting: stopped by the watchdog at pc 0x00000000" in caplog.text
    assert record.stop_reason != STOP_NONE


def test_a_loop_does_not_stop_the_other_cores(machine):
    start(machine, [LOOP])
    start(machine, [*store(7, 0x60300000), WAIT], mask=0b100)
    machine.step(0)
    assert machine.chips[0, 0].memory.word(0x60300000) == 7


def test_stopping_an_application_frees_its_cores(machine):
    start(machine, [LOOP])
    machine.step(0)
    machine.signal(2, 30, 0xFF)
    assert machine.loaded() == []
    assert machine.chips[0, 0].variables.core_byte(1, 46) == 15
    start(machine, [*store(9, 0x60300000), WAIT])
    machine.step(0)
    assert machine.chips[0, 0].memory.word(0x60300000) == 9
