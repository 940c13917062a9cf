"""Sources of spikes, private drives and injected currents."""

from __future__ import annotations

import math

import numpy as np
from numba import uint32, uint64

from snn_cpu.kernels.jit import kernel

M0, M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
W0, W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
BLOCK = 64
LANES = 64
LARGEST_MEAN = 256.0


@kernel
def philox(c0, c1, c2, c3, k0, k1):
    """Return the four words of Philox4x32-10, as `snn.random.philox`."""
    a, b, c, d = uint32(c0), uint32(c1), uint32(c2), uint32(c3)
    x, y = uint32(k0), uint32(k1)
    for _ in range(10):
        p, q = M0 * uint64(a), M1 * uint64(c)
        a = uint32(uint32(q >> uint64(32)) ^ b ^ x)
        c = uint32(uint32(p >> uint64(32)) ^ d ^ y)
        b, d = uint32(q & LOW), uint32(p & LOW)
        x, y = uint32(x + W0), uint32(y + W1)
    return a, b, c, d


@kernel
def spike_array(step, slot, times, neurons, at, spikes, ptr):
    """Emit the listed spikes of this step; `at` remembers the next entry."""
    k, m = at[0], ptr[0, slot]
    while k < times.shape[0] and times[k] < step:
        k += 1
    while k < times.shape[0] and times[k] == step:
        spikes[0, m] = neurons[k]
        k += 1
        m += 1
    at[0] = k
    for t in range(ptr.shape[0]):
        ptr[t, slot + 1] = m if t == 0 else 0
    return 0


@kernel
def poisson_count(i, s0, s1, k0, k1, mean):
    """Return a neuron's number of spikes in a block (numerics.md, section 6)."""
    parts = math.ceil(mean / LARGEST_MEAN)
    part = mean / max(parts, 1)
    total = 0
    for r in range(parts):
        w0, w1, _, _ = philox(i, s0, s1, uint32(0x80000000 + r), k0, k1)
        u = ((uint64(w0) << uint64(21)) + (uint64(w1) >> uint64(11))) * 2.0**-53
        k, p = 0, math.exp(-part)
        c = p
        while u >= c and (k < part or p > 1e-18):
            k += 1
            p = p * part / k
            c = c + p
        total += k
    return total


@kernel
def poisson_block(first, rate, dt, k0, k1, event, where, start):
    """Draw a block of steps; events come out sorted by step, then neuron.

    Returns False when `event` is too small.
    """
    s0, s1 = uint32(first & 0xFFFFFFFF), uint32(first >> 32)
    n = 0
    start[:] = 0
    for i in range(rate.shape[0]):
        if rate[i] <= 0:
            continue
        count = poisson_count(i, s0, s1, k0, k1, BLOCK * (rate[i] * dt * 1e-3))
        if n + count > event.shape[1]:
            return False
        for e in range(count):
            words = philox(i, s0, s1, uint32(e // 4), k0, k1)
            q = e % 4
            w = words[0] if q == 0 else words[1] if q == 1 else words[2] if q == 2 else words[3]
            event[0, n] = i
            where[n] = w >> uint32(26)
            start[where[n] + 1] += 1
            n += 1
    for k in range(BLOCK):
        start[k + 1] += start[k]
    fill = start[:BLOCK].copy()
    for e in range(n):
        event[1, fill[where[e]]] = event[0, e]
        fill[where[e]] += 1
    return True


@kernel
def poisson(step, slot, stretch, rate, dt, key, event, where, start, spikes, ptr):
    """Emit this step's spikes; draw a new block where one begins.

    `stretch` holds the first step of the stretch, the first step of the drawn block (-1
    for none) and an overflow flag.
    """
    first = stretch[0] + (step - stretch[0]) // BLOCK * BLOCK
    if first != stretch[1]:
        if not poisson_block(first, rate, dt[0], key[0], key[1], event, where, start):
            stretch[2] = 1
        stretch[1] = first
    m = ptr[0, slot]
    for e in range(start[step - first], start[step - first + 1]):
        spikes[0, m] = event[1, e]
        m += 1
    for t in range(ptr.shape[0]):
        ptr[t, slot + 1] = m if t == 0 else 0
    return 0


@kernel
def poisson_drive(
    step, slot, lo, hi, own_lo, own_hi, index, table, thresholds, multiples, key, ring, mask
):
    """Add ``multiples[count]`` to the arrivals of this step.

    For those of the entries [lo, hi) whose neuron is in [own_lo, own_hi).
    """
    row = ring[step & mask]
    s0, s1 = uint32(step & 0xFFFFFFFF), uint32(step >> 32)
    words = np.empty(4, np.uint32)
    for group in range(lo // 8, (hi + 7) // 8):
        words[0], words[1], words[2], words[3] = philox(group, s0, s1, 0, key[0], key[1])
        for i in range(max(group * 8, lo), min(group * 8 + 8, hi)):
            if not own_lo <= index[i] < own_hi:
                continue
            word = words[(i & 7) >> 1]
            high = uint64((word >> uint32(16)) if i & 1 else (word & uint32(0xFFFF)))
            count = drive_count(high, thresholds[table[i]], i, s0, s1, key)
            if count:
                row[index[i]] += multiples[count]
    return 0


@kernel
def philox_lanes(first, s0, s1, k0, k1, lanes, words):
    """Write the words of `LANES` counters from (first, s0, s1, 0) on, as `philox`.

    Round by round for all lanes, which LLVM turns into SIMD code; `philox` in a loop it
    does not.
    """
    a, b, c, d = lanes[0], lanes[1], lanes[2], lanes[3]
    x, y = uint32(k0), uint32(k1)
    for i in range(LANES):
        a[i], b[i], c[i], d[i] = uint32(first + i), s0, s1, uint32(0)
    for _ in range(10):
        for i in range(LANES):
            p, q = M0 * uint64(a[i]), M1 * uint64(c[i])
            a[i] = uint32(uint32(q >> uint64(32)) ^ b[i] ^ x)
            c[i] = uint32(uint32(p >> uint64(32)) ^ d[i] ^ y)
            b[i], d[i] = uint32(q & LOW), uint32(p & LOW)
        x, y = uint32(x + W0), uint32(y + W1)
    for i in range(LANES):
        words[4 * i], words[4 * i + 1] = a[i], b[i]
        words[4 * i + 2], words[4 * i + 3] = c[i], d[i]


@kernel
def poisson_drive_uniform(
    step, slot, lo, hi, first, thresholds, weight, key, ring, mask, lanes, words, halves, counts,
    unsure,
):  # fmt: skip
    """Add ``weight * count`` to neurons ``first + i`` for entries i of [lo, hi), one rate.

    The same draws as `poisson_drive`, for as many entries at a time as stay in the L1
    cache, in passes that LLVM turns into SIMD code: Philox, then one comparison per
    threshold. `halves` is `words` seen as 16-bit numbers; what 16 bits leave open is
    settled one by one.
    """
    s0, s1 = uint32(step & 0xFFFFFFFF), uint32(step >> 32)
    row = ring[step & mask][first:]
    chunk = 8 * LANES
    for start in range(lo // 8 * 8, hi, chunk):
        philox_lanes(start // 8, s0, s1, key[0], key[1], lanes, words)
        counts[:] = 0
        unsure[:] = 0
        for k in range(thresholds.shape[0]):
            top = thresholds[k] >> uint64(32)
            if top > uint64(0xFFFF):
                break
            low = np.uint16(top)
            for i in range(chunk):
                counts[i] += np.uint16(low < halves[i])
                unsure[i] |= np.uint16(low == halves[i])
            if low == np.uint16(0xFFFF):
                break  # the 16 bits say no more
        some = np.uint16(0)
        for i in range(chunk):
            some |= unsure[i]
        if some:
            for i in range(chunk):
                if unsure[i]:
                    counts[i] = drive_count(uint64(halves[i]), thresholds, start + i, s0, s1, key)
        at = uint64(start)
        for i in range(uint64(max(lo - start, 0)), uint64(min(hi - start, chunk))):
            row[at + i] += weight[0] * np.float32(counts[i])
    return 0


@kernel
def drive_count(high, thresholds, i, s0, s1, key):
    """Return how many thresholds the 48-bit draw reaches; its tail is drawn if needed."""
    count, undecided = 0, False
    for k in range(thresholds.shape[0]):
        top = thresholds[k] >> uint64(32)
        if top > high:
            break
        if top == high:
            undecided = True
            break
        count += 1
    if undecided:
        tail, _, _, _ = philox(i, s0, s1, 1, key[0], key[1])
        u = (high << uint64(32)) | uint64(tail)
        while count < thresholds.shape[0] and thresholds[count] <= u:
            count += 1
    return count


@kernel
def current_pieces(step, slot, steps, values, index, at, level, dirty):
    """Take the new level of a current where a piece begins; `at` is the next piece."""
    while at[0] < steps.shape[0] and steps[at[0]] <= step:
        for k in range(index.shape[0]):
            level[index[k]] = values[at[0], k]
        at[0] += 1
        dirty[0] = 1
    return 0


@kernel
def current_table(step, slot, steps, values, index, repeat, level, dirty):
    """Take this step's row of a tabulated current."""
    row = step - steps[0]
    if repeat:
        row %= values.shape[0]
    for k in range(index.shape[0]):
        inside = 0 <= row < values.shape[0] and step >= steps[0]
        level[index[k]] = values[row, k] if inside else 0.0
    dirty[0] = 1
    return 0


@kernel
def current_sum(step, slot, lo, hi, levels, dirty, injected):
    """Sum a population's currents, in order of declaration, where one changed."""
    if dirty[0]:
        for i in range(lo, hi):
            total = 0.0
            for k in range(levels.shape[0]):
                total += levels[k, i]
            injected[i] = total
        dirty[0] = 0
    return 0
