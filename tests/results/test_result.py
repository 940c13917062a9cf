"""The result as a whole: looking up, printing, weights, conversions."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from results.samples import balanced, synapses

from snn.errors import BackendUnavailableError, NotRecordedError
from snn.results import PopulationResult, Result, Synapses, Trace, WeightTrace
from snn.results.neo_export import KNOWN_UNITS


def test_labels_lead_to_populations_and_projections() -> None:
    result = balanced()
    assert result["exc"].size == 400
    assert np.array_equal(result["learned"].weights, result.final_weights["learned"].weight)
    assert result["learned"].over_time.values.shape == (51, len(result["learned"].synapses))
    assert list(result) == ["exc", "inh", "learned"]
    assert "exc" in result
    assert "other" not in result


def test_an_unknown_label_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"'exz'.*did you mean 'exc'.*'exc', 'inh', 'learned'"):
        balanced()["exz"]
    with pytest.raises(KeyError, match="nothing was recorded"):
        Result(dt=0.1, duration=1.0)["exc"]


def test_weights_that_were_not_sampled_say_so() -> None:
    result = Result(dt=0.1, duration=1.0, final_weights={"learned": synapses()})
    with pytest.raises(NotRecordedError, match="every="):
        _ = result["learned"].over_time


def test_synapses_are_sorted_and_multapses_keep_their_order() -> None:
    s = Synapses(
        pre=[1, 0, 1], post=[0, 1, 0], weight=[1.0, 2.0, 3.0], delay=0.1, n_pre=2, n_post=2
    )
    assert s.pre.tolist() == [0, 1, 1]
    assert s.weight.tolist() == [2.0, 1.0, 3.0]
    assert np.array_equal(s.matrix(), [[np.nan, 2.0], [4.0, np.nan]], equal_nan=True)
    assert np.asarray(s).tolist() == [2.0, 1.0, 3.0]


def test_one_weight_may_stand_for_all() -> None:
    s = Synapses(pre=[0, 1], post=[0, 1], weight=0.5, delay=1.0, n_pre=2, n_post=2)
    assert s.weight.tolist() == [0.5, 0.5]


def test_a_result_prints_what_it_holds() -> None:
    text = repr(balanced())
    assert "result: 1000 ms, dt 0.1 ms, backend cpu, numerics exact, float32, seed 1" in text
    assert "(4 x real time)" in text
    assert "exc: 400 neurons" in text
    assert "warning: exc.tau_m = 250" in text


def test_a_notebook_shows_a_table_and_labels_cannot_inject_markup() -> None:
    result = balanced()
    hostile = Result(dt=0.1, duration=1.0, final_weights={"<script>": synapses()})
    assert result._repr_html_().startswith("<table>")
    assert "<script>" not in hostile._repr_html_()


def test_timing_adds_up() -> None:
    timing = balanced().timing
    assert timing.total.wall == pytest.approx(0.75)
    assert str(timing) == "build 0 s, compile 0.5 s, run 0.25 s"


def test_neo_block_has_the_annotations_of_pynn() -> None:
    result = balanced()
    block = result.to_neo()
    (segment,) = block.segments
    assert len(segment.spiketrains) == 500
    train = segment.spiketrains[405]
    expected = {"source_population": "inh", "source_index": 5, "channel_id": 5}
    assert {k: train.annotations[k] for k in expected} == expected
    assert np.allclose(train.rescale("ms").magnitude, result["inh"].trains()[5])
    signal = segment.analogsignals[0]
    assert (signal.name, signal.units.dimensionality.string) == ("v", "mV")
    assert signal.annotations["channel_ids"].tolist() == [0, 1, 2, 3, 4]
    assert float(signal.sampling_period) == pytest.approx(1.0)
    assert block.annotations["seed"] == 1


def test_neo_block_of_one_population() -> None:
    segment = balanced().to_neo(labels=["inh"]).segments[0]
    assert {t.annotations["source_population"] for t in segment.spiketrains} == {"inh"}


@pytest.mark.parametrize(
    ("content", "rows"), [("spikes", None), ("traces", 10010), ("weights", None)]
)
def test_data_frames_are_in_long_form(content: Any, rows: int | None) -> None:
    result = balanced()
    frame = result.to_pandas(content)
    expected = {"spikes": len(result["exc"].times) + len(result["inh"].times),
                "weights": len(result["learned"].weights)}.get(content, rows)  # fmt: skip
    assert len(frame) == expected
    if content == "spikes":
        assert frame.groupby("population").size()["exc"] == len(result["exc"].times)


def test_an_empty_result_gives_an_empty_frame() -> None:
    frame = Result(dt=0.1, duration=1.0).to_pandas()
    assert list(frame.columns) == ["time", "population", "neuron"]
    with pytest.raises(ValueError, match="content must be one of spikes, traces, weights"):
        balanced().to_pandas("voltages")  # type: ignore[arg-type]


@pytest.mark.parametrize(("module", "call"), [("neo", "to_neo"), ("pandas", "to_pandas")])
def test_a_missing_package_names_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, module: str, call: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BackendUnavailableError, match="pip install"):
        getattr(balanced(), call)()


def test_samples_at_odd_times_and_odd_units_are_kept_in_neo() -> None:
    unit = "print('executed')"
    trace = Trace(times=[0.0, 1.0, 5.0], neurons=[2], values=[[1.0], [2.0], [3.0]], unit=unit)
    silent = PopulationResult(label="exc", size=3, duration=5.0, traces={"x": trace})
    segment = Result(dt=1.0, duration=5.0, populations={"exc": silent}).to_neo().segments[0]
    assert not segment.spiketrains
    (signal,) = segment.irregularlysampledsignals
    assert signal.times.rescale("ms").magnitude.tolist() == [0.0, 1.0, 5.0]
    assert signal.units.dimensionality.string == "dimensionless"


@pytest.mark.parametrize("unit", sorted(KNOWN_UNITS))
def test_known_units_reach_neo(unit: str) -> None:
    trace = Trace(times=[0.0, 1.0], neurons=[2], values=[[1.0], [2.0]], unit=unit)
    one = PopulationResult(label="exc", size=3, duration=1.0, traces={"x": trace})
    (signal,) = (
        Result(dt=1.0, duration=1.0, populations={"exc": one}).to_neo().segments[0].analogsignals
    )
    assert signal.units.dimensionality.string == unit


def test_a_later_piece_of_a_run_says_when_it_was() -> None:
    assert "result: 100 to 150 ms" in repr(Result(dt=1.0, start=100.0, duration=50.0))


def test_synapses_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="pre and post need one equal length"):
        Synapses(pre=[1, 2], post=[1], weight=1.0, delay=1.0, n_pre=3, n_post=3)
    with pytest.raises(ValueError, match="values need shape"):
        WeightTrace(times=[0.0], values=[[1.0], [2.0]])
    none = Synapses(pre=[], post=[], weight=1.0, delay=1.0, n_pre=3, n_post=2)
    assert repr(none) == "<0 synapses, 3 -> 2>"
    assert np.isnan(none.matrix()).all()


def test_final_weights_that_were_not_kept_say_so() -> None:
    course = {"learned": ([0.0, 1.0], [[0.1], [0.2]])}
    result = Result(dt=0.1, duration=1.0, weights_over_time=course)
    with pytest.raises(NotRecordedError, match="final weights of 'learned' were not kept"):
        _ = result["learned"].weights
