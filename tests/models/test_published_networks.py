"""What every published network has: a statement of its sources, an example, a place on a board."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import snn
import snn_models
from snn.errors import SnnError

CLASSES = [
    getattr(snn_models, name) for name in snn_models.__all__
    if name not in ("CA3Session", "Detector", "sparse_codes")
]  # fmt: skip
NETWORKS = [cls for cls in CLASSES if cls is not snn_models.SpikingMotifs]
each_network = pytest.mark.parametrize("cls", NETWORKS, ids=lambda c: c.__name__)

MAPPED = {"CA3Memory", "MotifDetector", "OscillatoryMemory", "RegulatedMemory", "SpatialPatterns"}
"""What SpiNNaker takes as it is."""


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_it_says_what_is_published_what_was_decided_and_what_it_reproduces(cls: type) -> None:
    text = " ".join((cls.__doc__ or "").split())
    assert "From the" in text
    assert "ecided here" in text
    assert "eproduces" in text
    assert "References" in text


@pytest.mark.parametrize(
    # PSPM learns in a schedule only: tests/models/pspm.
    "cls",
    [n for n in NETWORKS if n is not snn_models.PSPMNetwork],
    ids=lambda c: c.__name__,
)
@pytest.mark.filterwarnings("ignore::snn.errors.SnnWarning")  # other rules that want a schedule
def test_both_engines_run_its_example_alike(cls: type) -> None:
    """Every population fires in the same steps, in float64."""
    found = []
    for backend in ("cpu", "reference"):
        net = cls.example()
        net.recordings.clear()
        for population in net.populations:
            net.record(population, "spikes")
        options = {"backend": backend, "precision": "float64", "sleep": "never"}
        result = snn.run(net, 60.0, seed=3, progress=False, **options)
        found.append({label: own.spikes for label, own in result.populations.items()})
    assert len(found[0]) == len(net.populations)
    assert found[0].keys() == found[1].keys()
    for label, spikes in found[0].items():
        np.testing.assert_array_equal(spikes.steps, found[1][label].steps)
        np.testing.assert_array_equal(spikes.neurons, found[1][label].neurons)


@each_network
def test_the_board_takes_it_or_says_why_not(cls: type, tmp_path: Path) -> None:
    """Mapped by SpiNNaker's tool chain onto its virtual machine."""
    pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
    if cls.__name__ in MAPPED:
        found = snn.deploy(cls.example(), dry_run=True, duration=20.0, logs=tmp_path)
        assert found.fits
        assert found.metrics["cores"] >= 2
        return
    with pytest.raises(SnnError) as caught:
        snn.deploy(cls.example(), dry_run=True, duration=20.0, logs=tmp_path)
    assert "cannot" in str(caught.value) or "no " in str(caught.value)
