"""Example 2 of Stimberg et al. in Brian2's documentation, beside ours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import snn

PARAMETERS = {"K_P": 0.1, "O_beta": 5.0, "O_delta": 0.2, "K_delta": 0.3, "Omega_5P": 0.1,
              "K_D": 0.5, "F_ex": 0.09}  # fmt: skip
"""Where example 2 differs from example 4, whose values are the defaults of `snn.Astrocyte`."""

RECORDED = (
    (1.0, 0.0522, 0.0041, 0.8954), (5.0, 0.6693, 0.3285, 0.6123), (9.0, 0.6804, 0.7530, 0.5870),
    (13.0, 0.5993, 1.0556, 0.5850), (17.0, 0.5313, 1.1332, 0.5815), (21.0, 0.5119, 1.1494, 0.5806),
    (25.0, 0.5066, 1.1550, 0.5803), (29.0, 0.5051, 1.1578, 0.5802),
)  # fmt: skip
"""Time (s), C and I (uM) and h of its noiseless astrocyte, Brian2 2.9 at its step of 1 ms."""

SECONDS = 30.0


def trajectory() -> dict[str, NDArray[Any]]:
    """Return time in s, calcium, IP3 (uM) and h of one astrocyte driven at 0.5 Hz."""
    net = snn.Network(dt=1.0)
    spikes = np.arange(2000.0, SECONDS * 1000, 2000.0)
    source = net.population(1, snn.SpikeArray(times=[spikes]), label="source")
    cell = snn.LIF(receptors={"astrocyte": snn.Astrocyte(**PARAMETERS)})
    post = net.population(1, cell, label="cell",
                          initial={"astrocyte.ip3": 0.0, "astrocyte.c": 0.0})  # fmt: skip
    # 500 mM in the vesicles, a thousandth of their volume: 500 uM in the cleft.
    net.connect(source, post, snn.OneToOne(), snn.Synapse(weight=500.0), receptor="astrocyte")
    net.record(post, [f"astrocyte.{name}" for name in ("c", "ip3", "h")])
    found = snn.run(net, SECONDS * 1000, progress=False)["cell"].traces
    values = {name: found[f"astrocyte.{name}"].values[:, 0] for name in ("c", "ip3", "h")}
    return {"seconds": found["astrocyte.c"].times / 1000.0} | values


def gaps(ours: dict[str, NDArray[Any]]) -> dict[str, float]:
    """Return the largest difference to the recorded values, by variable."""
    at = np.searchsorted(ours["seconds"], [row[0] for row in RECORDED])
    columns = {"c": 1, "ip3": 2, "h": 3}
    return {
        name: float(np.abs(ours[name][at] - [row[k] for row in RECORDED]).max())
        for name, k in columns.items()
    }
