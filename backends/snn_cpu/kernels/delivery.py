"""Delivery of spikes through static projections.

Every kernel walks the spikes of one step (`slot` of the batch) in ascending order of the
source and adds weights to the ring of arrivals, so that each target's sum is made in the
canonical order. `spikes[t]` are the spikes of thread t's neurons; ranges of neurons
ascend with t. A thread writes only targets in its own range: `begin` and `end` delimit
its part of each row.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from snn_cpu.kernels.asking import ask_row
from snn_cpu.kernels.jit import kernel


@kernel
def csr(
    step, slot, spikes, ptr, begin, end, stride, blocks, width, targets, weight, delay, ring, mask
):
    """Compressed rows, one weight and one delay for all."""
    w = weight[0]
    row = ring[(step + delay) & mask]
    for t in range(spikes.shape[0]):
        last = ptr[t, slot + 1]
        for s in range(ptr[t, slot], last):
            ask_row(t, s, last, spikes, begin, end, stride, blocks, targets, 2)
            for b in range(blocks):
                at = b * stride + spikes[t, s]
                out = row[b * width :]
                for j in range(uint64(begin[at]), uint64(end[at])):
                    out[targets[j]] += w
    return 0


@kernel
def csr_weights(
    step, slot, spikes, ptr, begin, end, stride, blocks, width, targets, weight, delay, ring, mask
):
    """Compressed rows, a weight for each synapse."""
    row = ring[(step + delay) & mask]
    for t in range(spikes.shape[0]):
        last = ptr[t, slot + 1]
        for s in range(ptr[t, slot], last):
            ask_row(t, s, last, spikes, begin, end, stride, blocks, targets, 2)
            ask_row(t, s, last, spikes, begin, end, stride, blocks, weight, 4)
            for b in range(blocks):
                at = b * stride + spikes[t, s]
                out = row[b * width :]
                for j in range(uint64(begin[at]), uint64(end[at])):
                    out[targets[j]] += weight[j]
    return 0


@kernel
def csr_delays(
    step, slot, spikes, ptr, begin, end, stride, blocks, width, targets, weight, delay, ring, mask
):
    """Compressed rows, a delay for each synapse, one weight for all."""
    w = weight[0]
    size = uint64(ring.shape[1])
    flat = ring.reshape(ring.size)
    for t in range(spikes.shape[0]):
        last = ptr[t, slot + 1]
        for s in range(ptr[t, slot], last):
            ask_row(t, s, last, spikes, begin, end, stride, blocks, targets, 2)
            ask_row(t, s, last, spikes, begin, end, stride, blocks, delay, 1)
            for b in range(blocks):
                at = b * stride + spikes[t, s]
                first = uint64(b * width)
                for j in range(uint64(begin[at]), uint64(end[at])):
                    late = uint64((step + delay[j]) & mask)
                    flat[late * size + first + targets[j]] += w
    return 0


@kernel
def csr_weights_delays(
    step, slot, spikes, ptr, begin, end, stride, blocks, width, targets, weight, delay, ring, mask
):
    """Compressed rows, a weight and a delay for each synapse."""
    size = uint64(ring.shape[1])
    flat = ring.reshape(ring.size)
    for t in range(spikes.shape[0]):
        last = ptr[t, slot + 1]
        for s in range(ptr[t, slot], last):
            ask_row(t, s, last, spikes, begin, end, stride, blocks, targets, 2)
            ask_row(t, s, last, spikes, begin, end, stride, blocks, weight, 4)
            ask_row(t, s, last, spikes, begin, end, stride, blocks, delay, 1)
            for b in range(blocks):
                at = b * stride + spikes[t, s]
                first = uint64(b * width)
                for j in range(uint64(begin[at]), uint64(end[at])):
                    late = uint64((step + delay[j]) & mask)
                    flat[late * size + first + targets[j]] += weight[j]
    return 0


@kernel
def all_to_all(
    step, slot, spikes, ptr, pre_start, pre_size, post_start, lo, hi, weight, delay, ring, mask
):
    """Every source to targets [lo, hi), one weight."""
    w = weight[0]
    row = ring[(step + delay) & mask]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            if pre_start <= spikes[t, s] < pre_start + pre_size:
                for j in range(uint64(lo), uint64(hi)):
                    row[j] += w
    return 0


@kernel
def all_to_all_weights(
    step, slot, spikes, ptr, pre_start, pre_size, post_start, lo, hi, weight, delay, ring, mask
):
    """Every source to targets [lo, hi), a matrix of weights."""
    row = ring[(step + delay) & mask]
    post_size = weight.shape[0] // pre_size
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            source = spikes[t, s] - pre_start
            if 0 <= source < pre_size:
                own = weight[source * post_size + lo - post_start :]
                out = row[lo:hi]
                for j in range(uint64(hi - lo)):
                    out[j] += own[j]
    return 0


@kernel
def all_but_self(
    step, slot, spikes, ptr, pre_start, pre_size, post_start, lo, hi, weight, delay, ring, mask
):
    """Every source to targets [lo, hi) of another index, one weight."""
    row = ring[(step + delay) & mask]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            source = spikes[t, s] - pre_start
            if 0 <= source < pre_size:
                own = post_start + source
                for j in range(uint64(lo), uint64(min(max(own, lo), hi))):
                    row[j] += weight[0]
                for j in range(uint64(min(max(own + 1, lo), hi)), uint64(hi)):
                    row[j] += weight[0]
    return 0


@kernel
def all_but_self_weights(
    step, slot, spikes, ptr, pre_start, pre_size, post_start, lo, hi, weight, delay, ring, mask
):
    """Every source to targets [lo, hi) of another index, one weight for each such pair."""
    row = ring[(step + delay) & mask]
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            source = spikes[t, s] - pre_start
            if 0 <= source < pre_size:
                own = post_start + source
                # Rows are one shorter than the population: the own index is left out.
                first = source * (pre_size - 1) - post_start
                for j in range(lo, min(max(own, lo), hi)):
                    row[uint64(j)] += weight[uint64(first + j)]
                for j in range(min(max(own + 1, lo), hi), hi):
                    row[uint64(j)] += weight[uint64(first + j - 1)]
    return 0


@kernel
def one_to_one(
    step, slot, spikes, ptr, pre_start, pre_size, post_start, lo, hi, weight, delay, ring, mask
):
    """Source i to target i, one weight or one each."""
    row = ring[(step + delay) & mask]
    many = weight.shape[0] > 1
    for t in range(spikes.shape[0]):
        for s in range(ptr[t, slot], ptr[t, slot + 1]):
            source = spikes[t, s] - pre_start
            target = post_start + source
            if 0 <= source < pre_size and lo <= target < hi:
                row[np.uint64(target)] += weight[source if many else 0]
    return 0


@kernel
def convolution(
    step,
    slot,
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
    ring,
    mask,
):
    """Slide a kernel over a grid; no index is stored, targets are visited in rows."""
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
                        late = delay[entry if delay.shape[0] > 1 else 0]
                        ring[(step + late) & mask, target] += weight[entry]
    return 0
