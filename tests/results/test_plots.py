"""Figures: the right artists, units on every axis, no plotting state."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from results.samples import balanced, poisson, synapses

from snn.errors import NotRecordedError
from snn.results import PopulationResult, Result, Spikes, Synapses

Save = Callable[..., Any]


def drawn_points(axes: Any, label: str) -> np.ndarray:
    (line,) = [line for line in axes.lines if line.get_gid() == label]
    return np.asarray(line.get_xydata())


def test_raster_draws_every_spike_of_the_shown_neurons(figure: Save) -> None:
    result = balanced()
    drawn = result.plot.raster()
    (axes,) = drawn.axes
    assert len(drawn_points(axes, "exc")) == len(result["exc"].times)
    inh = drawn_points(axes, "inh")
    assert len(inh) == len(result["inh"].times)
    # Populations are stacked: the first inhibitory neuron lies above the 400 excitatory ones.
    assert inh[:, 1].min() == 400
    assert axes.get_xlabel() == "time (ms)"
    assert axes.get_ylabel() == "neuron"
    figure(drawn)


def test_raster_of_a_few_neurons(figure: Save) -> None:
    few = poisson("output", 10, 20.0)
    result = Result(dt=0.1, duration=1000.0, populations={"output": few})
    drawn = result.plot.raster()
    assert drawn.axes[0].lines[0].get_marker() == "|"
    figure(drawn)


def test_raster_of_many_neurons_shows_some_and_says_which(figure: Save) -> None:
    populations = {"exc": poisson("exc", 3200, 15.0, seed=1), "inh": poisson("inh", 800, 30.0)}
    result = Result(dt=0.1, duration=1000.0, populations=populations)
    drawn = result.plot.raster(neurons=400)
    (axes,) = drawn.axes
    assert axes.get_ylim()[1] == 799.5
    assert [t.get_text() for t in axes.get_yticklabels()] == ["0", "3199", "0", "799"]
    figure(drawn)


def test_raster_of_an_interval(figure: Save) -> None:
    result = balanced()
    drawn = result.plot.raster("exc", interval=(200.0, 300.0))
    points = drawn_points(drawn.axes[0], "exc")
    assert len(points) == len(result["exc"].between(200.0, 300.0).times)
    assert drawn.axes[0].get_xlim() == (200.0, 300.0)
    figure(drawn)


def test_a_long_run_is_shown_in_seconds(figure: Save) -> None:
    drawn = balanced(20_000.0).plot.raster(neurons=30)
    assert drawn.axes[0].get_xlabel() == "time (s)"
    assert drawn.axes[0].get_xlim() == (0.0, 20.0)
    figure(drawn)


def test_rates_integrate_to_the_number_of_spikes(figure: Save) -> None:
    result = balanced()
    drawn = result.plot.rates(bin=20.0)
    (axes,) = drawn.axes
    values, edges, _ = axes.patches[0].get_data()
    assert (values * np.diff(edges) / 1000).sum() * 400 == pytest.approx(len(result["exc"].times))
    assert axes.get_ylabel() == "mean rate (Hz)"
    figure(drawn)


def test_rates_of_bins_that_do_not_divide_the_run() -> None:
    result = balanced()
    values, edges, _ = result.plot.rates("inh", bin=300.0).axes[0].patches[0].get_data()
    assert edges.tolist() == pytest.approx([0, 300, 600, 900, 1000])
    assert (values * np.diff(edges) / 1000).sum() * 100 == pytest.approx(len(result["inh"].times))


def test_traces_have_one_panel_each(figure: Save) -> None:
    drawn = balanced().plot.traces(neurons=3)
    assert len(drawn.axes) == 2
    assert [len(axes.lines) for axes in drawn.axes] == [3, 3]
    assert drawn.axes[0].get_ylabel() == "v (mV)"
    assert drawn.axes[1].get_xlabel() == "time (ms)"
    figure(drawn)


def test_traces_of_one_neuron_need_no_legend(figure: Save) -> None:
    drawn = balanced().plot.traces("exc", variables="v", interval=(0.0, 300.0), neurons=1)
    assert drawn.axes[0].get_legend() is None
    figure(drawn)


def test_weights_show_course_and_histogram(figure: Save) -> None:
    result = balanced()
    drawn = result.plot.weights()
    course, histogram = drawn.axes
    assert course.get_ylabel() == "weight (nA)"
    assert histogram.get_xlabel() == "weight (nA)"
    median = [line for line in course.lines if line.get_label() == "median"][0]
    expected = np.median(result["learned"].weights)
    assert median.get_ydata()[-1] == pytest.approx(expected)
    figure(drawn)


def test_weights_that_were_not_sampled_show_a_histogram(figure: Save) -> None:
    result = Result(dt=0.1, duration=1.0, final_weights={"a": synapses(), "b": synapses(seed=1)})
    drawn = result.plot.weights()
    assert len(drawn.axes) == 2
    figure(drawn)


def test_weights_of_projections_of_different_kinds(figure: Save) -> None:
    base = balanced()
    nothing = Synapses(pre=[], post=[], weight=1.0, delay=1.0, n_pre=3, n_post=3)
    constant = Synapses(pre=[0, 1], post=[0, 1], weight=0.0, delay=1.0, n_pre=3, n_post=3)
    result = replace(
        base,
        final_weights={**base.final_weights, "none": nothing, "constant": constant},
        weights_over_time={**base.weights_over_time, "course": ([0.0, 1000.0], [[0.1], [0.2]]),
                           "empty": ([0.0, 1.0], np.zeros((2, 0)))},
    )  # fmt: skip
    drawn = result.plot.weights()
    assert len(drawn.axes) == 10
    figure(drawn)


def test_matrix_shows_sources_down(figure: Save) -> None:
    drawn = balanced().plot.matrix("learned")
    image = drawn.axes[0].images[0]
    assert image.get_array().shape == (40, 30)
    figure(drawn)


@pytest.mark.parametrize("kind", ["raster", "rates", "traces", "weights"])
def test_nothing_to_show_is_said(kind: str) -> None:
    with pytest.raises(NotRecordedError):
        getattr(Result(dt=0.1, duration=1.0).plot, kind)()


def test_a_silent_population_can_be_drawn(figure: Save) -> None:
    none = Spikes(steps=[], neurons=[], dt=0.1)
    silent = PopulationResult(label="exc", size=5, duration=10.0, spikes=none)
    result = Result(dt=0.1, duration=10.0, populations={"exc": silent})
    figure(result.plot.raster(), "raster")
    figure(result.plot.rates(), "rates")


def test_the_users_settings_are_left_alone() -> None:
    before = dict(mpl.rcParams)
    balanced().plot.rates()._repr_png_()
    assert dict(mpl.rcParams) == before


def test_a_figure_shows_itself_in_a_notebook() -> None:
    assert balanced().plot.raster()._repr_png_().startswith(b"\x89PNG")


def test_figures_need_no_plotting_state() -> None:
    code = (
        "import sys; from snn.results import *;"
        "s = Spikes(steps=[1], neurons=[0], dt=.1);"
        "p = PopulationResult(label='a', size=1, duration=10., spikes=s);"
        "assert 'matplotlib' not in sys.modules;"
        "Result(dt=.1, duration=10., populations={'a': p}).plot.raster();"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
