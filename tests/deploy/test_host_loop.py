"""Rules that a target lacks, applied by the host.

On a target that is our own engine and refuses every rule, the host loop must give the very bits
of that engine with the rule, for rules that act at the ends of trials. On the virtual board the
weights that the host writes must be those with which the board goes on.
"""

import numpy as np
import pytest

import snn
from snn import engine as engines
from snn.errors import Problem, ValidationError
from snn_reference import trial_rules

pytestmark = pytest.mark.filterwarnings("default")


class Ruleless:
    """The reference engine, which here has no learning rule at all."""

    name = "ruleless"
    precision = "float64"

    def missing(self):
        return ""

    def check(self, network):
        return [Problem(q.label, "plasticity", "refused") for q in network.projections
                if q.synapse.rules]  # fmt: skip

    def prepare(self, compiled, **options):
        assert not any(q.rules for q in compiled.projections)
        engine = engines.backend("reference").prepare(compiled, **options)
        engine.restart = lambda k: trial_rules.restart(engine, {k})
        return engine


@pytest.fixture
def ruleless(monkeypatch):
    known = engines.backend
    made = Ruleless()
    monkeypatch.setattr(
        engines, "backend", lambda name: made if name == "ruleless" else known(name)
    )
    return "ruleless"


def circuit(rule, weight=0.4):
    net = snn.Network(dt=1.0)
    source = net.population(20, snn.Poisson(rate=0.0), label="source")
    out = net.population(3, snn.LIF(tau_m=10.0), label="out")
    synapse = snn.Synapse(weight=weight, delay=2.0, plasticity=rule)
    net.connect(source, out, snn.AllToAll(), synapse, label="learned")
    net.record(out, ["spikes", "v"])
    net.record(source, "spikes")
    return net


def schedule(net, trials=4):
    rates = np.random.default_rng(3).uniform(20.0, 90.0, (trials, 20))
    return snn.Schedule(
        trials=trials, count=[net.populations[1]],
        phases=[snn.Phase(duration=60.0, rates={net.populations[0]: rates}),
                snn.Phase(duration=20.0)],
    )  # fmt: skip


RULES = {
    "scaling": lambda: snn.NormScaling(target=4.0),
    "row scaling": lambda: snn.RowScaling(target=1.5),
    "pair": lambda: snn.PairSTDP(A_plus=0.02, w_max=2.0),
}


def require_exact(net, target, trials):
    """Require of a target in the host loop what the reference does; return its result."""
    own = snn.Simulation(net, backend="reference", precision="float64", seed=4)
    hosted = snn.Simulation(net, backend=target, unsupported="host", seed=4)
    expected, found = own.present(trials), hosted.present(trials)
    start = snn.Simulation(net, backend="reference", seed=4).weights(net.projections[0]).weight
    learned = expected.result["learned"].weights
    assert np.abs(learned - start).max() > 1e-3
    np.testing.assert_array_equal(found.result["learned"].weights, learned)
    np.testing.assert_array_equal(found.counts["out"], expected.counts["out"])
    assert snn.compare(expected.result, found.result).different_cells == 0
    assert found.counts["out"].sum() > 5
    return found


@pytest.mark.parametrize("name", ["scaling", "row scaling"])
def test_rules_at_the_ends_of_trials_are_exact(ruleless, name):
    net = circuit(RULES[name](), weight=snn.Uniform(0.2, 0.9))
    require_exact(net, ruleless, schedule(net))


@snn.model
class Follow(snn.TrialRule):
    """Reads all that a trial rule is given: both trains, the peak, its step, the trial."""

    rate: float = snn.param(0.01, shared=True, doc="of learning")

    def arrays(self, dt, weights):
        return {"seen": np.zeros(weights.shape[1])}

    @staticmethod
    def at_trial_end(rate, seen, w, pre_steps, pre_neurons, post_steps, post_neurons, peak,
                     peak_step, delay, trial):  # fmt: skip
        for n in range(len(pre_steps)):
            for k in range(len(post_steps)):
                if pre_steps[n] + delay < post_steps[k]:
                    w[pre_neurons[n], post_neurons[k]] += rate / (post_steps[k] - pre_steps[n])
        for j in range(w.shape[1]):
            seen[j] += peak[j] + 0.001 * peak_step[j] + trial
            for i in range(w.shape[0]):
                w[i, j] += 1e-6 * seen[j]


TRIAL_RULES = {
    "follow": lambda: Follow(),
    "tempotron": lambda: snn.Tempotron(rate=0.05, labels=[[1, 0, 1]] * 4, tau_m=10.0, tau_s=5.0,
                                       w_min=0.0, w_max=5.0),
}  # fmt: skip


@pytest.mark.parametrize("tail", [0.0, 20.0])
@pytest.mark.parametrize("name", TRIAL_RULES)
def test_trial_rules_are_exact(ruleless, name, tail):
    """Weights, spikes and membranes, also where spikes are on their way when a trial ends."""
    net = circuit(TRIAL_RULES[name](), weight=snn.Uniform(0.2, 0.9))
    rates = np.random.default_rng(3).uniform(20.0, 90.0, (4, 20))
    phases = [snn.Phase(duration=60.0, rates={net.populations[0]: rates})]
    phases += [snn.Phase(duration=tail)] if tail else []
    trials = snn.Schedule(trials=4, count=[net.populations[1]], phases=phases)
    found = require_exact(net, ruleless, trials)
    assert not any("every" in text for text in found.result.warnings)


@pytest.mark.parametrize("chunk", [1.0, 50.0])
def test_rules_between_trials_see_every_spike_in_its_step(ruleless, chunk):
    """Where weights are too small to matter, the order of runs and rules cannot be seen."""
    rule = snn.PairSTDP(A_plus=2e-9, A_minus=1e-9, w_max=1e-6)
    net = circuit(rule, weight=5e-7)
    source, out = net.populations
    net.connect(source, out, snn.AllToAll(), snn.Synapse(weight=0.4, delay=3.0))
    source.model.__dict__["rate"] = np.full(20, 50.0)
    native = snn.run(net, 200.0, backend="reference", precision="float64", seed=4)
    hosted = snn.run(net, 200.0, backend=ruleless, unsupported="host", chunk=chunk, seed=4)
    assert native["out"].counts().sum() > 20
    assert np.abs(native["learned"].weights - 5e-7).max() > 1e-9
    np.testing.assert_array_equal(hosted["learned"].weights, native["learned"].weights)
    assert any(f"every {chunk:g} ms" in text for text in hosted.warnings)


ASTROCYTE = snn.AstrocyteModulatedLIF(tau_m=10.0, tau_ca=150.0, ca_spike=0.4, gain=0.0, shift=6.0)
PLAIN = snn.LIF(tau_m=10.0, tau_refrac=2.0)


def units(cell):
    net = snn.Network(dt=1.0)
    source = net.population(20, snn.Poisson(rate=np.linspace(10.0, 90.0, 20)), label="source")
    unit = net.population(4, cell, label="unit")
    synapse = snn.Synapse(weight=snn.Uniform(0.2, 0.9), delay=snn.Uniform(1.0, 6.0))
    net.connect(source, unit, snn.AllToAll(), synapse)
    net.record(unit, ["spikes", "v"])
    return net


def modulated(chunk, chunks, **options):
    """Run LIF units whose thresholds follow calcium that is kept beside them, chunk by chunk.

    A chunk has the threshold that `ASTROCYTE` has in its first step.
    """
    net, cell, found = units(PLAIN), ASTROCYTE, []
    ca, thresholds = np.zeros(4), []
    with snn.Simulation(net, seed=6, **options) as simulation:
        for k in range(chunks):
            level = ca * np.exp(-1.0 / cell.tau_ca)
            thresholds.append(cell.v_thresh - cell.shift * level / (level + cell.ca_half))
            simulation.set(net.populations[1], v_thresh=thresholds[-1])
            found.append(simulation.run(chunk))
            spikes = found[-1]["unit"].spikes
            ca *= np.exp(-chunk / cell.tau_ca)
            left = np.exp((spikes.steps - (k + 1) * chunk) / cell.tau_ca)
            np.add.at(ca, spikes.neurons, cell.ca_spike * left)
    return found, np.array(thresholds)


def test_thresholds_kept_beside_a_lif_are_those_of_the_modulated_cell():
    """With chunks of one step it is the cell itself; with longer ones thresholds lag."""
    engine = {"backend": "reference", "precision": "float64"}
    whole = snn.run(units(ASTROCYTE), 200.0, seed=6, **engine)["unit"].spikes
    unmodulated = snn.run(units(PLAIN), 200.0, seed=6, **engine)["unit"].spikes
    found, thresholds = modulated(1.0, 200, **engine)
    spikes = [piece["unit"].spikes for piece in found]
    np.testing.assert_array_equal(np.concatenate([s.steps for s in spikes]), whole.steps)
    np.testing.assert_array_equal(np.concatenate([s.neurons for s in spikes]), whole.neurons)
    assert len(whole.steps) > len(unmodulated.steps) + 5
    assert thresholds.min() < -51.5


def test_modulated_units_on_nest():
    pytest.importorskip("nest", reason="NEST is an optional extra")
    found, thresholds = modulated(40.0, 4, backend="nest")
    expected, wanted = modulated(40.0, 4, backend="reference", precision="float64")
    # Where spikes are the same, thresholds are, too.
    np.testing.assert_array_equal(thresholds, wanted)
    for mine, yours in zip(found, expected, strict=True):
        np.testing.assert_array_equal(mine["unit"].spikes.steps, yours["unit"].spikes.steps)
        np.testing.assert_array_equal(mine["unit"].spikes.neurons, yours["unit"].spikes.neurons)
    assert np.ptp(thresholds, axis=0).min() > 0.5


@pytest.mark.board
def test_modulated_units_on_the_board(tmp_path):
    """The loop is closed over the board: its spikes make the thresholds of its next chunk."""
    pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
    board = {"backend": "spinnaker", "virtual": True, "version": 3, "logs": tmp_path}
    found, thresholds = modulated(40.0, 4, **board)
    expected, wanted = modulated(40.0, 4, backend="reference", numerics="spinnaker")
    np.testing.assert_array_equal(thresholds, wanted)
    for mine, yours in zip(found, expected, strict=True):
        assert {str(d) for d in snn.compare(mine, yours).differences if d.cells} == set()
    assert np.ptp(thresholds, axis=0).min() > 0.5
    assert not any("built anew" in text for text in found[-1].warnings)


def test_without_the_host_loop_rules_are_refused(ruleless):
    with pytest.raises(ValidationError, match="refused"):
        snn.run(circuit(RULES["pair"]()), 10.0, backend=ruleless)
    with pytest.raises(ValidationError, match="refuse"):
        snn.run(circuit(RULES["pair"]()), 10.0, backend=ruleless, unsupported="somehow")


def test_rules_that_read_more_than_spikes_are_refused(ruleless):
    net = circuit(snn.TsodyksMarkram())
    with pytest.raises(ValidationError, match="sees spikes only"):
        snn.run(net, 10.0, backend=ruleless, unsupported="host")


@pytest.mark.board
def test_the_board_goes_on_with_the_weights_of_the_host(tmp_path):
    pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
    net = circuit(RULES["scaling"](), weight=snn.Uniform(0.2, 0.9))
    with snn.Simulation(net, backend="spinnaker", virtual=True, version=3, seed=4,
                        unsupported="host", logs=tmp_path) as simulation:  # fmt: skip
        first = simulation.present(schedule(net, 1)).result
        second = simulation.present(schedule(net, 1)).result
    assert any("built anew 1 times" in text for text in second.warnings)
    # The second trial on its own: the board's network with the weights that the host made.
    alone = circuit(())
    spikes = second["source"].spikes
    start = int(first.duration)
    trains = [(spikes.steps[spikes.neurons == i] - start).astype(float).tolist()
              for i in range(20)]  # fmt: skip
    repeat = snn.Network(dt=1.0)
    source = repeat.population(20, snn.SpikeArray(times=trains), label="source")
    out = repeat.population(3, alone.populations[1].model, label="out",
                            initial={"v": first["out"].traces["v"].values[-1]})  # fmt: skip
    weights = first["learned"].weights.reshape(20, 3)
    repeat.connect(source, out, snn.AllToAll(), snn.Synapse(weight=weights, delay=2.0))
    repeat.record(out, "spikes")
    predicted = snn.run(repeat, 80.0, backend="reference", numerics="spinnaker")
    found = second["out"].spikes.steps - start
    # The state goes on from the last tick, which is not recorded: a spike may shift at first.
    assert len(found) > 3
    late = [s for s in predicted["out"].spikes.steps.tolist() if s > 20]
    assert [s for s in found.tolist() if s > 20] == late


@pytest.mark.board
def test_a_trial_rule_on_the_board(tmp_path):
    """Each trial is what the board computes from the weights that the rule left behind."""
    pytest.importorskip("unicorn", reason="the processor engine is an optional extra")
    net = circuit(Follow(), weight=snn.Uniform(0.2, 0.9))
    schedules = [schedule(net, 1)] * 2
    with snn.Simulation(net, backend="spinnaker", virtual=True, version=3, seed=4,
                        unsupported="host", logs=tmp_path) as simulation:  # fmt: skip
        found = [simulation.present(s).result for s in schedules]
    before = snn.Simulation(net, backend="reference", seed=4).weights(net.projections[0]).weight
    for number, result in enumerate(found):
        source, out = result["source"].spikes, result["out"].spikes
        first = number * 80
        repeat = snn.Network(dt=1.0)
        trains = [(source.steps[source.neurons == i] - first).astype(float).tolist()
                  for i in range(20)]  # fmt: skip
        pre = repeat.population(20, snn.SpikeArray(times=trains), label="source")
        post = repeat.population(3, net.populations[1].model, label="out")
        synapse = snn.Synapse(weight=before.reshape(20, 3), delay=2.0)
        repeat.connect(pre, post, snn.AllToAll(), synapse)
        repeat.record(post, "spikes")
        predicted = snn.run(repeat, 79.0, backend="reference", numerics="spinnaker")["out"]
        # The rule puts neurons back to their initial states: the trial begins as a network does.
        inside = out.steps - first < 79
        assert (out.steps - first)[inside].tolist() == predicted.steps.tolist()
        assert len(predicted.steps) > 3
        before = result["learned"].weights
    assert np.abs(found[1]["learned"].weights - found[0]["learned"].weights).max() > 1e-3
