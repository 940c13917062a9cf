"""Errors and warnings as one clean message."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

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


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Show each warning meant for users as one line, without the place in the source."""
    with warnings.catch_warnings():
        warnings.simplefilter("default", UserWarning)
        usual = warnings.showwarning
        warnings.showwarning = partial(_show, usual)
        yield


def _show(
    usual: Callable[..., None], message: Warning | str, category: type[Warning], *place: Any
) -> None:
    if issubclass(category, UserWarning):
        click.echo(f"warning: {message}", err=True)
    else:
        usual(message, category, *place)
