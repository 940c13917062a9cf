"""A heap in chip memory, laid out as the run-time library on the cores expects to find it.

The head is four words (first free block, first block, last block, free bytes); a block has two
words before its contents: the next block, and, while free, the next free block, else 0xffff, the
application number and the tag. Cores allocate from the same heaps, so the layout is shared with
them. Source: the fields that SpiNNMan reads back (``model/heap_element.py``).
"""

from __future__ import annotations

from snn_spinnaker.board.memory import ChipMemory

HEAD = 16
BLOCK = 8
IN_USE = 0xFFFF


class Heap:
    """One heap of a chip.

    Parameters
    ----------
    memory : ChipMemory
        Where the heap lies.
    base, top : int
        Address range that it may use.
    tags : int
        Address of the table of tagged blocks, 0 for a heap that has none.
    """

    def __init__(self, memory: ChipMemory, base: int, top: int, tags: int = 0) -> None:
        self._memory = memory
        self.base = base
        self.tags = tags
        first = base + HEAD
        last = top - BLOCK
        for offset, value in enumerate((first, first, last, last - first - BLOCK)):
            memory.set_word(base + 4 * offset, value)
        self._set_block(first, last, 0)
        self._set_block(last, 0, 0)

    def _set_block(self, block: int, following: int, free: int) -> None:
        self._memory.set_word(block, following)
        self._memory.set_word(block + 4, free)

    def _link(self, before: int, free: int) -> None:
        """Make ``free`` follow ``before`` (0: the head) in the list of free blocks."""
        self._memory.set_word(before + 4 if before else self.base, free)

    @property
    def free_bytes(self) -> int:
        """Bytes that are not allocated."""
        return self._memory.word(self.base + 12)

    def _add_free_bytes(self, count: int) -> None:
        self._memory.set_word(self.base + 12, self.free_bytes + count)

    def allocate(self, size: int, tag: int = 0, application: int = 0, retry: bool = False) -> int:
        """Return the address of a new block, 0 when there is none or the tag is taken.

        ``retry`` marks a repeated request: the block that the tag already names is then returned
        if it has the wanted size.
        """
        if size <= 0 or not 0 <= tag <= 255:
            return 0
        entry = (application << 8) + tag
        wanted = ((size + 3) & ~3) + BLOCK
        if tag and self.tags and (taken := self._memory.word(self.tags + 4 * entry)):
            same = self._memory.word(taken - BLOCK) - (taken - BLOCK) == wanted
            return taken if retry and same else 0
        return self._first_fit(wanted, entry)

    def _first_fit(self, wanted: int, entry: int) -> int:
        memory = self._memory
        before = 0
        free = memory.word(self.base)
        while free:
            end = memory.word(free)
            following_free = memory.word(free + 4)
            if free + wanted <= end:
                return self._take(before, free, wanted, entry)
            before, free = free, following_free
        return 0

    def _take(self, before: int, block: int, wanted: int, entry: int) -> int:
        memory = self._memory
        end = memory.word(block)
        following_free = memory.word(block + 4)
        rest = block + wanted
        if rest + BLOCK < end:
            self._set_block(rest, end, following_free)
            memory.set_word(block, rest)
            self._link(before, rest)
        else:
            self._link(before, following_free)
        self._add_free_bytes(-(memory.word(block) - block))
        memory.set_word(block + 4, (IN_USE << 16) + entry)
        if entry & 0xFF and self.tags:
            memory.set_word(self.tags + 4 * entry, block + BLOCK)
        return block + BLOCK

    def blocks(self) -> list[tuple[int, int, int]]:
        """Return (block, size with its head, second word) of every block, in address order."""
        found = []
        block = self._memory.word(self.base + 4)
        while following := self._memory.word(block):
            found.append((block, following - block, self._memory.word(block + 4)))
            block = following
        return found

    def release(self, address: int) -> bool:
        """Free the block with contents at an address; False if there is no such block."""
        block = address - BLOCK
        for start, size, second in self.blocks():
            if start == block and second >> 16 == IN_USE:
                self._put_back(block, size, second & 0xFFFF)
                return True
        return False

    def _put_back(self, block: int, size: int, entry: int) -> None:
        if entry & 0xFF and self.tags:
            self._memory.set_word(self.tags + 4 * entry, 0)
        self._add_free_bytes(size)
        before, following = self._free_neighbours(block)
        self._memory.set_word(block + 4, following)
        self._link(before, block)
        self._merge(block)
        if before:
            self._merge(before)

    def _free_neighbours(self, block: int) -> tuple[int, int]:
        before, free = 0, self._memory.word(self.base)
        while free and free < block:
            before, free = free, self._memory.word(free + 4)
        return before, free

    def _merge(self, block: int) -> None:
        """Join a free block with the free block right behind it, if there is one."""
        memory = self._memory
        following = memory.word(block)
        if memory.word(block + 4) == following and memory.word(following):
            memory.set_word(block, memory.word(following))
            memory.set_word(block + 4, memory.word(following + 4))

    def release_application(self, application: int) -> int:
        """Free all blocks of an application; return how many there were."""
        owned = [
            block + BLOCK
            for block, _, second in self.blocks()
            if second >> 16 == IN_USE and (second >> 8) & 0xFF == application
        ]
        for address in owned:
            self.release(address)
        return len(owned)

    def largest_free(self) -> int:
        """Return the size of the largest block that could be allocated."""
        largest = 0
        free = self._memory.word(self.base)
        while free:
            largest = max(largest, self._memory.word(free) - free - BLOCK)
            free = self._memory.word(free + 4)
        return max(largest, 0)
