"""What the board reports of a run: overruns, lost packets, saturated inputs."""

from __future__ import annotations


def remarks() -> list[str]:
    """Return one sentence per report of the cores and routers of the last run."""
    from spinn_front_end_common.interface.provenance import ProvenanceReader

    with ProvenanceReader() as reader:
        return list(dict.fromkeys(f"board: {text}" for text in reader.messages()))
