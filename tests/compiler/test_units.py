"""Quantities of other packages become plain numbers; foreign-looking numbers earn a warning."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import snn
from snn.units import SuspiciousUnitWarning, magnitude


def brian2() -> Any:
    # Brian2 2.9 uses a pyparsing interface that newer versions call deprecated.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("brian2")


def quantities() -> Any:
    return pytest.importorskip("quantities")


@pytest.fixture(params=[brian2, quantities], ids=["brian2", "quantities"])
def units(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return units of one of the two packages by our names."""
    package = request.param()
    if package.__name__ == "quantities":
        package.UnitQuantity("uS_", package.siemens * 1e-6)
        second, volt, amp = package.s, package.V, package.A
        farad, siemens, hertz = package.F, package.siemens, package.Hz
    else:
        second, volt, amp = package.second, package.volt, package.amp
        farad, siemens, hertz = package.farad, package.siemens, package.hertz
    return {"s": second, "V": volt, "A": amp, "F": farad, "S": siemens, "Hz": hertz}


@pytest.mark.parametrize(
    ("value", "of", "unit", "expected"),
    [(0.02, "s", "ms", 20.0), (-0.065, "V", "mV", -65.0), (2.5e-10, "F", "nF", 0.25),
     (1e-10, "A", "nA", 0.1), (3e-9, "S", "uS", 0.003), (3e-9, "S", "nS", 3.0),
     (40.0, "Hz", "Hz", 40.0), (40.0, "Hz", "1/ms", 0.04)],
)  # fmt: skip
def test_scalar(units: dict[str, Any], value: float, of: str, unit: str, expected: float) -> None:
    made = magnitude(value * units[of], unit)
    assert type(made) is float
    assert made == pytest.approx(expected, rel=1e-14)


def test_compound_unit(units: dict[str, Any]) -> None:
    assert magnitude(3.0 * units["V"] / units["s"], "mV/ms") == pytest.approx(3.0, rel=1e-14)


def test_arrays_lists_and_distributions(units: dict[str, Any]) -> None:
    second = units["s"]
    assert np.allclose(magnitude([1e-3, 2e-3] * second, "ms"), [1, 2], rtol=1e-14)
    assert magnitude([1e-3 * second, 5.0], "ms") == [1.0, 5.0]
    made = magnitude(snn.Uniform(0.001 * second, 2.0), "ms")
    assert made == snn.Uniform(1.0, 2.0)


def test_another_dimension_is_refused(units: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ms"):
        magnitude(1.0 * units["V"], "ms")


def test_plain_values_pass_unchanged() -> None:
    for value in (1.0, [1.0, 2.0], np.ones(2), "text", None, snn.Normal(0.0, 1.0)):
        assert magnitude(value, "ms") is value


def test_a_network_of_quantities_equals_one_of_numbers(units: dict[str, Any]) -> None:
    second, volt, amp = units["s"], units["V"], units["A"]
    plain = _network(1.0, 1.0, 1.0, 1.0)
    foreign = _network(1e-3 * second, 1e-3 * volt, 1e-9 * amp, 1.0 * units["Hz"])
    compiled = snn.compile_network(foreign, seed=3)
    assert compiled.digest() == snn.compile_network(plain, seed=3).digest()


def _network(ms: Any, mV: Any, nA: Any, hz: Any) -> snn.Network:  # noqa: N803
    net = snn.Network(dt=0.5 * ms)
    spikes = net.population(2, snn.SpikeArray(times=[[1 * ms, 2 * ms], [4 * ms]]), label="spikes")
    noise = net.population(2, snn.Poisson(rate=32 * hz), label="noise")
    cell = snn.LIF(tau_m=16 * ms, v_rest=-64 * mV, v_thresh=np.array([-48.0, -50.0]) * mV,
                   i_offset=snn.Uniform(0 * nA, 1 * nA),
                   receptors={"exc": snn.CurrentExp(tau_syn=8 * ms)})  # fmt: skip
    cells = net.population(2, cell, label="cells", initial={"v": -60 * mV, "exc.i": 0.5 * nA})
    rule = snn.PairSTDP(tau_plus=16 * ms)
    net.connect(spikes, cells, snn.AllToAll(), receptor="exc", label="a",
                synapse=snn.Synapse(weight=0.25 * nA, delay=1.5 * ms, plasticity=rule))  # fmt: skip
    kernel = snn.CSR([0, 1, 2], [0, 1], weights=[1 * nA, 2 * nA], delays=[1 * ms, 2 * ms])
    net.connect(noise, cells, kernel, receptor="exc", label="b")
    net.inject(cells, snn.DCSource(amplitude=0.5 * nA, start=2 * ms), label="c")
    net.drive(cells, snn.PoissonInput(rate=64 * hz, weight=0.5 * nA), receptor="exc", label="d")
    net.record(cells, "v", every=1 * ms)
    return net


@pytest.mark.parametrize(
    ("parameters", "guess"),
    [({"cm": 250.0}, "pF"), ({"tau_m": 0.02}, "seconds"), ({"v_rest": -0.065}, "volts"),
     ({"cm": np.array([1.0, 200.0])}, "pF"),
     ({"receptors": {"exc": snn.CurrentExp(tau_syn=0.005)}}, "seconds")],
)  # fmt: skip
def test_foreign_looking_numbers_earn_a_warning(parameters: dict[str, Any], guess: str) -> None:
    net = snn.Network()
    net.population(2, snn.LIF(**parameters), label="cells")
    with pytest.warns(SuspiciousUnitWarning, match=rf"cells\..* is this in {guess}"):
        snn.compile_network(net)


def test_usual_numbers_earn_none() -> None:
    net = snn.Network()
    for cell in (snn.LIF(), snn.AdEx(), snn.AdaptiveLIF(), snn.Izhikevich(), snn.LIF(tau_m=1e9)):
        net.population(2, cell)
    snn.compile_network(net)
