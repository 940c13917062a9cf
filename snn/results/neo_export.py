"""Results as Neo objects, annotated as PyNN does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from snn.errors import BackendUnavailableError

if TYPE_CHECKING:
    import neo

    from snn.results.population import PopulationResult, Trace
    from snn.results.result import Result


KNOWN_UNITS = {"mV", "nA", "pA", "uS", "nS", "nF", "pF", "ms", "Hz", "1/ms", "mV/ms"}


def to_neo(result: Result, labels: Iterable[str] | None = None) -> neo.Block:
    """Return a block with one segment that holds the named populations (all by default).

    Notes
    -----
    Spike trains carry ``source_population``, ``source_index`` and ``channel_id``, signals
    ``source_population``, ``channel_ids`` and ``channel_index``; ids are indices within
    the population.

    Raises
    ------
    BackendUnavailableError
        Neo is not installed.
    """
    try:
        import neo
    except ImportError as error:
        message = 'Neo is not installed; pip install "snn-spinnaker[neo]"'
        raise BackendUnavailableError(message) from error
    block = neo.Block(name="snn", description=repr(result), **_annotations(result))
    segment = neo.Segment(name="run")
    for label in result.populations if labels is None else labels:
        population = result.populations[label]
        segment.spiketrains.extend(_trains(population))
        for variable, trace in population.traces.items():
            signal = _signal(population.label, variable, trace)
            regular = isinstance(signal, neo.AnalogSignal)
            kept = segment.analogsignals if regular else segment.irregularlysampledsignals
            kept.append(signal)
    block.segments.append(segment)
    return block


def _annotations(result: Result) -> dict[str, Any]:
    p = result.provenance
    return {"simulator": f"snn {p.versions.get('snn', '')}".strip(), "backend": p.backend,
            "dt": result.dt, "seed": p.seed, "network": p.network}  # fmt: skip


def _trains(population: PopulationResult) -> list[Any]:
    import neo

    if population.spikes is None:
        return []
    stop = population.start + population.duration
    trains = population.trains()
    return [
        neo.SpikeTrain(
            train,
            units="ms",
            t_start=population.start,
            t_stop=max(stop, train.max(initial=stop)),
            source_population=population.label,
            source_index=index,
            channel_id=index,
        )
        for index, train in ((int(k), trains[k]) for k in population.seen())
    ]


def _signal(label: str, variable: str, trace: Trace) -> Any:
    import neo

    ids = trace.neurons
    common = {
        "units": _unit(trace.unit),
        "name": variable,
        "source_population": label,
        "channel_ids": np.array(ids),
        "array_annotations": {"channel_index": np.array(ids)},
    }
    period = np.diff(trace.times)
    if len(period) and np.ptp(period) < 1e-6:
        return neo.AnalogSignal(trace.values, t_start=_ms(trace.times[0]),
                                sampling_period=_ms(period.mean()), **common)  # fmt: skip
    return neo.IrregularlySampledSignal(trace.times, trace.values, time_units="ms", **common)


def _unit(name: str) -> Any:
    """Return a unit; quantities evaluates names as code, so it is only shown known ones."""
    import quantities

    known = name in KNOWN_UNITS
    return quantities.Quantity(1.0, name if known else "dimensionless").units


def _ms(value: float) -> Any:
    import quantities

    return float(value) * quantities.ms
