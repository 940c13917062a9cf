"""Errors of the simulators, in one sentence of ours."""

from __future__ import annotations

from snn.errors import SnnError


class SimulatorError(SnnError, RuntimeError):
    """A simulator failed.

    Parameters
    ----------
    message : str
        What happened and what to do, in one sentence.
    logs : str
        Folder with what its tool chain wrote; empty where there is none.

    Attributes
    ----------
    result : Result, optional
        What was recorded before.
    """

    def __init__(self, message: str, logs: str = "") -> None:
        self.logs = logs
        self.result: object = None
        super().__init__(f"{message}; its log is in {logs}" if logs else message)
