"""A processor engine (unicorn) with a core's memory map and callbacks.

This is the only module that imports unicorn. The engine is GPL-2, so it is loaded only in the
board's own process.
"""

from __future__ import annotations

import ctypes
from typing import Any

from snn_spinnaker.board.addresses import (
    COMMS_BASES,
    DMA_BASES,
    DTCM_BASE,
    DTCM_SIZE,
    INERT_BASES,
    INERT_SIZE,
    ITCM_BASE,
    ITCM_SIZE,
    PERIPHERAL_SIZE,
    ROUTER_BASES,
    SDRAM_BASES,
    SYSTEM_CONTROLLER_BASES,
    SYSTEM_RAM_BASES,
    TIMER_BASES,
    VIC_BASES,
)
from snn_spinnaker.board.bus import (
    on_block,
    on_comms_read,
    on_comms_write,
    on_dma_read,
    on_dma_write,
    on_system_read,
    on_system_write,
    on_timer_read,
    on_timer_write,
    on_vic_read,
    on_vic_write,
    on_wait,
)
from snn_spinnaker.board.errors import BoardError, MissingExtraError
from snn_spinnaker.board.memory import ChipMemory, Memory

try:
    from unicorn import unicorn_py3
    from unicorn.unicorn_py3.unicorn import uclib as LIBRARY
except ImportError as error:
    raise MissingExtraError(
        "the virtual board needs the package 'unicorn' (2.1 or later): "
        "pip install 'snn-spinnaker[board]'"
    ) from error

#: "Move to coprocessor: wait for interrupt" as the compiler encodes it for this core.
WAIT_INSTRUCTION = b"\x90\x0f\x07\xee"
HOOK_CODE = 4
ARCHITECTURE_ARM = 1
MODE_ARM = 0
_NEW_ENGINE: Any = unicorn_py3.Uc
HOOK_BLOCK = 8
CPU_ARM946 = 1
ALL_ACCESS = 7
READ_WRITE = 3

_PERIPHERALS = (
    (COMMS_BASES, on_comms_read, on_comms_write),
    (TIMER_BASES, on_timer_read, on_timer_write),
    (VIC_BASES, on_vic_read, on_vic_write),
    (DMA_BASES, on_dma_read, on_dma_write),
    (SYSTEM_CONTROLLER_BASES, on_system_read, on_system_write),
)


def function_address(name: str) -> int:
    """Return the address of a function of the engine's library."""
    return ctypes.cast(getattr(LIBRARY, name), ctypes.c_void_p).value or 0


def _check(code: int, action: str) -> None:
    if code != 0:
        raise BoardError(f"the processor engine could not {action}: error {code}")


class Engine:
    """One ARM9 core's engine.

    Parameters
    ----------
    memory : ChipMemory
        The shared memories of the core's chip.
    record : int
        Address of the core's record, handed to every callback.
    """

    def __init__(self, memory: ChipMemory, record: int) -> None:
        self.itcm = Memory(ITCM_SIZE)
        self.dtcm = Memory(DTCM_SIZE)
        self._uc: Any = _NEW_ENGINE(ARCHITECTURE_ARM, MODE_ARM)
        self._uc.ctl_set_cpu_model(CPU_ARM946)
        self._record = ctypes.c_void_p(record)
        self._wait_hooks: list[ctypes.c_size_t] = []
        self._map_memory(memory)
        self._map_peripherals()
        self._hook(HOOK_BLOCK, on_block.address, 1, 0)

    @property
    def handle(self) -> int:
        """Address of the engine, for calls from compiled code."""
        return int(self._uc._uch.value)

    def _map_memory(self, memory: ChipMemory) -> None:
        blocks = [(ITCM_BASE, self.itcm), (DTCM_BASE, self.dtcm)]
        blocks += [(base, memory.sdram) for base in SDRAM_BASES]
        blocks += [(base, memory.system_ram) for base in SYSTEM_RAM_BASES]
        blocks += [(base, memory.router) for base in ROUTER_BASES]
        for base, block in blocks:
            # Code runs from the instruction memory only; elsewhere a jump is a fault.
            rights = ALL_ACCESS if base == ITCM_BASE else READ_WRITE
            self._uc.mem_map_ptr(base, block.size, rights, block.address)
        for base in INERT_BASES:
            self._uc.mem_map(base, INERT_SIZE, READ_WRITE)

    def _map_peripherals(self) -> None:
        for bases, read, write in _PERIPHERALS:
            for base in bases:
                code = LIBRARY.uc_mmio_map(
                    self._uc._uch,
                    ctypes.c_uint64(base),
                    ctypes.c_size_t(PERIPHERAL_SIZE),
                    ctypes.cast(read.address, ctypes.c_void_p),
                    self._record,
                    ctypes.cast(write.address, ctypes.c_void_p),
                    self._record,
                )
                _check(code, f"map the peripheral at {base:#010x}")

    def _hook(self, kind: int, function: int, begin: int, end: int) -> ctypes.c_size_t:
        handle = ctypes.c_size_t()
        code = LIBRARY.uc_hook_add(
            self._uc._uch,
            ctypes.byref(handle),
            ctypes.c_int(kind),
            ctypes.c_void_p(function),
            self._record,
            ctypes.c_uint64(begin),
            ctypes.c_uint64(end),
        )
        _check(code, "add a callback")
        return handle

    def load(self, segments: list[tuple[int, bytes]]) -> None:
        """Put an image's bytes into the core's memories and watch its wait instructions."""
        self.itcm.clear()
        self.dtcm.clear()
        for address, content in segments:
            self._uc.mem_write(address, content)
        self._uc.ctl_remove_cache(ITCM_BASE, ITCM_BASE + ITCM_SIZE)
        self._watch_waits()

    def _watch_waits(self) -> None:
        for hook in self._wait_hooks:
            LIBRARY.uc_hook_del(self._uc._uch, hook)
        self._wait_hooks.clear()
        code = self.itcm.bytes[:]
        at = code.find(WAIT_INSTRUCTION)
        while at >= 0:
            if at % 4 == 0:
                self._wait_hooks.append(self._hook(HOOK_CODE, on_wait.address, at, at))
            at = code.find(WAIT_INSTRUCTION, at + 1)

    def set_start(self, argument: int) -> None:
        """Set the registers as they are when SCAMP starts an application."""
        self._uc.reg_write(REGISTER_CPSR, SUPERVISOR_MASKED)
        self._uc.reg_write(REGISTER_R0, argument)

    def close(self) -> None:
        """Give the engine's memory back."""
        self._uc = None


REGISTER_CPSR = 3
REGISTER_R0 = 66
#: Supervisor mode with both interrupts masked.
SUPERVISOR_MASKED = 0xD3
