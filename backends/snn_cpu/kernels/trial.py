"""What trial rules need besides themselves: logs of spikes, peaks, and a fresh start."""

from __future__ import annotations

from snn_cpu.kernels.jit import kernel


@kernel
def log_spikes(step, slot, spikes, ptr, out_steps, out_neurons, used):
    """Append this step's spikes while there is room."""
    m = used[0]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            if m < out_steps.shape[0]:
                out_steps[m] = step
                out_neurons[m] = spikes[t, s]
                m += 1
    used[0] = m
    return 0


@kernel
def follow_peak(step, slot, lo, hi, state, peak, peak_step):
    """Keep the largest value of a state and the first step in which it was that."""
    for i in range(lo, hi):
        if state[i] > peak[i]:
            peak[i] = state[i]
            peak_step[i] = step
    return 0


@kernel
def restore(step, slot, state, initial):
    """Put a state back to what it was at the start."""
    state[:] = initial
    return 0


@kernel
def clear(step, slot, ring):
    """Drop everything that is on its way."""
    ring[:] = 0
    return 0
