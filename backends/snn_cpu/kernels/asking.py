"""Asking for memory before it is needed: where a row begins, the machine cannot foresee."""

from __future__ import annotations

from snn_cpu.kernels.jit import kernel
from snn_cpu.pointers import prefetch

LINE = 64
"""Bytes that are fetched at a time."""

AHEAD = 2
"""Spikes after which a row of static synapses is needed that is asked for."""


@kernel
def ask(array, bytes_each, start, stop):
    """Ask for all lines of a part of an array; ``array.itemsize`` is no constant to LLVM."""
    for j in range(start, stop, LINE // bytes_each):
        prefetch(array, j)


@kernel
def ask_row(t, s, last, spikes, begin, end, stride, blocks, array, bytes_each):
    """Ask for what `array` has of the row of a spike of thread `t` after `s`, before `last`."""
    if s + AHEAD < last:
        for b in range(blocks):
            at = b * stride + spikes[t, s + AHEAD]
            ask(array, bytes_each, begin[at], end[at])
