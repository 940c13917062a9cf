"""Interrupt controller, timers, DMA and communications controller, register by register."""

import numpy as np
import pytest

from snn_spinnaker.board import comms, dma, system_controller, timers, vic
from snn_spinnaker.board.registers import (
    CHIP_RECORD,
    CORE_RECORD,
    NO_PAYLOAD,
    RECEIVE_CAPACITY,
)

ENABLE, SELECT, SOFT, ADDRESS, CONTROL, VECTOR = 0x10, 0x0C, 0x18, 0x100, 0x200, 0x30


@pytest.fixture
def core():
    record = np.zeros(1, CORE_RECORD)[0]
    vic.reset_vic(record)
    timers.reset_timers(record)
    dma.reset_dma(record)
    comms.reset_comms(record)
    return record


@pytest.fixture
def chip():
    return np.zeros(1, CHIP_RECORD)[0]


def slot(core, number, line, handler):
    vic.write_vic(core, ADDRESS + 4 * number, handler)
    vic.write_vic(core, CONTROL + 4 * number, 0x20 | line)


def test_a_line_interrupts_only_when_enabled(core):
    slot(core, 3, 7, 0x1234)
    vic.write_vic(core, SOFT, 1 << 7)
    assert core["attention"] == 0
    vic.write_vic(core, ENABLE, 1 << 7)
    assert core["attention"] == vic.ORDINARY
    assert vic.read_vic(core, 0x00) == 1 << 7
    vic.write_vic(core, 0x14, 1 << 7)
    assert core["attention"] == 0


def test_selected_lines_are_fast(core):
    vic.write_vic(core, SELECT, 1 << 24)
    vic.write_vic(core, ENABLE, 1 << 24)
    comms.receive_packet(core, 5, NO_PAYLOAD)
    vic.refresh(core)
    assert core["attention"] == vic.FAST
    assert vic.read_vic(core, 0x04) == 1 << 24


def test_lower_slots_go_first_and_mask_higher_ones(core):
    slot(core, 2, 7, 0x200)
    slot(core, 5, 8, 0x500)
    vic.write_vic(core, ENABLE, 1 << 7 | 1 << 8)
    vic.write_vic(core, SOFT, 1 << 8)
    assert vic.read_vic(core, VECTOR) == 0x500
    assert core["attention"] == 0
    vic.write_vic(core, SOFT, 1 << 7)
    assert core["attention"] == vic.ORDINARY
    assert vic.read_vic(core, VECTOR) == 0x200
    vic.write_vic(core, 0x1C, 1 << 7)
    vic.write_vic(core, VECTOR, 0)
    assert core["attention"] == 0
    vic.write_vic(core, VECTOR, 0)
    assert core["attention"] == vic.ORDINARY


def test_a_line_without_slot_gets_the_default_handler(core):
    vic.write_vic(core, 0x34, 0xABC)
    vic.write_vic(core, ENABLE, 1 << 9)
    vic.write_vic(core, SOFT, 1 << 9)
    assert vic.read_vic(core, VECTOR) == 0xABC


def start_timer(core, timer, load, control):
    base = 0x20 * timer
    timers.write_timer(core, base, load)
    timers.write_timer(core, base + 8, control)


def test_a_periodic_timer_starts_again(core):
    start_timer(core, 0, 200_000, 0xE2)
    assert core["timer_due"][0] == 200_000
    timers.expire_timer(core, 0, 200_000)
    assert core["timer_raised"][0] == 1
    assert core["timer_due"][0] == 400_000
    timers.write_timer(core, 0x0C, 1)
    assert core["timer_raised"][0] == 0


def test_the_prescaler_stretches_the_period(core):
    start_timer(core, 0, 1000, 0xE2 | 1 << 2)
    assert core["timer_due"][0] == 16_000


def test_a_one_shot_stops(core):
    start_timer(core, 1, 500, 0xE3)
    timers.expire_timer(core, 1, 500)
    assert core["timer_due"][1] == -1
    assert timers.read_timer(core, 0x24) == 0
    assert timers.read_timer(core, 0x34) == 1


def test_the_counter_falls_with_instructions_and_stops_at_one(core):
    start_timer(core, 1, 10_000, 0xE3)
    core["instructions"] = 4_000
    assert timers.read_timer(core, 0x24) == 6_000 - timers.CYCLES_PER_READ
    core["instructions"] = 1_000_000
    assert timers.read_timer(core, 0x24) == 1


def test_polling_the_second_timer_is_idleness_unless_packets_wait(core):
    start_timer(core, 1, 10_000, 0xE3)
    polls = [timers.poll_second_timer(core) for _ in range(timers.POLLS_WHEN_IDLE + 1)]
    assert polls == [False] * timers.POLLS_WHEN_IDLE + [True]
    comms.receive_packet(core, 1, NO_PAYLOAD)
    assert not any(timers.poll_second_timer(core) for _ in range(3 * timers.POLLS_WHEN_IDLE))


def memories(core, chip):
    blocks = [np.zeros(size, np.uint8) for size in (0x8000, 0x10000, 1 << 12, 0x8000, 0x20000)]
    core["itcm"], core["dtcm"] = blocks[0].ctypes.data, blocks[1].ctypes.data
    chip["sdram"], chip["system_ram"] = blocks[2].ctypes.data, blocks[3].ctypes.data
    chip["router"] = blocks[4].ctypes.data
    return blocks


def test_dma_copies_both_ways_and_raises_its_interrupt(core, chip):
    blocks = memories(core, chip)
    blocks[2][:8] = np.arange(8)
    dma.write_dma(core, chip, 0x18, 0xC00)
    dma.write_dma(core, chip, 0x04, 0x70000000)
    dma.write_dma(core, chip, 0x08, 0x00400010)
    assert dma.write_dma(core, chip, 0x0C, 8)
    assert blocks[1][0x10:0x18].tolist() == list(range(8))
    assert vic.raised_lines(core) >> 12 & 1
    dma.write_dma(core, chip, 0x10, 8)
    assert not vic.raised_lines(core) >> 12 & 1
    dma.write_dma(core, chip, 0x04, 0x60000100)
    assert dma.write_dma(core, chip, 0x0C, 1 << 19 | 8)
    assert blocks[2][0x100:0x108].tolist() == list(range(8))


@pytest.mark.parametrize(
    ("system", "tcm"),
    [(0x68000000, 0x400000), (0x60000000, 0x410000), (0x60000000, 0x8000), (0xE5007FFC, 0x400000)],
)
def test_dma_outside_memory_copies_nothing(core, chip, system, tcm):
    memories(core, chip)
    dma.write_dma(core, chip, 0x04, system)
    dma.write_dma(core, chip, 0x08, tcm)
    assert not dma.write_dma(core, chip, 0x0C, 64)
    assert core["dma_done"] == 0


def test_packets_come_out_in_order_with_their_payloads(core):
    comms.receive_packet(core, 10, NO_PAYLOAD)
    comms.receive_packet(core, 11, 77)
    assert comms.read_comms(core, 0x0C) == comms.RECEIVER_FULL
    assert comms.read_comms(core, 0x14) == 10
    assert comms.read_comms(core, 0x0C) == comms.RECEIVER_FULL | comms.HAS_PAYLOAD
    assert (comms.read_comms(core, 0x10), comms.read_comms(core, 0x14)) == (77, 11)
    assert comms.read_comms(core, 0x0C) == 0


def test_a_full_receiver_says_so(core):
    assert all(comms.receive_packet(core, key, NO_PAYLOAD) for key in range(RECEIVE_CAPACITY))
    assert not comms.receive_packet(core, 0, NO_PAYLOAD)
    assert comms.read_comms(core, 0x14) == 0
    assert comms.receive_packet(core, 99, NO_PAYLOAD)


def test_a_payload_belongs_to_the_next_packet_only(core):
    comms.write_comms(core, 4, 1234)
    comms.write_comms(core, 8, 1)
    comms.write_comms(core, 8, 2)
    assert core["sent"] == 2
    assert core["sent_data"][:2].tolist() == [1234, NO_PAYLOAD]


def test_test_and_set_is_atomic(core, chip):
    read = system_controller.read_system
    assert (read(chip, 0x104), read(chip, 0x104)) == (0, system_controller.LOCKED)
    assert (read(chip, 0x184), read(chip, 0x104)) == (system_controller.LOCKED, 0)
    assert read(chip, 0x108) == 0


def test_interrupting_needs_the_unlock_code(core, chip):
    chip["core_count"] = 18
    system_controller.write_system(core, chip, 0x08, 1)
    assert chip["monitor_request"] == 0
    system_controller.write_system(core, chip, 0x08, 0x5EC00001)
    assert chip["monitor_request"] == 1
