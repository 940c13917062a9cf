"""Spikes that wait for the axonal part of a delay."""

from __future__ import annotations

from snn_cpu.kernels.jit import kernel


@kernel
def conduct(step, slot, thread, spikes, ptr, ring, count, out, out_ptr):
    """Keep this step's spikes; give out those of as many steps ago as the ring is long."""
    now, past = step % ring.shape[1], (step + 1) % ring.shape[1]
    first = ptr[thread, slot]
    count[thread, now] = ptr[thread, slot + 1] - first
    for s in range(count[thread, now]):
        ring[thread, now, s] = spikes[thread, first + s]
    if slot == 0:
        out_ptr[thread, 0] = 0
    first = out_ptr[thread, slot]
    for s in range(count[thread, past]):
        out[thread, first + s] = ring[thread, past, s]
    out_ptr[thread, slot + 1] = first + count[thread, past]
    return 0
