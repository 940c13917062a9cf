"""What a run returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from os import PathLike
from typing import TYPE_CHECKING, Any

from snn.results.plots import Plots
from snn.results.population import PopulationResult
from snn.results.provenance import Provenance, Timing
from snn.results.synapses import ProjectionResult, Synapses, WeightTrace

if TYPE_CHECKING:
    import neo
    import pandas

    from snn.results.table import Content


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """Spikes, traces and weights of a run, and where they come from.

    ``result["exc"]`` is the `PopulationResult` or `ProjectionResult` of that label.

    Parameters
    ----------
    dt : float, ms
        Time step.
    duration : float, ms
        Length of the simulated interval.
    populations : mapping of str to PopulationResult
        By label: populations of which anything was recorded.
    final_weights : mapping of str to Synapses
        By label: projections with their weights at the end.
    weights_over_time : mapping of str to (times, values)
        By label: times in ms, (samples,), and weights, (samples, nnz), columns in the
        order of the projection's `Synapses`.
    provenance : Provenance
    warnings : sequence of str
        What the user should know about the run.
    start : float, ms
        Beginning of the simulated interval.

    Examples
    --------
    >>> import snn
    >>> from snn.results import PopulationResult, Result, Spikes
    >>> spikes = Spikes(steps=[3, 1], neurons=[0, 1], dt=0.1)
    >>> exc = PopulationResult(label="exc", size=2, duration=10.0, spikes=spikes)
    >>> result = Result(dt=0.1, duration=10.0, populations={"exc": exc})
    >>> result["exc"].rates()
    array([100., 100.])
    """

    dt: float
    duration: float
    populations: Mapping[str, PopulationResult] = field(default_factory=dict)
    final_weights: Mapping[str, Synapses] = field(default_factory=dict)
    weights_over_time: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)
    warnings: Sequence[str] = ()
    start: float = 0.0

    @property
    def projections(self) -> dict[str, ProjectionResult]:
        """Projections of which weights are known, by label."""
        labels = dict.fromkeys([*self.final_weights, *self.weights_over_time])
        return {label: self._projection(label) for label in labels}

    def _projection(self, label: str) -> ProjectionResult:
        sampled = self.weights_over_time.get(label)
        trace = None if sampled is None else WeightTrace(times=sampled[0], values=sampled[1])
        return ProjectionResult(label=label, final=self.final_weights.get(label), sampled=trace)

    @property
    def timing(self) -> Timing:
        """How long building, compiling and running took."""
        return self.provenance.timing

    @property
    def plot(self) -> Plots:
        """Figures of this result: ``plot.raster()``, ``traces``, ``weights``, ``rates``."""
        return Plots(self)

    def __getitem__(self, label: str) -> Any:
        if label in self.populations:
            return self.populations[label]
        if label in self.final_weights or label in self.weights_over_time:
            return self._projection(label)
        raise KeyError(self._unknown(label))

    def __contains__(self, label: object) -> bool:
        return label in list(self)

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys([*self.populations, *self.projections])

    def _unknown(self, label: str) -> str:
        known = list(self)
        close = get_close_matches(str(label), known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        listed = ", ".join(map(repr, known)) or "nothing was recorded"
        return f"no population or projection {label!r} in this result{hint} (known: {listed})"

    def __repr__(self) -> str:
        from snn.results.display import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from snn.results.display import as_html

        return as_html(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write everything to an HDF5 file; `snn.load` reads it.

        The file appears complete or not at all: it is written under another name in the
        same folder and then renamed.
        """
        from snn.results.storage import save

        save(self, path)

    def to_neo(self, labels: Iterable[str] | None = None) -> neo.Block:
        """Return a `neo.Block` with one segment, annotated as PyNN does.

        Parameters
        ----------
        labels : iterable of str, optional
            Populations to hold; all by default.

        Raises
        ------
        BackendUnavailableError
            Neo is not installed.
        """
        from snn.results.neo_export import to_neo

        return to_neo(self, labels)

    def to_pandas(self, content: Content = "spikes") -> pandas.DataFrame:
        """Return spikes, traces or final weights as a data frame in long form.

        Parameters
        ----------
        content : {"spikes", "traces", "weights"}
            Spikes: time in ms, population, neuron.

        Raises
        ------
        BackendUnavailableError
            pandas is not installed.
        """
        from snn.results.table import to_pandas

        return to_pandas(self, content)
