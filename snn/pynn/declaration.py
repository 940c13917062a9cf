"""From populations, projections and electrodes to a network of the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from snn import Network
from snn.engine import Engine, Recorded
from snn.network import Population
from snn.pynn.pieces import Piece, pieces_of

if TYPE_CHECKING:
    from snn.pynn.simulator import State

Array = NDArray[Any]


@dataclass(eq=False)
class Declaration:
    """A network of the language, and what of the script each part of it is.

    Parameters
    ----------
    handles : population of the script -> population of the network
    pieces : one per projection of the network, in order
    recorded : (recorder, variable), one per recording of the network, in order
    signed : (population, receptor) pairs that have weights of both signs
    extends : bool
        Whether input is tabulated and must be extended from time to time.
    """

    network: Network
    handles: dict[Any, Population] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    recorded: list[tuple[Any, str]] = field(default_factory=list)
    signed: set[tuple[Any, str]] = field(default_factory=set)
    extends: bool = False

    def collect(self, taken: Recorded, start: int) -> None:
        """Give the recorders what an engine recorded since step `start`."""
        dt = self.network.dt
        for position, (recorder, variable) in enumerate(self.recorded):
            recording = self.network.recordings[position]
            index = np.unique(recording.target.index)  # type: ignore[union-attr]
            if variable != "spikes":
                empty = np.zeros(0, np.int64), np.zeros((0, len(index)))
                recorder.add_samples(variable, index, *taken.samples.get(position, empty))
                continue
            population = self.network.populations.index(self.handles[recorder.population])
            steps, neurons = taken.spikes.get(population, (np.zeros(0, int), np.zeros(0, int)))
            keep = np.isin(neurons, index) if len(index) < recorder.population.size else ...
            times = np.round(steps[keep] * dt, 9)
            celltype = recorder.population.celltype
            times, kept = celltype.recorded_times(times, neurons[keep], recorder.population, start)
            recorder.add_spikes(times, kept)

    def read_weights(self, projection: Any, engine: Engine) -> Array | None:
        """Return the weights of a projection as the script has them."""
        mine = [(k, p) for k, p in enumerate(self.pieces) if p.projection is projection]
        if not any(p.plastic for _, p in mine):
            return None
        values = np.zeros(len(projection))
        for k, piece in mine:
            values[piece.order] = piece.sign * engine.read_weights(k)
        return values

    def write_weights(self, projection: Any, engine: Engine) -> bool:
        """Give an engine the declared weights; False where the network must be rebuilt."""
        mine = [(k, p) for k, p in enumerate(self.pieces) if p.projection is projection]
        if not mine and len(projection):
            return False
        for k, piece in mine:
            values = np.broadcast_to(piece.weight, len(projection))[piece.order]
            if values.min(initial=0.0) < 0 and piece.target not in self.signed:
                return False
            engine.write_weights(k, values)
        return True


def declare(state: State, step: int, horizon: int) -> Declaration:
    """Declare everything that a script made so far.

    Parameters
    ----------
    state : State
    step : int
        Where the network goes on.
    horizon : int
        Step up to which tabulated input must reach.
    """
    made = Declaration(Network(dt=state.dt))
    pieces = [piece for p in state.projections for piece in pieces_of(p)]
    made.signed = {piece.target for piece in pieces if piece.mixed}
    taken: set[str] = set()
    for population in state.populations:
        _add_population(made, population, _unique(population.stream, taken), horizon)
    for piece in pieces:
        _add_piece(made, piece, _unique(piece.projection.stream, taken))
    for number, electrode in enumerate(state.electrodes):
        made.extends |= bool(electrode.targets) and electrode.tabulated
        for k, (population, index) in enumerate(electrode.targets):
            made.network.inject(
                made.handles[population][index],
                electrode.source(step, horizon, population.celltype.current_scale),
                label=f"electrode{number}.{k}",
            )  # fmt: skip
    for population in state.populations:
        _add_recordings(made, population)
    return made


def _unique(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}#{count}"
    taken.add(name)
    return name


def _add_population(made: Declaration, population: Any, label: str, horizon: int) -> None:
    celltype = population.celltype
    population.network_label = label
    initial = {}
    if celltype.injectable:
        model = population.declared_model(made.signed)
        initial = {celltype.variables[name]: values for name, values in population.initial.items()
                   if name in celltype.variables}  # fmt: skip
        # PyNN sets every input to the 0 that it has anyway; not every backend can set it.
        initial = {name: v for name, v in initial.items() if "." not in name or np.any(v)}
    else:
        model = celltype.source(population, label, horizon)
        made.extends |= celltype.drawn_ahead
    made.handles[population] = made.network.population(
        population.size, model, label=label, initial=initial
    )


def _add_piece(made: Declaration, piece: Piece, label: str) -> None:
    connector, synapse = piece.declared()
    made.network.connect(
        made.handles[piece.pre], made.handles[piece.post], connector, synapse,
        receptor=piece.receptor, label=label,
    )  # fmt: skip
    made.pieces.append(piece)


def _add_recordings(made: Declaration, population: Any) -> None:
    recorder, handle = population.recorder, made.handles[population]
    for variable, index in sorted(recorder.wanted().items()):
        name = "spikes" if variable == "spikes" else population.celltype.variables[variable]
        every = None if variable == "spikes" else recorder.every
        made.network.record(handle[index], name, every=every)
        made.recorded.append((recorder, variable))
