"""The board's own process: ``python -m snn_spinnaker.board --version 3 --address 127.0.0.2``."""

from __future__ import annotations

from snn_spinnaker.board.process_entry import main

if __name__ == "__main__":
    main()
