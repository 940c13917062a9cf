"""Memory map and heaps of a chip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snn_spinnaker.board.errors import MemoryRangeError
from snn_spinnaker.board.heap import Heap
from snn_spinnaker.board.memory import ChipMemory

BASE, TOP, TAGS = 0x60240000, 0x60250000, 0x67900000


@pytest.fixture(scope="module")
def memory():
    return ChipMemory()


def test_both_names_of_a_memory_are_the_same_bytes(memory):
    memory.write(0x60000010, b"abcd")
    assert memory.read(0x70000010, 4) == b"abcd"
    memory.set_word(0xF5000000, 0x12345678)
    assert memory.word(0xE5000000) == 0x12345678


@pytest.mark.parametrize(
    ("address", "size"),
    [
        (0, 4), (0x68000000, 1), (0x67FFFFFF, 2), (0xE5008000, 1), (0xE5007FFE, 4),
        (0xFFFFFFFF, 1), (0x10000000, 4), (0xE1020000, 4), (0x6FFFFFFF, 256),
    ],
)  # fmt: skip
def test_outside_memory_is_refused(memory, address, size):
    with pytest.raises(MemoryRangeError, match=f"{size} bytes at"):
        memory.read(address, size)
    with pytest.raises(MemoryRangeError):
        memory.write(address, bytes(size))


def new_heap(memory):
    memory.write(TAGS, bytes(4 * 65536))
    return Heap(memory, BASE, TOP, TAGS)


def test_heap_gives_everything_back(memory):
    heap = new_heap(memory)
    before = heap.free_bytes, heap.largest_free()
    blocks = [heap.allocate(size) for size in (100, 1, 4096, 7)]
    assert len(set(blocks)) == 4
    for block in (blocks[2], blocks[0], blocks[3], blocks[1]):
        assert heap.release(block)
    assert (heap.free_bytes, heap.largest_free()) == before


def test_heap_refuses_what_does_not_fit(memory):
    heap = new_heap(memory)
    assert heap.allocate(TOP - BASE) == 0
    assert heap.allocate(0) == 0
    assert heap.allocate(heap.largest_free()) != 0
    assert heap.allocate(4) == 0


def test_a_tag_names_one_block(memory):
    heap = new_heap(memory)
    first = heap.allocate(64, tag=5, application=30)
    assert memory.word(TAGS + 4 * ((30 << 8) + 5)) == first
    assert heap.allocate(64, tag=5, application=30) == 0
    assert heap.allocate(64, tag=5, application=30, retry=True) == first
    assert heap.allocate(68, tag=5, application=30, retry=True) == 0
    assert heap.allocate(64, tag=5, application=31) != 0
    assert heap.release(first)
    assert memory.word(TAGS + 4 * ((30 << 8) + 5)) == 0


def test_releasing_an_application_leaves_the_others(memory):
    heap = new_heap(memory)
    mine = [heap.allocate(32, application=30) for _ in range(3)]
    other = heap.allocate(32, application=31)
    assert heap.release_application(30) == 3
    assert not any(heap.release(block) for block in mine)
    assert heap.release(other)


def test_releasing_nonsense_changes_nothing(memory):
    heap = new_heap(memory)
    before = heap.free_bytes
    assert not heap.release(0)
    assert not heap.release(BASE + 20)
    assert heap.free_bytes == before


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9000)), max_size=40))
def test_blocks_never_overlap(memory, steps):
    heap = new_heap(memory)
    live = {}
    for allocate, size in steps:
        if allocate or not live:
            if block := heap.allocate(size):
                live[block] = size
        else:
            block = sorted(live)[size % len(live)]
            assert heap.release(block)
            del live[block]
        used = sum((size + 3 & ~3) + 8 for size in live.values())
        # A block may keep up to eight bytes more than asked for: too few for a block of its own.
        slack = TOP - BASE - 32 - heap.free_bytes - used
        assert 0 <= slack <= 8 * len(live)
        ends = sorted((block, block + size) for block, size in live.items())
        assert all(end <= start for (_, end), (start, _) in zip(ends, ends[1:], strict=False))
