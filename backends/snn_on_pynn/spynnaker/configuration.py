"""The configuration of sPyNNaker for one run, outside the user's home.

sPyNNaker reads its package's defaults, one file of the user's and ``spynnaker.cfg`` in the working
directory. Here a run gets a folder of its own in place of the home directory, and its settings
have the last word.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

Settings = Mapping[str, Mapping[str, str]]
FILE_NAME = ".spynnaker.cfg"
HOMES = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS")


@contextmanager
def configured(settings: Settings, folder: Path, *, users: bool = False) -> Iterator[None]:
    """Make sPyNNaker use these settings while the block runs.

    Parameters
    ----------
    settings : dict
        By section and option.
    folder : Path
        Where the run's file is written.
    users : bool
        Keep what the user's own file says where the settings say nothing.
    """
    import spinn_utilities.conf_loader as loader

    original = loader.load_config

    def load_config(*arguments: Any, **keywords: Any) -> Any:
        return override(original(*arguments, **keywords), settings)

    with ExitStack() as stack:
        if not users:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / FILE_NAME).write_text(text_of(settings), encoding="utf-8")
            stack.enter_context(environment(folder))
        loader.load_config = load_config
        stack.callback(setattr, loader, "load_config", original)
        yield


def text_of(settings: Settings) -> str:
    """Return settings as the lines of a ``spynnaker.cfg``."""
    lines = []
    for section, options in settings.items():
        lines += [f"[{section}]", *(f"{name} = {value}" for name, value in options.items())]
    return "\n".join(lines) + "\n"


def override(config: Any, settings: Settings) -> Any:
    """Set settings in a loaded configuration and return it."""
    for section, options in settings.items():
        for name, value in options.items():
            config.set(section, name, value)
    return config


@contextmanager
def environment(home: Path) -> Iterator[None]:
    """Let a folder stand in for the user's home."""
    before = {name: os.environ.get(name) for name in HOMES}
    # Only one of the places that sPyNNaker looks in may have a file.
    places = (home, home, home / "config", home / "site")
    os.environ.update(zip(HOMES, map(str, places), strict=True))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
