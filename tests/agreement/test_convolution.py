"""Convolutions store no index; both engines and the compressed rows agree."""

from __future__ import annotations

import numpy as np
import pytest

import snn

KERNEL = np.array([[0.9, 0.4], [0.0, 0.7], [0.2, 0.5]])
GRIDS = [((1, 1), (0, 0)), ((2, 1), (1, 1)), ((1, 2), "same"), ((2, 2), (0, 1))]


def network(strides: tuple[int, int], padding: object, own_delays: bool) -> snn.Network:
    net = snn.Network(dt=0.1)
    source = net.population(42, snn.Poisson(rate=300.0), label="source")
    delays = np.arange(1, 7).reshape(3, 2) * 0.3 if own_delays else None
    kernel = snn.Convolution(KERNEL, shape=(6, 7), strides=strides, padding=padding, delays=delays)
    target = net.population(int(np.prod(kernel.post_shape())), snn.LIF(), label="target")
    synapse = snn.Synapse() if own_delays else snn.Synapse(delay=0.5)
    projection = net.connect(source, target, kernel, synapse, label="kernel")
    net.record(target, ["spikes", "v"])
    net.record(projection, "weights")
    return net


@pytest.mark.parametrize("own_delays", [False, True])
@pytest.mark.parametrize(("strides", "padding"), GRIDS)
def test_engines_and_compressed_rows_agree(
    strides: tuple[int, int], padding: object, own_delays: bool
) -> None:
    runs = [
        snn.run(network(strides, padding, own_delays), 50.0, precision="float64", **options)
        for options in ({"backend": "reference"}, {}, {"threads": 2})
    ]
    synapses = runs[0]["kernel"].synapses
    listed = network(strides, padding, own_delays)
    rows = snn.CSR.from_pairs(
        42, synapses.pre, synapses.post, weights=synapses.weight, delays=synapses.delay
    )
    source, target = listed.populations
    listed.projections.clear()
    listed.recordings[2:] = []
    listed.connect(source, target, rows, label="kernel")
    runs.append(snn.run(listed, 50.0, precision="float64"))
    assert len(runs[0]["target"].steps) > 20
    for run in runs[1:]:
        np.testing.assert_array_equal(run["target"].steps, runs[0]["target"].steps)
        np.testing.assert_array_equal(run["target"].v, runs[0]["target"].v)


def test_no_index_is_stored() -> None:
    compiled = snn.compile_network(network((1, 1), "same", False))
    projection = compiled.projections[0]
    assert projection.form == "convolution"
    assert projection.targets.size == 0
    assert projection.synapses > 40


def test_weights_of_a_convolution_cannot_be_set_one_by_one() -> None:
    net = network((1, 1), (0, 0), False)
    simulation = snn.Simulation(net)
    with pytest.raises(snn.errors.SnnError, match="connect with CSR"):
        simulation.set_weights(net.projections[0], 1.0)
