"""Step "map": the real tool chain on its own virtual machine, and what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snn.cells import Cell
from snn.compiler import Compiled, CompiledProjection
from snn.compiler.endpoints import endpoints
from snn.errors import SimulatorError
from snn.results import Result
from snn_on_pynn import cells
from snn_on_pynn.engine import PynnEngine
from snn_on_pynn.spynnaker import costs
from snn_on_pynn.spynnaker.configuration import Settings, configured
from snn_on_pynn.spynnaker.mapping import BoardMapping, Chip, Core
from snn_on_pynn.spynnaker.options import Options
from snn_on_pynn.spynnaker.session import BoardSession
from snn_on_pynn.targets import SPINNAKER

Array = NDArray[Any]
Rates = float | Result
MATRIX = "SynBlocks"
"""Label of the region that holds the synaptic matrix."""


class MappingSession(BoardSession):
    """sPyNNaker on its own virtual machine, which maps and does not run."""

    @property
    def place(self) -> str:
        """Where the network is mapped."""
        return "sPyNNaker's virtual machine"

    def _enter(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._stack.enter_context(configured(self._settings(), self.logs))

    def _settings(self) -> Settings:
        reports = {"default_report_file_path": str(self.logs), "keep_dataspec_database": "True",
                   "write_application_graph_placer_report": "True",
                   "write_partitioner_reports": "True"}  # fmt: skip
        machine = {"version": str(self.options.version), "virtual_board": "True"}
        return {"Machine": machine, "Reports": reports}


def map_network(
    compiled: Compiled, options: Options, *, duration: float, rates: Rates
) -> BoardMapping:
    """Return what a network takes of SpiNNaker.

    Parameters
    ----------
    compiled : Compiled
        In float64, of the exact profile.
    duration : float, ms
        For which recordings need room.
    rates : float or Result
        Rate of all neurons in Hz, or a result from which they are taken.
    """
    session = MappingSession(options)
    engine = PynnEngine(compiled, session)
    steps = max(round(duration / compiled.dt), 1)
    try:
        with session.working():
            engine.ready(steps).sim.run(steps * compiled.dt)
            return _mapping(compiled, options, duration, rates)
    except SimulatorError as error:
        cure = "fewer neurons per core, smaller populations, or version=5 for more boards"
        return BoardMapping(refused=((str(error), cure),), logs=str(options.logs))
    finally:
        session.end()


def _mapping(compiled: Compiled, options: Options, duration: float, rates: Rates) -> BoardMapping:
    from spynnaker.pyNN.data import SpynnakerDataView as View

    steps = round(duration / compiled.dt)
    load = _Load(compiled, rates)
    cores = tuple(_cores(compiled, load, steps, _matrices(View.get_ds_database_path())))
    machine = View.get_machine()
    scale = float(View.get_time_scale_factor())
    return BoardMapping(
        chips=tuple(_chips(View, cores)), cores=cores,
        budget=costs.CLOCK * compiled.dt * scale, duration=duration, logs=str(options.logs),
        rate=load.text, machine=[(chip.x, chip.y) for chip in machine.chips],
    )  # fmt: skip


def _cores(
    compiled: Compiled, load: _Load, steps: int, matrices: Mapping[tuple[int, int, int], int]
) -> Iterator[Core]:
    """Yield the cores that run something of the network."""
    from spynnaker.pyNN.data import SpynnakerDataView as View

    finder = View.get_executable_finder()
    labels = {p.label: p for p in compiled.populations}
    for placed in View.iterate_placemements():
        vertex = placed.vertex
        if vertex.app_vertex is None:
            continue
        binary = vertex.get_binary_file_name()
        p = labels.get(vertex.app_vertex.label)
        neurons = int(vertex.vertex_slice.n_atoms)
        found = load.of(p, vertex) if p is not None else (0, 0.0)
        yield Core(
            x=placed.x, y=placed.y, p=placed.p, label=vertex.app_vertex.label,
            program=binary.removesuffix(".aplx"), neurons=neurons,
            sdram=int(vertex.sdram_required.get_total_sdram(steps)),
            matrix=matrices.get((placed.x, placed.y, placed.p), 0),
            itcm=costs.code_bytes(Path(finder.get_executable_path(binary))),
            dtcm=found[0], cycles=found[1],
        )  # fmt: skip


def _matrices(path: str) -> dict[tuple[int, int, int], int]:
    """Return the bytes of the synaptic matrix of each core, from the written data."""
    query = "SELECT x, y, p, SUM(size) FROM region WHERE region_label = ? GROUP BY x, y, p"
    with sqlite3.connect(path) as database:
        return {(x, y, p): int(size) for x, y, p, size in database.execute(query, [MATRIX])}


def _chips(view: Any, cores: tuple[Core, ...]) -> Iterator[Chip]:
    """Yield the chips that hold cores of the network."""
    before = {(t.x, t.y): int(t.number_of_entries) for t in view.get_uncompressed()}
    after = _compressed(before)
    for x, y in sorted({(c.x, c.y) for c in cores}):
        chip = view.get_chip_at(x, y)
        yield Chip(
            x=x, y=y, board=f"{chip.nearest_ethernet_x},{chip.nearest_ethernet_y}",
            sdram=sum(c.sdram for c in cores if (c.x, c.y) == (x, y)), sdram_free=int(chip.sdram),
            entries=before.get((x, y), 0), compressed=after.get((x, y), 0),
        )  # fmt: skip


def _compressed(before: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Return the entries after compression, which is done only where a table is too long."""
    from pacman.exceptions import MinimisationFailedError
    from pacman.operations.router_compressors import pair_compressor

    if max(before.values(), default=0) <= 1023:
        return before
    try:
        return {(t.x, t.y): int(t.number_of_entries) for t in pair_compressor()}
    except MinimisationFailedError:
        return before


class _Load:
    """What each core of a population gets to do, by rates and fan-in."""

    def __init__(self, compiled: Compiled, rates: Rates) -> None:
        self.compiled = compiled
        self.spikes = [spikes_of(compiled, k, rates) for k in range(len(compiled.populations))]
        self.onto: dict[int, list[CompiledProjection]] = {}
        for q in compiled.projections:
            self.onto.setdefault(q.post, []).append(q)
        measured = isinstance(rates, Result)
        self.text = "rates of the result" if measured else f"neurons at {rates:g} Hz"

    def of(self, p: Any, vertex: Any) -> tuple[int, float]:
        """Return the data memory and the cycles of a core; zeros where it is no whole neuron core.

        Cores that hold only neurons or only synapses (small steps) have no estimate.
        """
        form = cells.form_of(p.model, SPINNAKER) if isinstance(p.model, Cell) else None
        if form is None or not getattr(vertex.app_vertex, "use_combined_core", False):
            return 0, 0.0
        members = np.asarray(vertex.vertex_slice.get_raster_ids(), int)
        own = self.onto.get(p.index, [])
        given = costs.total([self._input(q, members) for q in own])
        rule = next((q.rules[0].rule for q in own if q.rules), None)
        slots = int(vertex.app_vertex.max_delay_steps_incoming)
        data = costs.data_bytes(form.name, len(members), slots, len(form.slots), rule,
                                self.compiled.dt)  # fmt: skip
        return data, costs.cycles(form.name, len(members), given)

    def _input(self, q: CompiledProjection, members: Array) -> costs.Input:
        pre, post = endpoints(q)
        here = np.isin(post, members)
        fan = np.bincount(pre[here], minlength=len(self.spikes[q.pre]))
        spikes = self.spikes[q.pre]
        packets, synapses = float(spikes[fan > 0].sum()), float((spikes * fan).sum())
        if q.rules:
            return costs.Input(plastic_packets=packets, plastic_synapses=synapses)
        return costs.Input(packets=packets, synapses=synapses)


def spikes_of(compiled: Compiled, population: int, rates: Rates) -> Array:
    """Return the spikes that each neuron of a population is expected to emit in a tick, (n,)."""
    p = compiled.populations[population]
    if p.rate is not None:
        return np.asarray(p.rate * compiled.dt * 1e-3)
    if p.spike_steps is not None and p.spike_index is not None:
        span = max(int(p.spike_steps.max(initial=1)), 1)
        return np.bincount(p.spike_index, minlength=p.size) / span
    if isinstance(rates, Result):
        known = rates.populations.get(p.label)
        if known is not None and known.spikes is not None:
            return np.asarray(known.rates() * compiled.dt * 1e-3)
        return np.zeros(p.size)
    return np.full(p.size, rates * compiled.dt * 1e-3)
