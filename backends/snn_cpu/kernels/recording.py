"""What is kept of a run: spikes, samples of states, counts; and the check for NaN."""

from __future__ import annotations

import numpy as np
from numba import uint32

from snn_cpu.kernels.jit import kernel


@kernel
def record_spikes(step, slot, spikes, ptr, out_steps, out_neurons, used):
    """Append this step's spikes; the engine made sure that there is room."""
    m = used[0]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            out_steps[m] = step
            out_neurons[m] = spikes[t, s]
            m += 1
    used[0] = m
    return 0


@kernel
def count_spikes(step, slot, spikes, ptr, on, counts):
    """Count this step's spikes per neuron while counting is on."""
    if on[0]:
        for t in range(spikes.shape[0]):
            for s in range(ptr[t, slot], ptr[t, slot + 1]):
                counts[spikes[t, s]] += 1
    return 0


@kernel
def sample(step, slot, every, state, index, first, out, out_steps, used):
    """Record a state of some neurons where the step is a multiple of `every`.

    Columns of `out` begin at `first`.
    """
    if step % every == 0:
        m = used[0]
        for k in range(index.shape[0]):
            out[m, first + k] = state[index[k]]
        out_steps[m] = step
        used[0] = m + 1
    return 0


@kernel
def finite32(step, slot, bits):
    """Count float32 values (seen as uint32) that are NaN or infinite."""
    bad = uint32(0)
    exponent = np.uint32(0x7F800000)
    for k in range(bits.shape[0]):
        bad += uint32((bits[k] & exponent) == exponent)
    return bad


@kernel
def finite64(step, slot, bits):
    """Count float64 values (seen as uint64) that are NaN or infinite."""
    bad = 0
    exponent = np.uint64(0x7FF0000000000000)
    for k in range(bits.shape[0]):
        bad += (bits[k] & exponent) == exponent
    return bad


@kernel
def nothing(step, slot):
    """Hold a place in a table of parts."""
    return 0
