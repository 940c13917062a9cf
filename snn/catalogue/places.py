"""Where a model is tested and documented: by convention, with the exceptions listed here."""

from __future__ import annotations

# Models whose tests are grouped by what is tested, not by model.
_GROUPED = {
    "tests/compiler/test_connectors.py": (
        "AllButSelf", "AllToAll", "Convolution", "CSR", "DistanceProbability", "FixedInDegree",
        "FixedOutDegree", "FixedProbability", "FixedTotal", "FromList",
    ),
    "tests/reference/test_engine.py": ("OneToOne",),
    "tests/benchmarks/test_curves.py": ("curves",),
    "tests/benchmarks/test_digits.py": ("digits",),
    "tests/benchmarks/test_pspm.py": ("pspm",),
    "tests/benchmarks/test_speed.py": ("speed",),
    "tests/benchmarks/test_pynn.py": ("pynn", "pynn-scripts"),
    "tests/reference/test_firing.py": ("LIF", "AdaptiveLIF"),
    "tests/reference/test_convergence.py": ("Izhikevich", "AdEx"),
    "tests/reference/test_membrane.py": (
        "ConductanceExp", "CurrentAlpha", "CurrentDelta", "CurrentExp", "CurrentPulse",
        "DCSource", "NoiseTable", "StepCurrentSource",
    ),
    "tests/reference/test_arrival.py": ("SpikeArray",),
    "tests/reference/test_random_input.py": ("Poisson", "PoissonInput"),
    "tests/reference/test_schedules.py": ("SynapticScaling",),
    "tests/plasticity/test_stochastic_release.py": ("StochasticTsodyksMarkram",),
}  # fmt: skip
_TESTS = {name: path for path, names in _GROUPED.items() for name in names}


def test_of(module: str, name: str) -> str:
    """Return the path of the file that tests a model.

    The convention: ``snn.cells.lif`` is tested by ``tests/cells/test_lif.py``,
    ``snn_benchmarks.digits`` by ``tests/benchmarks/test_digits.py``.
    """
    root, *folders, stem = module.split(".")
    if root != "snn":
        folders = [root.removeprefix("snn_"), *folders]
    return _TESTS.get(name, "/".join(["tests", *folders, f"test_{stem}.py"]))


def docs_of(name: str) -> str:
    """Return page and anchor of a model's documentation."""
    return f"docs/models.md#{name.lower()}"
