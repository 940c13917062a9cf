"""The curves of the learning rules against their formulae, and the command `curves`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from snn.catalogue.walk import classes
from snn_benchmarks.curves import FIGURES, benchmark
from snn_benchmarks.curves import frequency as by_frequency
from snn_benchmarks.curves import windows as by_interval

# Sums of a few exponentials of numbers below 10.
CLOSE = {"rtol": 0, "atol": 1e-12}


def test_windows_are_those_of_the_papers() -> None:
    """Two exponentials per rule; a pair in the same step does nothing (numerics.md, 5)."""
    found = by_interval.measured()
    t = found["interval_ms"].astype(float)
    after, before = (t > 0) * np.exp(-np.abs(t) / 20), (t < 0) * np.exp(-np.abs(t) / 20)
    np.testing.assert_allclose(found["PairSTDP"], 0.01 * (after - before), **CLOSE)
    np.testing.assert_allclose(found["SymmetricSTDP"], 0.01 * (after + before), **CLOSE)
    alpha = 2 * 5.0 * 20.0 * 1e-3
    np.testing.assert_allclose(found["InhibitorySTDP"], 0.01 * (after + before - alpha), **CLOSE)
    narrow = (t != 0) * np.exp(-np.abs(t) / 5)
    np.testing.assert_allclose(found["TeacherForcedSTDP"], 0.01 * narrow, **CLOSE)
    since = found["since_post_ms"].astype(float)
    gained = 0.01 * np.exp(-by_interval.BETWEEN / 20) * np.exp(-since / 40)
    lost = 1e-3 * np.exp(-(since - by_interval.BETWEEN) / 20)
    np.testing.assert_allclose(found["TwoTraceSTDP"], gained - lost, **CLOSE)


def test_a_reward_turns_eligibility_into_weight() -> None:
    """The integral of c d over time, from the later of the two on: Izhikevich's eq. 1-3."""
    found = FIGURES["reward"].measured()
    wait = found["wait_ms"]
    apart, together = 1 / 1000 + 1 / 200, 0.01 * np.exp(-5 / 20) * 0.005
    # The eligibility begins at the post spike, 5 ms after the pair's pre spike.
    late = np.where(wait > 5, np.exp(-(wait - 5) / 1000), np.exp((wait - 5) / 200))
    np.testing.assert_allclose(found["change"], together * late / apart, rtol=1e-4)


def test_triplets_tell_frequencies_apart_and_pairs_do_not() -> None:
    """Within twice the standard error of each of the ten measurements, or not."""
    found, data = by_frequency.measured(), by_frequency.DATA
    at = np.searchsorted(found["hz"], data["hz"])
    far = {
        rule: sum(int(np.sum(np.abs(found[f"{rule} {order}"][at] - data[order])
                             > 2 * np.array(data[f"{order}_error"])))
                  for order in ("pre_post", "post_pre"))
        for rule in by_frequency.RULES
    }  # fmt: skip
    assert far["TripletSTDP"] == 0
    assert far["NearestTripletSTDP"] == 0
    assert far["PairSTDP"] >= 5
    assert far["NearestPairSTDP"] >= 5


def test_dependence_on_the_weight() -> None:
    found = FIGURES["dependence"].measured()
    w, step = found["weight"], 0.05 * np.exp(-5 / 20)
    for name, power in (("Additive", 0.0), ("PowerLaw", 0.4), ("Multiplicative", 1.0)):
        np.testing.assert_allclose(found[f"{name} raised"], step * (1 - w) ** power, **CLOSE)
        np.testing.assert_allclose(found[f"{name} lowered"], -step * w**power, **CLOSE)


def test_short_term_plasticity_in_the_steady_state() -> None:
    """Fixed points of the recursion, with gliotransmitter too; the last spike is within 1e-3."""
    found = FIGURES["short_term"].measured()
    h = 1000 / found["hz"]
    for name, U, rec, fac in (
        ("depressing", 0.5, 800.0, 0.0), ("facilitating", 0.05, 100.0, 1e3),
        *((f"bound {g}", 0.6 * (1 - g) + 0.1 * g, 500.0, 300.0) for g in (0.0, 0.5, 1.0)),
    ):  # fmt: skip
        kept = np.exp(-h / fac) if fac else 0.0 * h
        u, e = U / (1 - (1 - U) * kept), np.exp(-h / rec)
        np.testing.assert_allclose(found[f"{name} steady"], u * (1 - e) / (1 - (1 - u) * e),
                                   atol=1e-3)  # fmt: skip
    assert found["depressing train"][9] < found["depressing train"][10] < 0.5
    assert found["facilitating train"][9] > 4 * found["facilitating train"][0]


def test_random_release_is_binomial_and_in_the_mean_deterministic() -> None:
    """Shares of 4,000 synapses, five standard errors each: 115 numbers, 7e-5 false alarms.

    Where fewer than ten synapses are expected the law is not normal: at most 40 there.
    """
    found, n = FIGURES["release"].measured(), 4000
    for name in ("p 0.1", "p 0.5", "p 0.8", "depressing", "facilitating"):
        wanted, share = found[f"{name} expected"], found[name]
        usual = wanted * n > 10
        error = np.sqrt(wanted * (1 - wanted) / n)
        assert usual.sum() >= 9
        assert (np.abs(share - wanted)[usual] < 5 * error[usual]).all()
        assert (share[~usual] * n < 40).all()
    for p in (0.1, 0.5, 0.8):
        assert found[f"p {p} expected"] @ np.arange(31) == pytest.approx(30 * p)
        assert found[f"p {p}"].sum() == pytest.approx(1.0)
    assert found["facilitating"][9] > 3 * found["facilitating"][0]


def test_scaling_restores_sums_and_norms() -> None:
    """After each trial to rounding; before it learning has moved every one of them."""
    found = FIGURES["scaling"].measured()
    for name, target in (("SynapticScaling", 10.0), ("RowScaling", 0.6), ("NormScaling", 1.5)):
        np.testing.assert_allclose(found[name][2::2], target, rtol=1e-14)
        assert (np.abs(found[name][1::2] / target - 1) > 0.1).all()


def test_calcium_decides_what_a_spike_driven_synapse_does() -> None:
    """Calcium is 60 ms times the rate: depression between 3 and 4, a rise between 3 and 13."""
    found = FIGURES["spike_driven"].measured()
    rate = found["rate_hz"]
    assert 50 <= rate[np.argmax(found["depressed"])] <= 75
    assert 75 <= rate[np.argmax(found["potentiated"])] <= 160
    assert found["depressed"][rate > 130].max() < 0.02
    assert found["potentiated"][rate < 50].max() == 0
    assert found["potentiated of"][:-1].min() > 30


def test_homeostasis_reaches_its_targets() -> None:
    found = FIGURES["homeostasis"].measured()
    # Five seconds of 50 neurons at 5 Hz: the Poisson error of the mean is 0.14 Hz, and
    # learning goes on around the target; 4 Hz is where it was at 10 s of 68 at first.
    assert found["balance"][0] > 40
    assert abs(found["balance"][-5:].mean() - 5.0) < 2.0
    np.testing.assert_allclose(found["decay"], np.exp(-found["decay time"] / 2000.0), rtol=1e-12)
    assert found["adaptation"][0] > 2 * found["adaptation"][-1]


def test_thresholds_reach_their_rates_and_a_read_out_calms_learning() -> None:
    found = FIGURES["rates"].measured()
    # The law's mean over 20 s, less what theta still moves: 1.5 Hz are 30 spikes or 0.9 mV.
    np.testing.assert_allclose(found["rates"][-10:].mean(axis=0), [5, 20, 40], rtol=0, atol=1.5)
    assert found["rates"][0].min() > 50
    half = len(found["spikes"]) // 2
    assert found["plasticity rate"][half:].mean() < 0.3 < found["plasticity rate"][:half].mean()


def test_errors_fall_in_trial_rules() -> None:
    tempotron, layers = FIGURES["tempotron"].measured(), FIGURES["bp_stdp"].measured()
    assert tempotron["errors"][0] > 0.3
    assert tempotron["errors"][-10:].max() < 0.05
    assert tempotron["wanted after"].max() > tempotron["wanted before"].max()
    assert layers["correct"][-20:].mean() > 0.95


def test_the_command_draws_and_writes_every_number(tmp_path: Path) -> None:
    path = tmp_path / "curves.json"
    given = ["--only", "reward,dependence", "--save", str(tmp_path), "--json", str(path)]
    outcome = CliRunner().invoke(benchmark, given)
    assert outcome.exit_code == 0, outcome.output
    metrics = json.loads(path.read_text())["metrics"]
    assert set(metrics) == {"reward", "dependence"}
    assert len(metrics["reward"]["change"]) == len(metrics["reward"]["wait_ms"])
    for name in metrics:
        assert (tmp_path / f"{name}.png").stat().st_size > 5_000


@pytest.mark.parametrize("name", list(FIGURES))
def test_figures_of_the_documentation_are_there(name: str) -> None:
    root = Path(__file__).parents[2] / "docs"
    assert 5_000 < (root / "images" / "learning" / f"{name}.png").stat().st_size < 60_000
    assert f"images/learning/{name}.png" in (root / "learning.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [
    "rule", "trial rule", "topology rule", "dependence", "homeostasis", "host homeostasis",
])  # fmt: skip
def test_every_rule_is_named_beneath_a_figure(kind: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "learning.md").read_text(encoding="utf-8")
    curves = page.split("## The published curves")[1].split("\n## ")[0]
    missing = [cls.__name__ for cls in classes(kind) if f"`{cls.__name__}`" not in curves]
    assert not missing


def test_unknown_figures_are_refused() -> None:
    outcome = CliRunner().invoke(benchmark, ["--only", "nothing"])
    assert outcome.exit_code == 2
    assert "known: windows, frequency" in outcome.output


def test_delays_connections_and_rates_reach_what_they_are_for() -> None:
    found = FIGURES["topology"].measured()
    # Within the rounding of a wanted delay to whole steps of 0.5 ms.
    np.testing.assert_allclose(found["delay"][-1], [2.0, 5.0, 9.0, 14.0], atol=0.5)
    # A Gaussian of 12 has 95 % within 23.5; at first sources are drawn evenly from 200.
    assert np.percentile(np.abs(found["last distance"]), 95) < 26.0
    assert np.percentile(np.abs(found["first distance"]), 95) > 100.0
    assert found["synapses"].max() <= 20 * 100
    assert np.ptp(found["rate"][0]) > 10.0
    # Means over the last 40 s: the standard deviation of a rate of 10 Hz over 40 s is below 0.5.
    np.testing.assert_allclose(found["rate"][-10:].mean(axis=0), 10.0, atol=2.0)
