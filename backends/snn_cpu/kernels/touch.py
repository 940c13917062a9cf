"""Lists of the neurons that spikes will reach, kept while a population may sleep.

`lists[slot]` names the targets of what arrives in that slot of the ring, with
repetitions; `fill` counts them. A list that is too short is marked by a count beyond
its length, and then every neuron is looked at.
"""

from __future__ import annotations

from numba import uint64

from snn_cpu.kernels.jit import kernel

AWAKE, LISTENING, ASLEEP = 0, 1, 2


@kernel
def csr(
    step,
    slot,
    mode,
    spikes,
    ptr,
    begin,
    end,
    stride,
    blocks,
    width,
    targets,
    delay,
    lists,
    fill,
    mask,
):
    """Compressed rows; one delay, or one for each synapse."""
    if mode[0] == AWAKE:
        return 0
    cap = lists.shape[1]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            for b in range(blocks):
                at = b * stride + spikes[t, s]
                for j in range(uint64(begin[at]), uint64(end[at])):
                    late = (step + delay[j if delay.shape[0] > 1 else uint64(0)]) & mask
                    n = fill[late]
                    if n < cap:
                        lists[late, n] = b * width + targets[j]
                    fill[late] = n + 1
    return 0


@kernel
def implicit(
    step,
    slot,
    mode,
    one_to_one,
    spikes,
    ptr,
    pre_start,
    pre_size,
    post_start,
    lo,
    hi,
    delay,
    lists,
    fill,
    mask,
):
    """Projections without an index: targets [lo, hi), or the one of the same index."""
    if mode[0] == AWAKE:
        return 0
    late = (step + delay) & mask
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            source = spikes[t, s] - pre_start
            if not 0 <= source < pre_size:
                continue
            first, last = lo, hi
            if one_to_one:
                first = max(lo, post_start + source)
                last = min(hi, post_start + source + 1)
            for target in range(first, last):
                n = fill[late]
                if n < lists.shape[1]:
                    lists[late, n] = target
                fill[late] = n + 1
    return 0


@kernel
def convolution(
    step,
    slot,
    mode,
    spikes,
    ptr,
    pre_start,
    pre_size,
    post_start,
    lo,
    hi,
    geometry,
    weight,
    delay,
    lists,
    fill,
    mask,
):
    """List the targets that `delivery.convolution` reaches."""
    if mode[0] == AWAKE:
        return 0
    width, rows, columns = geometry[1], geometry[2], geometry[3]
    height, across, down, right = geometry[4], geometry[5], geometry[6], geometry[7]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            source = spikes[t, s] - pre_start
            if not 0 <= source < pre_size:
                continue
            y, x = source // width + geometry[8], source % width + geometry[9]
            for r in range(max(0, -((height - 1 - y) // down)), min(rows, y // down + 1)):
                for c in range(max(0, -((across - 1 - x) // right)), min(columns, x // right + 1)):
                    target = post_start + r * columns + c
                    entry = (y - r * down) * across + x - c * right
                    if lo <= target < hi and weight[entry] != 0:
                        late = (step + delay[entry if delay.shape[0] > 1 else 0]) & mask
                        if fill[late] < lists.shape[1]:
                            lists[late, fill[late]] = target
                        fill[late] += 1
    return 0
