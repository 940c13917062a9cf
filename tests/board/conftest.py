"""A virtual board for the tests of this folder, and sPyNNaker configured for it."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from snn_spinnaker.board.process import VirtualBoard


@pytest.fixture
def sim(virtual_board: VirtualBoard) -> Iterator[Any]:
    """Give the module ``pyNN.spiNNaker``; whatever the test set up is ended."""
    import pyNN.spiNNaker as module

    yield module
    module.end()
    # sPyNNaker leaves sockets and databases to the garbage collector; their warnings belong here,
    # not to whichever test runs when they are found.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
