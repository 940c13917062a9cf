"""AstrocyteModulatedLIF: calcium in closed form, gain, threshold, both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cells.both import assert_equal, results

import snn
from snn.errors import ValidationError


def ran(cell: snn.Cell, ms: float, precision: str = "float64", **start: float) -> snn.Result:
    net = snn.Network(dt=0.1)
    cells = net.population(1, cell, label="cells", initial=start)
    source = net.population(1, snn.SpikeArray(times=[[5.0]]), label="source")
    net.connect(source, cells, snn.OneToOne(), snn.Synapse(weight=0.2, delay=0.1))
    net.record(cells, ["spikes", "v", "ca"])
    return snn.run(net, ms, precision=precision, progress=False)["cells"]


def test_without_calcium_it_is_a_lif() -> None:
    lif = snn.LIF(i_offset=0.9, tau_refrac=2.0)
    own = snn.AstrocyteModulatedLIF(i_offset=0.9, ca_spike=0.0)
    net = snn.Network(dt=0.1)
    for name, cell in (("lif", lif), ("own", own)):
        net.record(net.population(1, cell, label=name), "spikes")
    result = snn.run(net, 500.0, precision="float64", progress=False)
    assert result["lif"].spikes.steps.size > 5
    np.testing.assert_array_equal(result["lif"].spikes.steps, result["own"].spikes.steps)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_calcium_is_the_filtered_spike_train(precision: str) -> None:
    found = ran(snn.AstrocyteModulatedLIF(i_offset=1.0, ca_spike=0.2, shift=0.0), 400.0, precision)
    steps = found.spikes.steps
    assert steps.size > 5
    wanted = sum(0.2 * math.exp(-(4000 - s) * 0.1 / 5000.0) for s in steps)
    assert found.traces["ca"].values[-1, 0] == pytest.approx(wanted, rel=1e-12)


def test_input_is_scaled_and_the_threshold_lowered() -> None:
    """Peaks of one synaptic potential with and without calcium; the threshold by its reset."""
    still = {"ca_spike": 0.0, "tau_ca": 1e9, "v_thresh": -40.0}
    peaks = [
        ran(snn.AstrocyteModulatedLIF(**still), 60.0, ca=ca).traces["v"].values.max() + 65.0
        for ca in (0.0, 1.0, 3.0)
    ]
    # m = 0, 1/2, 3/4 of a largest change by a half.
    assert peaks[1] / peaks[0] == pytest.approx(1.25, rel=1e-9)
    assert peaks[2] / peaks[0] == pytest.approx(1.375, rel=1e-9)
    held = {"ca_spike": 0.0, "tau_ca": 1e9, "gain": 0.0, "i_offset": 0.7, "shift": 4.0}
    assert ran(snn.AstrocyteModulatedLIF(**held), 300.0).spikes.steps.size == 0  # 14 mV of 15
    excited = ran(snn.AstrocyteModulatedLIF(**held), 300.0, ca=1.0)
    assert excited.spikes.steps.size > 3
    before = excited.traces["v"].values[excited.spikes.steps - 1, 0]
    assert (before < -52.0).all()
    assert (before > -52.1).all()


def test_input_makes_calcium() -> None:
    """d ca / dt = k |i| - ca / tau: with tau long, ca is k times the charge, 0.2 nA * 5 ms."""
    cell = snn.AstrocyteModulatedLIF(ca_input=0.3, tau_ca=1e6)
    assert ran(cell, 100.0).traces["ca"].values[-1, 0] == pytest.approx(0.3, rel=2e-3)


def test_engines_agree() -> None:
    record = ["v", "ca"]
    cell = snn.AstrocyteModulatedLIF(i_offset=0.9, ca_input=0.01, ca_spike=0.3)
    assert_equal(results(cell, record), record)


def test_bad_input_is_refused() -> None:
    net = snn.Network()
    net.population(2, snn.AstrocyteModulatedLIF(ca_half=0.0, gain=-1.0, tau_ca=-1.0), label="cells")
    with pytest.raises(ValidationError) as caught:
        snn.compile_network(net)
    for text in ("ca_half: must be in (0, inf]; got 0", "gain: must be in (-1, inf]; got -1",
                 "tau_ca: must be in (0, inf] ms; got -1"):  # fmt: skip
        assert text in str(caught.value)
