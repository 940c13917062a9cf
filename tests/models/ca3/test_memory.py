"""CA3Memory against a plain dictionary, and against what is known of the paper's network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import snn
from snn.errors import SnnError, SnnWarning, ValidationError
from snn_models.ca3 import CA3Constants, CA3Memory, CA3Session, Operation
from snn_models.ca3.operations import answers, expected, wrong

SETS = {"published": "spinnaker", "exact": "exact"}
each_set = pytest.mark.parametrize("constants", SETS)


def fired(result: snn.Result, label: str) -> dict[int, list[int]]:
    """Return the neurons that fired, by the ms."""
    found: dict[int, list[int]] = {}
    spikes = result[label]
    for time, neuron in zip(spikes.times, spikes.neurons, strict=True):
        found.setdefault(int(time + 1e-6), []).append(int(neuron))
    return found


def run(operations: Iterable[Operation], constants: str = "published", **options: str):
    memory = CA3Memory(5, 10, constants)
    net, given = memory.network(list(operations)), {"numerics": SETS[constants], **options}
    return net, snn.run(net, 120.0, **given)


def test_sizes_are_those_of_the_paper() -> None:
    for c, n in ((5, 10), (16, 6)):
        net = CA3Memory(c, n).network()
        inside = [p for p in net.populations if p.label not in ("IN", "OUT")]
        assert len(inside) == 8
        assert sum(p.size for p in inside) == 3 * c + 4 * n + 1
        ends = {q.label: {getattr(s, "population", s).label for s in (q.pre, q.post)}
                for q in net.projections}  # fmt: skip
        assert sum("OUT" not in own for own in ends.values()) == 16
        inner = [q for q in net.projections if not ends[q.label] & {"IN", "OUT"}]
        compiled = snn.compile_network(net)
        counts = {q.label: q.synapses for q in compiled.projections}
        plastic = {q.label for q in net.projections if q.synapse.rules}
        assert sum(counts[label] for label in plastic) == 2 * c * n
        static = sum(counts[q.label] for q in inner if q.label not in plastic)
        assert static == 2 * c * (c - 1) + c * n + 3 * c + 6 * n


def test_a_learn_passes_the_columns_as_recorded() -> None:
    """Times of the first learn of experiment 1, from the published description of the data."""
    _, found = run([Operation(time=0.0, cue=0, content=(0, 1, 8, 9))])
    bits = [0, 1, 8, 9]
    for label, times, neurons in (
        ("IN", (0, 1, 2), [0, 5, 6, 13, 14]), ("CA3cueCueRecall", (1, 3), [0]),
        ("CA3contCueRecall", (1, 3), bits), ("CA3contCond", (2, 4), bits),
        ("CA3contCondInt", (2, 4), [0]), ("CA3cueContRecall", (3, 5), [0]),
        ("CA3contContRecall", (3, 5), bits), ("CA3MergeCue", (4, 6), [0]),
        ("CA3MergeCont", (4, 6), bits), ("OUT", (5, 7), [0, 5, 6, 13, 14]),
    ):  # fmt: skip
        assert fired(found, label) == dict.fromkeys(times, neurons), label


def test_the_answers_leave_when_the_paper_says() -> None:
    learned = [Operation(time=0.0, cue=3, content=(1, 5))]
    asked = [Operation(time=30.0, cue=3), Operation(time=60.0, content=(5,))]
    _, found = run(learned + asked)
    out = fired(found, "OUT")
    assert {t: out[t] for t in out if t > 20} == {35: [3], 36: [6, 10], 65: [10], 66: [3]}
    assert not [t for t in fired(found, "CA3contCond") if 30 <= t < 60]


@each_set
@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_both_engines_answer(constants: str, backend: str) -> None:
    done = [Operation(time=1.0, cue=0, content=(0, 1)), Operation(time=31.0, cue=2, content=(1,)),
            Operation(time=61.0, content=(1,)), Operation(time=91.0, cue=0)]  # fmt: skip
    _, found = run(done, constants, backend=backend)
    given = answers(found, done, 5)
    assert (given[2].cues, given[3].content) == ((0, 2), (0, 1))


def random_operations(seed: int, spacing: float, length: int = 80) -> list[Operation]:
    """Return learns (which overwrite), and recalls by a cue or by one bit, held or not."""
    rng, made, held = np.random.default_rng(seed), [], [0]
    for k in range(length):
        time, kind = 1.0 + spacing * k, rng.integers(3)
        cue, bit = int(rng.integers(5)), int(rng.integers(10))
        if kind == 0 or k == 0:
            cue = 0 if k == 0 else cue
            content = tuple(map(int, np.flatnonzero(rng.random(10) < 0.4))) or (bit,)
            made.append(Operation(time=time, cue=cue, content=content))
            held.append(cue)
        elif kind == 1:
            made.append(Operation(time=time, cue=int(rng.choice(held))))
        else:
            made.append(Operation(time=time, content=(bit,)))
    return made


def test_the_exact_constants_never_err_at_their_safe_spacing() -> None:
    memory = CA3Memory(5, 10, "exact")
    for seed in range(6):
        done = random_operations(seed, memory.values.safe_ms)
        found = snn.run(memory.network(done), done[-1].time + 20.0)
        assert sum(wrong(done, answers(found, done, 5))) == 0


def test_the_published_constants_fail_in_the_order_of_exact() -> None:
    """The recall by content does; and `check` says so beforehand."""
    done = [Operation(time=1.0, cue=0, content=(0, 1)), Operation(time=31.0, content=(1,)),
            Operation(time=61.0, cue=0)]  # fmt: skip
    net, found = run(done, numerics="exact")
    assert sum(wrong(done, answers(found, done, 5))) == 1
    warned = [f for f in snn.check(net.copy(), backend="cpu").warnings if f.topic == "numerics"]
    assert [f.component for f in warned] == ["CA3"]
    assert "constants='exact'" in warned[0].cure
    board = snn.check(net.copy(), backend="spinnaker")
    assert not [f for f in board.findings if f.topic == "numerics"]


@pytest.mark.parametrize("backend", ["cpu", "reference", "nest", "brian2"])
def test_check_says_so_for_every_simulator_of_that_order(backend: str) -> None:
    """For none of them with the constants that were made for it."""
    for constants, count in (("published", 1), ("exact", 0)):
        found = snn.check(CA3Memory(5, 10, constants).network(), backend=backend).findings
        said = [f for f in found if f.topic == "numerics" and f.component == "CA3"]
        assert len(said) == count


def test_expected_answers_of_a_plain_dictionary() -> None:
    done = [Operation(time=0.0, cue=1, content=(2,)), Operation(time=1.0, content=(2, 3)),
            Operation(time=2.0, cue=1, content=(2,), forgets=True),
            Operation(time=3.0, cue=1), Operation(time=4.0, content=(2,))]  # fmt: skip
    found = [(a.cues, a.content) for a in expected(done)]
    assert found[1] == ((1,), (2, 3))
    assert found[3:] == [((1,), ()), ((), (2,))]


@each_set
def test_learn_recall_overwrite_forget(constants: str) -> None:
    with CA3Memory(5, 10, constants).on("cpu") as m:
        m.learn(cue=3, content=[1, 5, 9])
        m.learn(cue=0, content=[5, 6])
        assert (m.recall(content=[5]), m.recall(cue=3)) == ((0, 3), (1, 5, 9))
        m.learn(cue=3, content=[2, 9])
        assert (m.recall(content=[5]), m.recall(cue=3)) == ((0,), (2, 9))
        assert m.forget(cue=3) == (2, 9)
        assert (m.recall(cue=3), m.recall(content=[9]), m.recall(cue=0)) == ((), (), (5, 6))
        assert m.forget(cue=3) == ()
        m.learn(cue=3, content=[9])
        assert m.recall(content=[9]) == (3,)


@each_set
def test_a_saved_memory_goes_on_as_if_nothing_had_been(constants: str, tmp_path: Path) -> None:
    file = tmp_path / "memory.snn"
    with CA3Memory(4, 6, constants).on("cpu") as m:
        m.learn(cue=1, content=[0, 3])
        m.save(file)
        m.learn(cue=2, content=[3])
        first = m.recall(content=[3])
        weights = m.simulation.weights(m.simulation.network.projections[-5]).weight
    again = CA3Session.load(file)
    again.learn(cue=2, content=[3])
    assert again.recall(content=[3]) == first == (1, 2)
    other = again.simulation.weights(again.simulation.network.projections[-5]).weight
    np.testing.assert_array_equal(other, weights)


def test_damaged_memory_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "memory.snn"
    file.write_bytes(b"no memory")
    with pytest.raises(SnnError, match="is not a whole memory file"):
        CA3Session.load(file)
    with CA3Memory(2, 2).on("cpu") as m:
        m.save(file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(SnnError, match="is not a whole memory file"):
        CA3Session.load(file)


def test_as_part_of_a_larger_network() -> None:
    """Two memories in one network, the second fed by the first."""
    net = snn.Network(dt=1.0)
    times = [[0.0, 1.0, 2.0, 40.0], [], [], [0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]
    source = net.population(5, snn.SpikeArray(times=times), label="source")
    memory = CA3Memory(cues=2, contents=3)
    first, second = memory.add_to(net, "A"), memory.add_to(net, "B")
    for pre, post in ((source[:2], first.cue_in), (source[2:], first.content_in),
                      (first.cue_out, second.cue_in),
                      (first.content_out, second.content_in)):  # fmt: skip
        net.connect(pre, post, snn.OneToOne(), memory.synapse(6.0, 1.0))
    net.record(second.content_out, "spikes")
    found = fired(snn.run(net, 60.0, numerics="spinnaker"), second.content_out.label)
    assert [t for t in found if t > 40]
    assert {i for t, fired_at in found.items() if t > 40 for i in fired_at} == {1, 2}


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (Operation(time=5.0, cue=5, content=(1,)), "learn at 5 ms.cue: must be in 0..4; got 5"),
        (Operation(time=5.0, cue=-1), r"recall at 5 ms.cue: must be in 0..4; got -1"),
        (Operation(time=5.0, content=(3, 12)), r"content: must be bits in 0..9; got \[12\]"),
        (Operation(time=5.0, content=(3, 3)), "content: must name each bit once"),
        (Operation(time=5.0), "recall at 5 ms: needs a cue or a content"),
    ],
)
def test_operations_out_of_range_are_refused(operation: Operation, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CA3Memory(5, 10).network([operation])


def test_bad_input_of_memories_and_sessions() -> None:
    with pytest.raises(ValidationError, match=r"2 problems[\s\S]*cues: must be[\s\S]*constants"):
        CA3Memory(0, 3, "own")
    memory = CA3Memory(3, 4)
    with pytest.raises(ValidationError, match="at least 9 ms, an answer's end; got 6"):
        memory.on("cpu", spacing=6.0)
    with memory.on("cpu") as m:
        with pytest.raises(ValidationError, match=r"content: needs at least one bit.*forget"):
            m.learn(cue=1, content=[])
        with pytest.raises(ValidationError, match="needs either a cue or a content"):
            m.recall(cue=1, content=[1])
        with pytest.raises(ValidationError, match=r"must be in 0..2; got 3"):
            m.recall(cue=3)


def test_haste_and_a_foreign_profile_are_warned_of() -> None:
    memory = CA3Memory(3, 4)
    with pytest.warns(SnnWarning, match="10 ms apart .* 20 ms are safe"):
        memory.on("cpu", spacing=10.0)
    with pytest.warns(SnnWarning, match="this is 'exact': run with numerics='spinnaker'"):
        memory.on("cpu", numerics="exact")


def test_operations_that_overlap_are_warned_of() -> None:
    memory = CA3Memory(5, 10)
    done = [Operation(time=0.0, cue=1, content=(2,)), Operation(time=6.0, cue=1),
            Operation(time=11.0, cue=1)]  # fmt: skip
    said = r"recall at 6 ms comes 6 ms after a learn, which takes 7 ms \(and 1 more\); 20 ms"
    with pytest.warns(SnnWarning, match=said):
        memory.network(done)
    forget = Operation(time=0.0, cue=1, content=(2,), forgets=True)
    with pytest.warns(SnnWarning, match="comes 9 ms after a forget, which takes 15 ms"):
        memory.network([forget, Operation(time=9.0, cue=1)])


def test_own_constants_are_taken() -> None:
    own = CA3Constants(inhibition=7.0)
    with CA3Memory(3, 4, own).on("cpu") as m:
        m.learn(cue=1, content=[2])
        assert m.recall(content=[2]) == (1,)


@pytest.mark.peers
@pytest.mark.parametrize("constants", SETS)
def test_nest_answers_as_exact_does(constants: str) -> None:
    """The constants for `exact` serve NEST; the published ones fail there as well."""
    done = random_operations(3, 20.0, 40)
    memory = CA3Memory(5, 10, constants)
    found = [answers(snn.run(memory.network(done), done[-1].time + 20.0, backend=backend), done, 5)
             for backend in ("cpu", "nest")]  # fmt: skip
    assert found[0] == found[1]
    assert (sum(wrong(done, found[1])) == 0) == (constants == "exact")
