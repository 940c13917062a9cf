"""The communications controller of a core: sends packets to the router and receives them.

The hardware holds one packet each way. Here both directions are queues, because an ideal board
neither drops nor delays; the fullest a queue got is part of the load estimate.
"""

from __future__ import annotations

from typing import Any

from snn_spinnaker.board.jit import compiled
from snn_spinnaker.board.registers import NO_PAYLOAD, RECEIVE_CAPACITY, TRANSMIT_CAPACITY
from snn_spinnaker.board.vic import refresh

#: Packets that a core can still send before the request to stop takes effect: it ends its block.
HEADROOM = 256
#: Transmit status "empty and not full", which the spin1 library reads before each send.
TRANSMITTER_READY = 0x90000000
CONTROL_MASK = 0x00FF0000
RECEIVER_FULL = 0x80000000
HAS_PAYLOAD = 0x00020000
#: Packet type bits in the transmit control register; zero is multicast.
PACKET_TYPE = 0x00C00000


@compiled
def waiting_packets(core: Any) -> int:
    """Return how many packets lie in the receive queue."""
    return int(core.received_tail - core.received_head)


@compiled
def receive_packet(core: Any, key: int, data: int) -> bool:
    """Queue a packet for a core; False when the queue is full."""
    if core.received_tail - core.received_head >= RECEIVE_CAPACITY:
        return False
    slot = core.received_tail % RECEIVE_CAPACITY
    core.received_key[slot] = key
    core.received_data[slot] = data
    core.received_tail += 1
    core.packets_in += 1
    core.tick_in += 1
    return True


@compiled
def take_key(core: Any) -> int:
    """Return the oldest packet's key and drop that packet."""
    if core.received_tail == core.received_head:
        return 0
    key = core.received_key[core.received_head % RECEIVE_CAPACITY]
    core.received_head += 1
    core.polls = 0
    refresh(core)
    return int(key)


@compiled
def send_packet(core: Any, key: int) -> bool:
    """Queue the packet whose key is written; False when the queue is now full."""
    slot = core.sent
    core.sent_key[slot] = key
    core.sent_data[slot] = core.transmit_data if core.transmit_has_data else NO_PAYLOAD
    core.sent_control[slot] = core.transmit_control
    core.transmit_has_data = 0
    core.sent += 1
    core.packets_out += 1
    core.tick_out += 1
    return bool(core.sent < TRANSMIT_CAPACITY - HEADROOM)


@compiled
def read_comms(core: Any, offset: int) -> int:
    """Read a register of the controller."""
    if offset == 0x00:
        return int(TRANSMITTER_READY | (core.transmit_control & CONTROL_MASK))
    if core.received_tail == core.received_head:
        return 0
    data = core.received_data[core.received_head % RECEIVE_CAPACITY]
    if offset == 0x0C:
        return RECEIVER_FULL | (HAS_PAYLOAD if data != NO_PAYLOAD else 0)
    if offset == 0x10:
        return data if data != NO_PAYLOAD else 0
    return take_key(core) if offset == 0x14 else 0


@compiled
def write_comms(core: Any, offset: int, value: int) -> bool:
    """Write a register; False when the transmit queue must be emptied before going on."""
    if offset == 0x00:
        core.transmit_control = value
    elif offset == 0x04:
        core.transmit_data = value
        core.transmit_has_data = 1
    elif offset == 0x08:
        return send_packet(core, value)
    return True


@compiled
def reset_comms(core: Any) -> None:
    """Empty both queues."""
    core.transmit_control = 0
    core.transmit_has_data = 0
    core.sent = 0
    core.sent_done = 0
    core.backlog = 0
    core.received_head = 0
    core.received_tail = 0
