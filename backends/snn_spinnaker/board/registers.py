"""The state of a core's peripherals and of a chip's shared ones, as flat records.

Compiled callbacks reach their core through one address, so everything that they touch lies in one
record. All fields are int64: mixing unsigned and signed words would silently give floats in
compiled code. Register values are kept below 2**32 by whoever writes them.
"""

from __future__ import annotations

import numpy as np

RECEIVE_CAPACITY = 8192
TRANSMIT_CAPACITY = 4096
VECTORS = 16

#: Why a core stopped executing; kept in ``stop_reason`` and returned by `executor.run_core`.
STOP_NONE = 0
STOP_WAITING = 1
STOP_INTERRUPT = 2
STOP_MONITOR = 3
STOP_QUANTUM = 4
STOP_POLLING = 5
STOP_TRANSMIT_FULL = 6
STOP_FAULT = 7

CORE_RECORD = np.dtype(
    [
        # Identity and engine.
        ("chip_address", "i8"),
        ("number", "i8"),
        ("chip_index", "i8"),
        ("engine", "i8"),
        ("start_function", "i8"),
        ("stop_function", "i8"),
        ("read_function", "i8"),
        ("write_function", "i8"),
        ("scratch", "i8"),
        ("scratch_word", "i8"),
        ("itcm", "i8"),
        ("dtcm", "i8"),
        # Life of the core.
        ("loaded", "i8"),
        ("active", "i8"),
        ("running", "i8"),
        ("result", "i8"),
        ("waiting", "i8"),
        ("polling", "i8"),
        ("polls", "i8"),
        ("dead", "i8"),
        ("faults", "i8"),
        ("error", "i8"),
        ("engine_error", "i8"),
        ("fault_pc", "i8"),
        ("pc", "i8"),
        ("stop_reason", "i8"),
        ("attention", "i8"),
        # Counts.
        ("instructions", "i8"),
        ("blocks", "i8"),
        ("quantum_end", "i8"),
        ("since_wait", "i8"),
        ("tick_mark", "i8"),
        ("tick_blocks", "i8"),
        ("ticks", "i8"),
        ("tick_cycles_sum", "i8"),
        ("tick_cycles_max", "i8"),
        ("overruns", "i8"),
        ("packets_in", "i8"),
        ("packets_out", "i8"),
        ("tick_in", "i8"),
        ("tick_in_max", "i8"),
        ("tick_out", "i8"),
        ("tick_out_max", "i8"),
        ("thumb", "u1", (0x4000,)),
        # Vectored interrupt controller.
        ("irq_select", "i8"),
        ("irq_enable", "i8"),
        ("irq_soft", "i8"),
        ("irq_default", "i8"),
        ("irq_address", "i8", (VECTORS,)),
        ("irq_control", "i8", (VECTORS,)),
        ("irq_stack", "i8", (VECTORS + 2,)),
        ("irq_depth", "i8"),
        ("irq_next", "i8"),
        # Timers: load, control, interrupt flag, time at which the timer expires; cycles of a tick.
        ("timer_load", "i8", (2,)),
        ("timer_control", "i8", (2,)),
        ("timer_raised", "i8", (2,)),
        ("timer_due", "i8", (2,)),
        ("timer_period", "i8"),
        ("timer_reads", "i8", (2,)),
        ("timer_mark", "i8", (2,)),
        ("now", "i8"),
        # DMA controller.
        ("dma_system", "i8"),
        ("dma_tcm", "i8"),
        ("dma_control", "i8"),
        ("dma_done", "i8"),
        ("dma_words", "i8"),
        ("dma_registers", "i8", (96,)),
        # Communications controller.
        ("transmit_control", "i8"),
        ("transmit_data", "i8"),
        ("transmit_has_data", "i8"),
        ("sent", "i8"),
        ("sent_done", "i8"),
        ("backlog", "i8"),
        ("sent_key", "i8", (TRANSMIT_CAPACITY,)),
        ("sent_data", "i8", (TRANSMIT_CAPACITY,)),
        ("sent_control", "i8", (TRANSMIT_CAPACITY,)),
        ("received_head", "i8"),
        ("received_tail", "i8"),
        ("received_key", "i8", (RECEIVE_CAPACITY,)),
        ("received_data", "i8", (RECEIVE_CAPACITY,)),
        # Mailbox interrupt from the system controller.
        ("cpu_interrupt", "i8"),
    ]
)

CHIP_RECORD = np.dtype(
    [
        ("sdram", "i8"),
        ("system_ram", "i8"),
        ("router", "i8"),
        ("cores", "i8", (32,)),
        ("core_count", "i8"),
        ("lock", "i8", (32,)),
        ("core_flags", "i8"),
        ("monitor_request", "i8"),
    ]
)

BOARD_RECORD = np.dtype(
    [
        ("now", "i8"),
        ("ticks", "i8"),
        ("phases", "i8"),
        ("quantum_stops", "i8"),
        ("threads", "i8"),
        ("work", "i8"),
        ("phase_work", "i8"),
        ("parallel_phases", "i8"),
        ("packets", "i8"),
        ("unsupported", "i8"),
        ("dropped", "i8"),
        ("route_chip", "i8"),
        ("route_key", "i8"),
    ]
)

#: What ``received_data`` and ``transmit_data`` hold for a packet without a payload.
NO_PAYLOAD = -1
