"""Errors as one clean message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from snn.errors import SnnError


class Failure(click.ClickException):
    """What went wrong, for a person; no traceback."""

    exit_code = 2


@contextmanager
def explained(subject: str = "") -> Iterator[None]:
    """Turn the errors that snn raises on purpose, and those of files, into a `Failure`."""
    try:
        yield
    except (SnnError, OSError) as error:
        text = str(error)
        known = not subject or subject in text
        raise Failure(text if known else f"{subject}: {text}") from error
