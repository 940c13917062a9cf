"""Entry of the board's own process: options in JSON on the first line, then a line per question.

Answers and the report of readiness are lines of JSON on standard output; log lines go to standard
error. When the pipe closes, whoever started the board is gone, and it ends.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from typing import Any

import numba

from snn_spinnaker.board.errors import AddressTakenError, BoardError
from snn_spinnaker.board.options import BoardOptions

QUESTION_REPORT = "report"
QUESTION_STOP = "stop"


def say(content: dict[str, Any]) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run a board until it is told to stop or its pipe closes."""
    # An interrupt at the keyboard reaches this process too; whoever started it decides when it
    # ends, and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="board: %(message)s", stream=sys.stderr)
    try:
        serve(BoardOptions(**json.loads(sys.stdin.readline())))
    except BoardError as error:
        say({"error": str(error), "taken": isinstance(error, AddressTakenError)})
        sys.exit(1)


def serve(options: BoardOptions) -> None:
    """Start the server, tell that it is ready, and answer questions."""
    from snn_spinnaker.board.report import make_report
    from snn_spinnaker.board.server import Server

    if options.threads:
        numba.set_num_threads(min(options.threads, numba.get_num_threads()))
    server = Server(options)
    server.machine.warm_up()

    def answer() -> None:
        question = sys.stdin.readline().strip()
        if question == QUESTION_REPORT:
            say(make_report(server))
        elif question in (QUESTION_STOP, ""):
            server.stop()

    server.watch(sys.stdin, answer)
    say({"ready": options.address})
    server.serve()
