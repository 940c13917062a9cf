"""Current sources, and every variable that a binary can record, on the virtual board.

Run with ``pytest -m board tests/board``.
"""

import numpy as np
import pytest

pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
pytest.importorskip("spynnaker", reason="sPyNNaker is an optional extra")
pytestmark = [pytest.mark.board, pytest.mark.filterwarnings("default")]

TAU_M, REST = 20.0, -65.0
RESISTANCE = TAU_M  # MOhm, at 1 nF


def injected(v):
    """Return the current (nA) that moved a leaky membrane from each tick to the next."""
    leak = np.exp(-1.0 / TAU_M)
    goal = (v[1:] - leak * v[:-1]) / (1.0 - leak)
    return (goal - REST) / RESISTANCE


def voltages(population):
    return population.get_data("v").segments[0].filter(name="v")[0].magnitude


#: v is a multiple of 2^-15 mV and its update rounds twice; divided by (1 - leak) and 20 MOhm.
RESOLUTION = 3 * 2.0**-15 / (1.0 - np.exp(-1.0 / TAU_M)) / RESISTANCE


def test_every_current_source(sim):
    sim.setup(1.0)
    target = sim.Population(5, sim.IF_curr_exp(v_thresh=1000.0, tau_m=TAU_M))
    target.record("v")
    ac = {"amplitude": 0.5, "offset": 0.25, "frequency": 20.0, "phase": 90.0}
    sim.ACSource(start=10.0, stop=90.0, **ac).inject_into(target[0:1])
    sim.DCSource(amplitude=0.5, start=10.0, stop=60.0).inject_into(target[1:2])
    steps = sim.StepCurrentSource(times=[5.0, 40.0], amplitudes=[0.25, 0.0])
    steps.inject_into(target[2:3])
    # Two into one neuron are summed.
    sim.DCSource(amplitude=0.25, start=0.0, stop=50.0).inject_into(target[3:4])
    sim.DCSource(amplitude=0.5, start=20.0, stop=90.0).inject_into(target[3:4])
    sim.run(100)
    found = injected(voltages(target))
    t = np.arange(99)
    sine = ac["offset"] + ac["amplitude"] * np.sin(2e-3 * np.pi * 20.0 * (t - 10) + np.pi / 2)
    wanted = np.stack([
        np.where((t >= 10) & (t < 90), sine, 0.0),
        np.where((t >= 10) & (t < 60), 0.5, 0.0),
        np.where((t >= 5) & (t < 40), 0.25, 0.0),
        np.where(t < 50, 0.25, 0.0) + np.where((t >= 20) & (t < 90), 0.5, 0.0),
        np.zeros(99),
    ], axis=1)  # fmt: skip
    assert np.abs(found - wanted)[:, 1:].max() < RESOLUTION
    # Frequency and phase are s16.15: 20 Hz are off by up to 2^-16 rad a tick, 80 ticks long.
    assert np.abs(found - wanted)[:, 0].max() < RESOLUTION + 0.5 * 80 * 2.0**-16


def test_noise_has_its_mean_and_deviation(sim):
    sim.setup(1.0)
    ticks, mean, deviation = 1500, 0.3, 0.2
    target = sim.Population(4, sim.IF_curr_exp(v_thresh=1000.0, tau_m=TAU_M))
    target.record("v")
    for k in range(3):
        noise = sim.NoisyCurrentSource(mean=mean, stdev=deviation, start=0.0, stop=float(ticks))
        noise.inject_into(target[k : k + 1])
    sim.run(ticks)
    found = injected(voltages(target))
    assert np.all(found[:, 3] == pytest.approx(0.0, abs=RESOLUTION))
    # Five standard errors of mean and deviation: a false alarm in 300,000 runs.
    for k in range(3):
        assert found[:, k].mean() == pytest.approx(mean, abs=5 * deviation / np.sqrt(ticks))
        assert found[:, k].std() == pytest.approx(deviation, abs=5 * deviation / np.sqrt(2 * ticks))
    assert abs(np.corrcoef(found[:, 0], found[:, 1])[0, 1]) < 5 / np.sqrt(ticks)


#: Every cell with a binary, its input, and the variables of the input that answer a spike.
CELLS = {
    "IF_curr_exp": (4.0, "gsyn_exc"), "IF_curr_alpha": (4.0, "gsyn_exc"),
    "IF_curr_delta": (4.0, "gsyn_exc"), "IF_cond_exp": (0.05, "gsyn_exc"),
    "Izhikevich": (4.0, "gsyn_exc"), "extra_models.Izhikevich_cond": (0.05, "gsyn_exc"),
    "extra_models.IF_curr_dual_exp": (4.0, "gsyn_exc"),
    "extra_models.Izhikevich_cond_dual": (0.05, "gsyn_exc"),
    "extra_models.IF_curr_exp_sEMD": (4.0, "gsyn_exc"),
    "extra_models.IFCurrExpCa2Adaptive": (4.0, "gsyn_exc"),
    "extra_models.IFCurrDeltaCa2Adaptive": (4.0, "gsyn_exc"),
    "extra_models.IFCondExpStoc": (0.05, "gsyn_exc"),
    "extra_models.IFTruncDelta": (0.5, "gsyn_exc"),
    "extra_models.IFCurrDeltaFixedProb": (0.5, "gsyn_exc"),
    "extra_models.StocExp": (4.0, "ex_input"), "extra_models.StocExpStable": (4.0, "ex_input"),
    "extra_models.StocSigma": (4.0, "ex_input"),
}  # fmt: skip


@pytest.mark.parametrize("virtual_board", [5], indirect=True)
def test_every_variable_of_every_cell_is_recorded(sim, virtual_board):
    sim.setup(1.0)
    source = sim.Population(4, sim.SpikeSourceArray([[20.0, 24.0]] * 4))
    targets = {}
    for name, (weight, _) in CELLS.items():
        model = sim
        for part in name.split("."):
            model = getattr(model, part)
        # The alpha function of the default 0.5 ms is zero in every tick of 1 ms.
        parameters = {"tau_syn_E": 2.0} if "alpha" in name else {}
        targets[name] = sim.Population(4, model(**parameters), label=name)
        targets[name].record("all")
        connector = sim.OneToOneConnector()
        synapse = sim.StaticSynapse(weight, 1.0)
        sim.Projection(source, targets[name], connector, synapse)
        if "sEMD" in name:  # its excitatory input counts only together with the second one
            sim.Projection(source, targets[name], connector, synapse, receptor_type="excitatory2")
    sim.run(60)
    for name, target in targets.items():
        segment = target.get_data().segments[0]
        signals = {signal.name: signal.magnitude for signal in segment.analogsignals}
        variables = set(target._vertex.get_recordable_variables()) - {"spikes", "rewiring"}
        assert set(signals) == variables, name
        packets = signals.pop("packets-per-timestep").ravel()  # one number per core and tick
        assert {signal.shape for signal in signals.values()} == {(60, 4)}, name
        answer = signals[CELLS[name][1]]
        assert np.all(answer[1:21] == 0), name  # IFTruncDelta starts with an input
        assert np.all(answer[21:24].max(axis=0) > 0), name  # an alpha function starts at 0
        assert np.ptp(signals["v"]) > 0, name
        assert packets[packets > 0].tolist() == [4, 4], name
