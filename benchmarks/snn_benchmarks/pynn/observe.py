"""Run one PyNN script, unmodified, and write down what it recorded.

``python -m snn_benchmarks.pynn.observe ENGINE SCRIPT OUT.json``, ENGINE being ``snn``,
``nest`` or ``neuron``. A script for SpiNNaker gets a peer under the name
``pyNN.spiNNaker``: calls that configure a machine do nothing, and what the simulator
cannot record is left out.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

MACHINE = ("set_number_of_neurons_per_core", "set_number_of_synapse_cores",
           "set_allow_delay_extensions")  # fmt: skip


class Watch:
    """Everything that a script makes, and what it recorded at each of its ends."""

    def __init__(self) -> None:
        self.populations: list[Any] = []
        self.projections: list[Any] = []
        self.spikes = 0
        self.potentials: list[tuple[int, float]] = []
        self.weights: list[tuple[int, float]] = []

    def follow(self, cls: type, made: list[Any]) -> None:
        """Note every object of a class of `pyNN.common`."""
        original: Callable[..., None] = cls.__init__

        def initialise(this: Any, *args: Any, **kwargs: Any) -> None:
            made.append(this)
            original(this, *args, **kwargs)

        cls.__init__ = initialise

    def before_end(self, module: ModuleType) -> None:
        """Collect before a module's `end`."""
        original = module.end

        def end(*args: Any, **kwargs: Any) -> Any:
            self.collect()
            return original(*args, **kwargs)

        module.end = end  # type: ignore[attr-defined]

    def collect(self) -> None:
        """Add up what is there and forget it."""
        for population in self.populations:
            with contextlib.suppress(Exception):
                self._read(population.get_data())
        for projection in self.projections:
            if hasattr(projection.synapse_type, "timing_dependence"):
                weights = np.abs(np.asarray(projection.get("weight", "list", with_address=False)))
                self.weights.append((weights.size, float(weights.sum())))
        self.populations.clear()
        self.projections.clear()

    def _read(self, block: Any) -> None:
        for segment in block.segments:
            self.spikes += sum(map(len, segment.spiketrains))
            for signal in segment.filter(name="v"):
                values = np.asarray(signal.magnitude)
                self.potentials.append((int(np.isfinite(values).sum()), float(np.nansum(values))))


def mean(parts: list[tuple[int, float]]) -> float | None:
    """Return the mean over parts of (count, sum)."""
    count = sum(n for n, _ in parts)
    return sum(total for _, total in parts) / count if count else None


def peer(engine: str) -> None:
    """Let scripts for SpiNNaker find a simulator of PyNN."""
    import pyNN

    module: Any = importlib.import_module(f"pyNN.{engine}")
    other: Any = ModuleType("pyNN.spiNNaker")
    other.__dict__.update({k: v for k, v in vars(module).items() if not k.startswith("__")})

    def setup(timestep: float = 1.0, *args: Any, **options: Any) -> Any:
        options = {"min_delay": timestep, **options, "max_delay": 300.0 * timestep}
        return module.setup(timestep, *args, **options, spike_precision="on_grid")

    class Population(module.Population):  # type: ignore[misc]
        """Takes what SpiNNaker's scripts say, and records what there is."""

        def __init__(self, size: Any, cellclass: Any, cellparams: Any = None, *args: Any,
                     label: str | None = None, **machine: Any) -> None:  # fmt: skip
            cell = cellclass(**(cellparams or {})) if isinstance(cellclass, type) else cellclass
            super().__init__(size, cell, *args, label=label)

        def record(self, variables: Any, *args: Any, **options: Any) -> None:
            wanted = [variables] if isinstance(variables, str) else list(variables or [])
            known = [v for v in self.celltype.recordable if v in wanted or wanted == ["all"]]
            super().record(known, *args, **options)

    other.setup, other.Population, other.name = setup, Population, lambda: engine
    for name in MACHINE:
        setattr(other, name, lambda *_: None)
    sys.modules["pyNN.spiNNaker"] = pyNN.spiNNaker = other


def run(engine: str, script: Path, watch: Watch) -> None:
    """Run a script as a user would."""
    from pyNN import common

    watch.follow(common.Population, watch.populations)
    watch.follow(common.Projection, watch.projections)
    if engine == "snn":
        from snn.cli.pynn_script import run_script

        for name in ("snn.pynn", "snn.pynn.spinnaker"):
            watch.before_end(importlib.import_module(name))
        run_script(script, (), {})
        return
    peer(engine)
    for name in (f"pyNN.{engine}", "pyNN.spiNNaker"):
        watch.before_end(sys.modules[name])
    sys.argv = [str(script), engine]
    sys.path.insert(0, str(script.parent))
    runpy.run_path(str(script), run_name="__main__")


def main() -> None:
    """Write the observation as JSON."""
    engine, script, out = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3])
    watch, error = Watch(), ""
    start, worked = time.perf_counter(), time.process_time()
    try:
        run(engine, script, watch)
    except BaseException as problem:  # noqa: BLE001
        if not isinstance(problem, SystemExit) or problem.code:
            error = f"{type(problem).__name__}: {problem}".splitlines()[0]
    with contextlib.suppress(Exception):
        watch.collect()
    observed = {
        "error": error, "spikes": watch.spikes, "v": mean(watch.potentials),
        "weight": mean(watch.weights), "wall_s": time.perf_counter() - start,
        "cpu_s": time.process_time() - worked,
    }  # fmt: skip
    out.write_text(json.dumps(observed), encoding="utf-8")


if __name__ == "__main__":
    main()
