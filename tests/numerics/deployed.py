"""Our networks on the (virtual) board through sPyNNaker, everything random given as lists."""

import numpy as np

import snn
from snn.compiler.endpoints import endpoints
from snn_spinnaker.numerics.binaries import binary_of, kinds

ONE = 1 << 15
TAGS = {"excitatory": ("E", "E2"), "inhibitory": ("I",)}
RECEPTORS = {"E": "excitatory", "E2": "excitatory2", "I": "inhibitory"}
LIF = ("tau_m", "cm", "v_rest", "v_reset", "v_thresh", "tau_refrac", "i_offset")
IZHIKEVICH = ("a", "b", "c", "d", "i_offset")


def tags(cell):
    """Return sPyNNaker's suffix of each receptor."""
    used, found = {kind: list(names) for kind, names in TAGS.items()}, {}
    for name, kind in kinds(cell).items():
        found[name] = used[kind].pop(0)
    return found


def parameters(p):
    """Return the arguments of sPyNNaker's cell class."""
    own = LIF if isinstance(p.model, snn.LIF) else IZHIKEVICH
    found = {name: whole(p.parameters[name]) for name in own}
    for name, tag in tags(p.model).items():
        for key, argument in (("tau_syn", f"tau_syn_{tag}"), ("e_rev", f"e_rev_{tag}")):
            if f"{name}.{key}" in p.parameters:
                found[argument] = whole(p.parameters[f"{name}.{key}"])
    return found


def whole(values):
    return float(values) if values.ndim == 0 else values.tolist()


class Deployed:
    """A compiled network (exact profile) as sPyNNaker populations and projections."""

    def __init__(self, sim, compiled, learning=None):
        self.sim, self.compiled, self.learning = sim, compiled, learning
        self.populations = [self.population(p) for p in compiled.populations]
        self.projections = [self.projection(q) for q in compiled.projections]
        rewarded = {q.post: q.rules[0] for q in compiled.projections
                    if q.rules and q.rules[0].modulator is not None}  # fmt: skip
        for post, made in rewarded.items():
            self.reward(self.populations[made.modulator], self.populations[post], made.rule)

    def population(self, p):
        sim = self.sim
        if p.spike_steps is not None:
            times = [(p.spike_steps[p.spike_index == i] * self.compiled.dt).tolist()
                     for i in range(p.size)]  # fmt: skip
            return sim.Population(p.size, sim.SpikeSourceArray(times), label=p.label)
        name = binary_of(p.model).name
        kind = sim
        for part in name.split("."):
            kind = getattr(kind, part)
        initial = {"v": p.initial["v"].tolist()}
        if "u" in p.initial:
            initial["u"] = p.initial["u"].tolist()
        made = sim.Population(p.size, kind(**parameters(p)), label=p.label, initial_values=initial)
        made.record(["v", "gsyn_exc", "gsyn_inh", "spikes"])
        return made

    def rows(self, q):
        pre, post = endpoints(q)
        weight = np.broadcast_to(q.weight, q.synapses)
        delay = np.broadcast_to(q.delay, q.synapses) * self.compiled.dt
        return [tuple(row) for row in zip(pre.tolist(), post.tolist(), weight.tolist(),
                                          delay.tolist(), strict=True)]  # fmt: skip

    def projection(self, q):
        sim, cell = self.sim, self.compiled.populations[q.post].model
        receptor = RECEPTORS[tags(cell)[list(cell.receptors)[q.receptor]]]
        synapse = self.learning(sim, q) if q.rules else sim.StaticSynapse()
        return sim.Projection(
            self.populations[q.pre], self.populations[q.post], sim.FromListConnector(self.rows(q)),
            synapse, receptor_type=receptor,
        )  # fmt: skip

    def reward(self, modulator, post, rule):
        """Connect a neuromodulator; the cores expand it (lists fail in 7.4.1 under numpy 2)."""
        synapse = self.sim.extra_models.Neuromodulation(
            weight=abs(rule.d_plus), tau_c=rule.tau_c, tau_d=rule.tau_d, w_min=rule.w_min,
            w_max=rule.w_max,
        )  # fmt: skip
        kind = "reward" if rule.d_plus >= 0 else "punishment"
        self.sim.Projection(modulator, post, self.sim.AllToAllConnector(), synapse,
                            receptor_type=kind)  # fmt: skip

    def shifts(self, p):
        """Return the host's shift of each of our receptors of a population of cells."""
        found = [int(x) for x in self.populations[p.index]._vertex.get_ring_buffer_shifts()]
        order = sorted(set(tags(p.model).values()) | {"E", "I"})
        return [found[order.index(tag)] for tag in tags(p.model).values()]

    def recorded(self, p):
        """Return (ticks, n, 3) raw v, excitatory and inhibitory input, and the spikes."""
        segment = self.populations[p.index].get_data().segments[0]
        names = ("v", "gsyn_exc", "gsyn_inh")
        signals = [segment.filter(name=name)[0].magnitude for name in names]
        cells = np.rint(np.stack(signals, axis=-1) * ONE).astype(np.int64)
        dt = self.compiled.dt
        return cells, [np.rint(t.magnitude / dt).astype(int).tolist() for t in segment.spiketrains]

    def weights(self, q):
        """Return (pre, post, weight) of a projection, sorted."""
        found = self.projections[q.index].get("weight", "list")
        return sorted((int(i), int(j), float(w)) for i, j, w in found)


def predicted(result, compiled, p):
    """Return what `Deployed.recorded` returns, from a result of ours."""
    mine = result[p.label]
    shape = (*mine.traces["v"].values.shape,)
    cells = np.zeros((*shape, 3), np.int64)
    cells[..., 0] = np.rint(mine.traces["v"].values * ONE)
    for name, kind in kinds(p.model).items():
        column = 1 if kind == "excitatory" else 2
        trace = next(t for k, t in mine.traces.items() if k.startswith(f"{name}."))
        cells[..., column] += np.rint(trace.values * ONE).astype(np.int64)

    trains = [mine.spikes.steps[mine.spikes.neurons == i].tolist() for i in range(p.size)]
    return cells, trains


def mechanism(sim, q):
    """Return sPyNNaker's form of the rule of a projection."""
    rule, extra = q.rules[0].rule, sim.extra_models
    bounds = {"w_min": rule.w_min, "w_max": rule.w_max}
    if isinstance(rule, snn.RewardSTDP):
        # These bounds are those of the eligibility.
        bounds["w_min"] = 0.0
    if isinstance(rule, snn.TripletSTDP):
        # sPyNNaker multiplies the steps of this rule by w_max.
        steps = {name: getattr(rule, name) / rule.w_max
                 for name in ("A2_plus", "A2_minus", "A3_plus", "A3_minus")}  # fmt: skip
        timing = extra.PfisterSpikeTriplet(
            tau_plus=rule.tau_plus, tau_minus=rule.tau_minus, tau_x=rule.tau_x, tau_y=rule.tau_y,
            A_plus=steps["A2_plus"], A_minus=steps["A2_minus"],
        )  # fmt: skip
        weight = extra.WeightDependenceAdditiveTriplet(
            **bounds, A3_plus=steps["A3_plus"], A3_minus=steps["A3_minus"]
        )
    elif isinstance(rule, snn.InhibitorySTDP):
        timing = extra.Vogels2011Rule(
            alpha=2e-3 * rule.rate * rule.tau, tau=rule.tau, A_plus=rule.eta, A_minus=rule.eta
        )
        weight = sim.AdditiveWeightDependence(**bounds)
    else:
        nearest = isinstance(rule, snn.NearestPairSTDP)
        kind = extra.SpikeNearestPairRule if nearest else sim.SpikePairRule
        timing = kind(tau_plus=rule.tau_plus, tau_minus=rule.tau_minus,
                      A_plus=rule.A_plus, A_minus=rule.A_minus)  # fmt: skip
        additive = isinstance(getattr(rule, "dependence", snn.Additive()), snn.Additive)
        name = "AdditiveWeightDependence" if additive else "MultiplicativeWeightDependence"
        weight = getattr(sim, name)(**bounds)
    return sim.STDPMechanism(timing_dependence=timing, weight_dependence=weight)
