"""A pytest plugin that runs a whole session on one virtual board.

For test suites that know nothing of it, such as sPyNNaker's own integration tests::

    pytest -p snn_spinnaker.board.session --board-version 5 spynnaker_integration_tests
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from snn_spinnaker.board.process import VirtualBoard


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the board."""
    parser.addoption(
        "--board-version", type=int, choices=(3, 5), default=5, help="virtual board: 3 or 5"
    )


@pytest.fixture(scope="session", autouse=True)
def board_of_the_session(pytestconfig: pytest.Config) -> Iterator[VirtualBoard]:
    """Give the session's board, for which sPyNNaker stays configured to the end."""
    with VirtualBoard(pytestconfig.getoption("--board-version")) as board:
        yield board
