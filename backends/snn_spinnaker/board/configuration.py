"""The sPyNNaker configuration with which a script finds this board.

sPyNNaker reads its package's defaults, one file of the user's and ``spynnaker.cfg`` in the working
directory. `configured` puts a file of its own in the second place and has the last word over the
third, for the duration of a ``with`` block; nothing is written to the home directory.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from snn_spinnaker.board.errors import MissingExtraError

FILE_NAME = ".spynnaker.cfg"
#: Seconds that sPyNNaker waits beyond the run time before it gives up: an emulated board may be
#: slower than a real one.
PATIENCE = 24 * 3600
Settings = dict[str, dict[str, str]]


def board_settings(version: int, address: str) -> Settings:
    """Return the settings by section.

    Advanced monitors and reinjection need fixed-route packets, and on-chip compression needs
    router registers; this board has neither, so both are switched off.
    """
    return {
        "Machine": {
            "version": str(version),
            "machine_name": address,
            "enable_advanced_monitor_support": "False",
            "enable_reinjection": "False",
            "post_simulation_overrun_before_error": str(PATIENCE),
        },
        "Mapping": {"compressor": "PairCompressor"},
    }


def configuration_text(version: int, address: str) -> str:
    """Return the lines of a ``spynnaker.cfg`` for this board.

    Examples
    --------
    >>> print(configuration_text(3, "127.0.0.2"))
    [Machine]
    version = 3
    machine_name = 127.0.0.2
    enable_advanced_monitor_support = False
    enable_reinjection = False
    post_simulation_overrun_before_error = 86400
    [Mapping]
    compressor = PairCompressor
    """
    lines = []
    for section, options in board_settings(version, address).items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {value}" for name, value in options.items()]
    return "\n".join(lines)


@contextmanager
def configured(version: int, address: str) -> Iterator[Path]:
    """Make sPyNNaker in this process use the board, without touching any file of the user's.

    Yields
    ------
    Path
        A folder that stands in for the home directory while the block runs.
    """
    try:
        import spinn_utilities.conf_loader as loader
    except ImportError as error:
        raise MissingExtraError(
            "running a script on the virtual board needs sPyNNaker: "
            "pip install 'snn-spinnaker[board]'"
        ) from error
    with tempfile.TemporaryDirectory(prefix="snn-board-") as folder:
        home = Path(folder)
        (home / FILE_NAME).write_text(configuration_text(version, address) + "\n")
        original = loader.load_config

        def load_config(*arguments: Any, **keywords: Any) -> Any:
            return override(original(*arguments, **keywords), version, address)

        loader.load_config = load_config
        try:
            with environment(home_environment(home)):
                yield home
        finally:
            loader.load_config = original


def override(config: Any, version: int, address: str) -> Any:
    """Set the board's settings in a loaded configuration and return it."""
    for section, options in board_settings(version, address).items():
        for name, value in options.items():
            config.set(section, name, value)
    for name in ("virtual_board", "spalloc_server", "remote_spinnaker_url"):
        if config.has_option("Machine", name):
            config.set("Machine", name, "False" if name == "virtual_board" else "None")
    return config


def home_environment(home: Path) -> dict[str, str]:
    """Return the variables that make sPyNNaker look for the user's file in a folder."""
    # Only one of the places that it looks in may have a file, so all lead to folders of ours.
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CONFIG_DIRS": str(home / "site"),
    }


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the duration of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
