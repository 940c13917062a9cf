"""A core: its record, its engine, and the application on it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from snn_spinnaker.board.addresses import CORES_PER_CHIP
from snn_spinnaker.board.aplx import Image
from snn_spinnaker.board.comms import reset_comms
from snn_spinnaker.board.dma import reset_dma
from snn_spinnaker.board.memory import ChipMemory
from snn_spinnaker.board.registers import CORE_RECORD
from snn_spinnaker.board.timers import reset_timers
from snn_spinnaker.board.vic import refresh, reset_vic

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Fields that start again when an application is loaded.
_LIFE = (
    "waiting",
    "polling",
    "polls",
    "dead",
    "faults",
    "error",
    "engine_error",
    "fault_pc",
    "stop_reason",
    "instructions",
    "blocks",
    "quantum_end",
    "since_wait",
    "tick_mark",
    "tick_blocks",
    "ticks",
    "tick_cycles_sum",
    "tick_cycles_max",
    "overruns",
    "packets_in",
    "packets_out",
    "tick_in",
    "tick_in_max",
    "tick_out",
    "tick_out_max",
    "dma_words",
    "cpu_interrupt",
)


class Core:
    """One application core of a chip.

    Parameters
    ----------
    records : ndarray of CORE_RECORD
        The records of all cores of the board.
    index : int
        This core's place in them: chip index times eighteen plus its number.
    memory : ChipMemory
        The shared memories of its chip.
    chip_record : int
        Address of its chip's record.
    """

    def __init__(
        self, records: NDArray[np.void], index: int, memory: ChipMemory, chip_record: int
    ) -> None:
        self.index = index
        self.number = index % CORES_PER_CHIP
        self.application = 0
        self.reported = False
        self.messages: deque[bytes] = deque()
        self.record: np.record = records.view(np.recarray)[index]
        address = records.ctypes.data + index * records.itemsize
        self.record_address = address
        # Only a core that is used needs the engine, which is an optional extra.
        from snn_spinnaker.board.engine import Engine, function_address

        self.engine: Engine = Engine(memory, address)
        self._connect(address, chip_record)
        record = self.record
        record.start_function = function_address("uc_emu_start")
        record.stop_function = function_address("uc_emu_stop")
        record.read_function = function_address("uc_reg_read")
        record.write_function = function_address("uc_reg_write")

    def _connect(self, address: int, chip_record: int) -> None:
        record = self.record
        record.chip_address = chip_record
        record.number = self.number
        record.chip_index = self.index // CORES_PER_CHIP
        record.engine = self.engine.handle
        record.scratch = address + _offset("scratch_word")
        record.itcm = self.engine.itcm.address
        record.dtcm = self.engine.dtcm.address

    def start(self, image: Image, application: int, argument: int) -> None:
        """Load an image and make the core ready to run from its entry."""
        self.reset()
        self.application = application
        self.engine.load([(segment.address, segment.content) for segment in image.segments])
        self.engine.set_start(argument)
        self.record.pc = image.entry
        self.record.loaded = 1
        self.record.active = 1

    def reset(self) -> None:
        """Put peripherals and counters into the state before loading."""
        record = self.record
        for field in _LIFE:
            record[field] = 0
        record.thumb[:] = 0
        reset_vic(record)
        reset_timers(record)
        reset_dma(record)
        reset_comms(record)
        refresh(record)
        self.messages.clear()
        self.reported = False

    def stop(self) -> None:
        """Take the application off the core; its memories stay readable."""
        self.reset()
        self.record.loaded = 0
        self.record.active = 0


def _offset(field: str) -> int:
    return int(CORE_RECORD.fields[field][1]) if CORE_RECORD.fields else 0
