"""Figures of a result, fit for a paper.

matplotlib is imported when a figure is drawn, so that runs without figures start fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from snn.results.result import Result

Interval = tuple[float, float]
Labels = str | Sequence[str] | None


@dataclass(frozen=True, eq=False)
class Plots:
    """Figures of a result; each method returns a `matplotlib.figure.Figure`.

    No plotting state is touched: save with ``figure.savefig("name.pdf")``, or leave the
    figure as the last line of a notebook cell.
    """

    result: Result

    def raster(
        self, labels: Labels = None, *, interval: Interval | None = None, neurons: int = 500
    ) -> Figure:
        """Plot spikes over time, populations stacked and coloured.

        Parameters
        ----------
        labels : str or sequence of str, optional
            Populations, from bottom to top; all with recorded spikes by default.
        interval : (start, stop), ms, optional
            The whole run by default.
        neurons : int
            Show at most so many of each population, evenly chosen.
        """
        from snn.results.raster import raster

        return raster(self.result, labels, interval, neurons)

    def rates(
        self,
        labels: Labels = None,
        *,
        interval: Interval | None = None,
        bin: float | None = None,  # noqa: A002  (what users look for)
    ) -> Figure:
        """Plot the mean rate of populations over time.

        Parameters
        ----------
        labels : str or sequence of str, optional
        interval : (start, stop), ms, optional
        bin : float, ms, optional
            Width of a bin; a hundredth of the interval, at least a step, by default.
        """
        from snn.results.raster import rates

        return rates(self.result, labels, interval, bin)

    def traces(
        self,
        labels: Labels = None,
        *,
        variables: Labels = None,
        interval: Interval | None = None,
        neurons: int = 5,
    ) -> Figure:
        """Plot recorded variables over time, one panel for each population and variable.

        Parameters
        ----------
        labels, variables : str or sequence of str, optional
            All that were recorded by default.
        interval : (start, stop), ms, optional
        neurons : int
            Show at most so many of each.
        """
        from snn.results.lines import traces

        return traces(self.result, labels, variables, interval, neurons)

    def weights(self, labels: Labels = None) -> Figure:
        """Plot the weights of projections: over time where sampled, and at the end.

        Over time: the median, the middle 90 % as a band, and twenty synapses in grey.

        Parameters
        ----------
        labels : str or sequence of str, optional
            Projections; all by default.
        """
        from snn.results.lines import weights

        return weights(self.result, labels)

    def matrix(self, label: str) -> Figure:
        """Plot the final weights of a projection as an image, sources down.

        Parameters
        ----------
        label : str
            A projection.
        """
        from snn.results.lines import matrix

        return matrix(self.result, label)
