"""What a core will need: cycles a tick and data memory, before anything runs.

The numbers are those of sPyNNaker 7.4.1's own binaries, counted on the virtual board in cycles of
its estimate (docs/deployment.md says how); waiting for SDRAM and for the packet network is not in
them. tests/deploy compares the estimates with the virtual board on networks of other shapes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snn.plasticity import NearestPairSTDP, TripletSTDP

CLOCK = 200_000
"""Cycles of an ARM968 in a millisecond."""
ITCM, DTCM = 32 * 1024, 64 * 1024

TICK = 1_800
"""Cycles of a tick in which nothing happens."""
NEURON = {"IF_curr_exp": 133, "IF_curr_delta": 129, "IF_cond_exp": 172, "IF_curr_alpha": 159,
          "extra_models.IF_curr_dual_exp": 150, "Izhikevich": 187,
          "extra_models.Izhikevich_cond": 226}  # fmt: skip
"""Cycles to update one neuron, by class of sPyNNaker."""
WAKE, PACKET, SYNAPSE = 2_150, 655, 31
"""Cycles of the first packet of a tick beyond the others, of a packet, and of each synapse."""
PLASTIC_PACKET, PLASTIC_SYNAPSE = 940, 125
"""The same where synapses learn and the target is silent."""

FIXED_DATA = 9_960
"""Bytes of variables, stacks and buffers of any neuron binary."""
NEURON_DATA = {"IF_curr_exp": 72, "IF_curr_delta": 60, "IF_cond_exp": 80, "IF_curr_alpha": 88,
               "extra_models.IF_curr_dual_exp": 84, "Izhikevich": 76,
               "extra_models.Izhikevich_cond": 84}  # fmt: skip
HISTORY = {NearestPairSTDP: 68, TripletSTDP: 196}
"""Bytes of post spikes remembered by a neuron; those of a pair rule elsewhere."""
PAIR_HISTORY, RULE_DATA, TABLE_END = 100, 124, math.log(2048)


@dataclass(frozen=True, kw_only=True)
class Input:
    """What reaches a core in a tick, on average.

    Parameters
    ----------
    packets, synapses : float
        Spikes that come in, and synapses that they drive.
    plastic_packets, plastic_synapses : float
        The same from projections that learn.
    """

    packets: float = 0.0
    synapses: float = 0.0
    plastic_packets: float = 0.0
    plastic_synapses: float = 0.0


def cycles(program: str, neurons: int, given: Input) -> float:
    """Return the cycles of an average tick of a core that holds neurons and their synapses."""
    spikes = given.packets + given.plastic_packets
    return (
        TICK + NEURON[program] * neurons + WAKE * -math.expm1(-spikes)
        + PACKET * given.packets + SYNAPSE * given.synapses
        + PLASTIC_PACKET * given.plastic_packets + PLASTIC_SYNAPSE * given.plastic_synapses
    )  # fmt: skip


def data_bytes(program: str, neurons: int, slots: int, kinds: int, rule: Any, dt: float) -> int:
    """Return the bytes of data memory that a core needs.

    Parameters
    ----------
    program : str
        Class of sPyNNaker.
    neurons : int
        On the core.
    slots, kinds : int
        Delay slots of the input ring, and receptors that have one.
    rule : Rule, optional
        That of its learning synapses.
    dt : float, ms
    """
    ring = 2 * _power(neurons) * _power(kinds) * _power(slots)
    found = FIXED_DATA + NEURON_DATA[program] * neurons + ring
    if rule is None:
        return found
    history = HISTORY.get(type(rule), PAIR_HISTORY)
    return found + RULE_DATA + history * neurons + tables(rule.numbers(), dt)


def tables(numbers: Mapping[str, float], dt: float) -> int:
    """Return the bytes of a rule's tables of exponentials; slow ones have an entry per 4 ticks."""
    entries = 0.0
    for name, tau in numbers.items():
        if name.startswith("tau"):
            entries += TABLE_END * tau / dt / (4 if name in ("tau_x", "tau_y") else 1)
    return 2 * math.ceil(entries)


def _power(count: int) -> int:
    """Return the power of two that addresses so many things."""
    return 1 << max(count - 1, 1).bit_length()


def code_bytes(image: Path) -> int:
    """Return the bytes of instruction memory that an application image fills.

    The header is a list of (operation, address, ...); what goes to address 0 is code.
    """
    data = image.read_bytes()
    for operation, address, _, size in struct.iter_unpack("<4I", data[: len(data) // 16 * 16]):
        if operation not in (1, 2, 3):
            break
        if operation == 2 and address == 0:
            return int(size)
    return 0


def total(values: Sequence[Input]) -> Input:
    """Return the sum of several inputs."""
    names = ("packets", "synapses", "plastic_packets", "plastic_synapses")
    return Input(**{name: sum(getattr(v, name) for v in values) for name in names})
