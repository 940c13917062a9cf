"""The board's arithmetic for the test networks, in plain Python integers.

Written from notes on the board's numbers (s16.15 products that round down, 16-bit
saturating input cells, order within a tick), and sharing no code with the product. One neuron at
a time, one tick at a time, nothing vectorised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

ONE = 1 << 15
LARGEST_CELL = 0xFFFF


def accum(value):
    """Return the nearest s16.15 number."""
    return int(round(value * ONE))


def times(a, b):
    """Multiply two s16.15 numbers, rounding down."""
    return a * b >> 15


def divided(a, b):
    """Divide two s16.15 numbers, rounding down."""
    return (a << 15) // b


#: exp(-1/5) of the board's library, u0.32, for a synaptic time constant of 5 ms at 1 ms. The
#: library's last bits are not those of the true exponential (its rest is a quadratic), so the
#: number was bracketed by recorded decays of the binaries: six networks of 2,400 cells leave only
#: this value. The tests use other networks.
DECAY_5_MS = 3_516_490_311


def leak(dt, tau_m):
    """Return exp(-dt / tau_m), s16.15; these few bits do not depend on the library's method."""
    return math.floor(math.exp(-divided(accum(dt), accum(tau_m)) / ONE) * ONE)


@dataclass
class Cell:
    """A leaky integrate-and-fire neuron as the board computes it.

    ``decay`` None stands for the "delta" synapse, whose input lasts one tick; otherwise it is
    that of a synaptic current of 5 ms.
    """

    dt: float
    decay: int | None = None
    tau_m: float = 20.0
    cm: float = 1.0
    v_rest: float = -65.0
    v_reset: float = -65.0
    v_thresh: float = -50.0
    tau_refrac: float = 0.1
    i_offset: float = 0.0
    shift: tuple[int, int] = (0, 0)
    inputs: list[int] = field(default_factory=lambda: [0, 0])

    def __post_init__(self):
        self.v = accum(self.v_rest)
        self.resistance = divided(accum(self.tau_m), accum(self.cm))
        step = accum(self.dt)
        self.leak = leak(self.dt, self.tau_m)
        self.refractory = 0
        self.refractory_ticks = math.ceil(self.tau_refrac / self.dt)
        self.inverse_dt = divided(ONE, step)
        if self.decay is not None:
            self.gain = divided(accum(5.0), step) * ((1 << 32) - 1 - self.decay) >> 15

    def add(self, receptor, cell_sum):
        """Move a tick's input cell into the synaptic input."""
        amount = cell_sum << self.shift[receptor]
        if self.decay is not None:
            amount = amount * self.gain >> 32
        self.inputs[receptor] += amount

    def step(self):
        """Advance one tick; return (v, excitatory, inhibitory) before it, and whether it fired."""
        seen = (self.v, self.inputs[0], self.inputs[1])
        current = self.inputs[0] - self.inputs[1]
        if self.decay is None:
            current = times(self.inputs[0], self.inverse_dt) - times(
                self.inputs[1], self.inverse_dt
            )
        if self.refractory <= 0:
            target = times(current + accum(self.i_offset), self.resistance) + accum(self.v_rest)
            self.v = target - times(self.leak, target - self.v)
        else:
            self.refractory -= 1
        fired = self.v >= accum(self.v_thresh)
        if fired:
            self.v = accum(self.v_reset)
            self.refractory = self.refractory_ticks
        for receptor in range(2):
            if self.decay is None:
                self.inputs[receptor] = 0
            else:
                self.inputs[receptor] = self.inputs[receptor] * self.decay >> 32
        return seen, fired


@dataclass
class Plastic:
    """One synapse with additive pair rule, changed when its presynaptic spike arrives."""

    weight: int
    delay: int
    shift: int
    A_plus: float
    A_minus: float
    tau_plus: float
    tau_minus: float
    w_min: float
    w_max: float
    last_pre: int = 0
    trace: int = 0

    def arrive(self, tick, history):
        """Return the weight that this spike delivers; history has (tick, trace) of post spikes."""
        w = self.weight << self.shift
        seen = None
        for post, post_trace in history:
            if post <= tick - self.delay:
                seen = (post, post_trace)
            if not max(self.last_pre - self.delay, 0) < post <= max(tick - self.delay, 0):
                continue
            ahead = post + self.delay - self.last_pre
            if ahead > 0:
                potential = trace_product(self.trace, decay_entry(ahead, self.tau_plus))
                w = min(w + times(accum(self.A_plus), potential << 4), accum(self.w_max))
        if seen is not None:
            behind = tick - (seen[0] + self.delay)
            depression = trace_product(seen[1], decay_entry(behind, self.tau_minus))
            w = max(w - times(accum(self.A_minus), depression << 4), accum(self.w_min))
        elapsed = tick - self.last_pre
        self.trace = trace_product(self.trace, decay_entry(elapsed, self.tau_plus)) + 2048
        self.last_pre = tick
        self.weight = w >> self.shift
        return self.weight


def decay_entry(ticks, tau):
    """Return the table of exponentials at a distance, s4.11, zero beyond its end."""
    entries = math.ceil(math.log(2048) * tau)
    entries += entries % 2
    return math.floor(2048 * math.exp(-ticks / tau)) if ticks < entries else 0


def trace_product(a, b):
    """Multiply two s4.11 numbers."""
    return a * b >> 11


def simulate(cells, spike_ticks, projections, ticks):
    """Return the recorded (v, exc, inh) per tick and cell, and the spikes, of a network.

    Parameters
    ----------
    cells : list of Cell
    spike_ticks : list of sets of int
        Ticks at which each source fires.
    projections : list of (source, target, receptor, weight, delay, plastic or None)
        Weights in units of the input cell.
    """
    slots = {}
    histories = [[] for _ in cells]
    recorded, spikes = [], [[] for _ in cells]
    for tick in range(ticks):
        for index, cell in enumerate(cells):
            for receptor in range(2):
                total = slots.pop((tick, index, receptor), 0)
                if total:
                    cell.add(receptor, total)
        row = []
        for index, cell in enumerate(cells):
            seen, fired = cell.step()
            row.append(seen)
            if fired:
                spikes[index].append(tick)
                last_tick, last = histories[index][-1] if histories[index] else (0, 0)
                decayed = trace_product(last, decay_entry(tick - last_tick, POST_TAU))
                histories[index].append((tick, decayed + 2048))
                # Sixteen entries, of which the first is a dummy: the oldest spike is forgotten.
                del histories[index][: -(HISTORY - 1)]
        recorded.append(row)
        for source, target, receptor, weight, delay, plastic in projections:
            if tick in spike_ticks[source]:
                if plastic is not None:
                    weight = plastic.arrive(tick, histories[target])
                place = (tick + delay, target, receptor)
                slots[place] = min(slots.get(place, 0) + weight, LARGEST_CELL)
    return recorded, spikes


HISTORY = 16
#: Time constant of the post traces; all plastic synapses of a network share their rule.
POST_TAU = 20.0
