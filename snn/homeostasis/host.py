"""Homeostasis that the host does between runs."""

from __future__ import annotations

from typing import ClassVar


class HostHomeostasis:
    """A mechanism that runs the network again and again; so it works on every backend."""

    on_host: ClassVar[bool] = True
