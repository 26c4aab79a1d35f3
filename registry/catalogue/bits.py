"""Sets of small numbers as Python integers: bit *n* is set when *n* is in the set.

``&``, ``|`` and ``bit_count`` over 200,000 bits take microseconds and are exact. In the database a
set is cut into blocks of 32,768 numbers; a block is a list of two-byte numbers while that is
shorter, and a bitmap of 4,096 bytes otherwise (as in Chambi et al., "Better bitmap performance
with Roaring bitmaps", 2016, section 2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

BLOCK = 32_768
"""Numbers in a block."""
_BYTES = BLOCK // 8
_EMPTY = bytes(_BYTES)
_TRUTH = bytes.maketrans(b"01", b"\0\1")
_FEW = 64


def pack(places: Sequence[int]) -> bytes:
    """A block, from the ascending places (0 to 32,767) that are set in it."""
    if len(places) * 2 < _BYTES:
        return struct.pack(f"<{len(places)}H", *places)
    bits = bytearray(_BYTES)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def with_place(block: bytes, place: int) -> bytes:
    """The block with one more place, which is higher than all that were set in order."""
    if len(block) == _BYTES:
        bits = bytearray(block)
        bits[place >> 3] |= 1 << (place & 7)
        return bytes(bits)
    places = struct.unpack(f"<{len(block) // 2}H", block)
    return block if place in places else pack(sorted((*places, place)))


def union(rows: Iterable[tuple[int, bytes]]) -> int:
    """The set that blocks make together; each row is a block's index and its bytes."""
    blocks: dict[int, bytes | bytearray] = {}
    for index, raw in rows:
        held = blocks.get(index)
        if len(raw) == _BYTES:
            blocks[index] = raw if held is None else _either(held, raw)
        else:
            bits = bytearray(held or _BYTES) if not isinstance(held, bytearray) else held
            for place in struct.unpack(f"<{len(raw) // 2}H", raw):
                bits[place >> 3] |= 1 << (place & 7)
            blocks[index] = bits
    pieces = (blocks.get(index, _EMPTY) for index in range(max(blocks, default=-1) + 1))
    return int.from_bytes(b"".join(pieces), "little")


def _either(held: bytes | bytearray, raw: bytes) -> bytes:
    both = int.from_bytes(held, "little") | int.from_bytes(raw, "little")
    return both.to_bytes(_BYTES, "little")


def has(bits: int, number: int) -> bool:
    """Whether the number is in the set."""
    return bool(bits >> number & 1)


def flags(bits: int, size: int) -> bytes:
    """One byte, 0 or 1, for each number below ``size``."""
    return format(bits, "b")[::-1].encode().translate(_TRUTH).ljust(size, b"\0")


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the set, ascending."""
    if bits.bit_count() <= _FEW:
        while bits:
            low = bits & -bits
            yield low.bit_length() - 1
            bits ^= low
    else:
        size = bits.bit_length()
        yield from compress(range(size), flags(bits, size))


class Sums:
    """A small whole number for each number of the sets, held as one set for each binary digit."""

    def __init__(self) -> None:
        self._digits: list[int] = []

    def add(self, bits: int, amount: int) -> None:
        """Add ``amount`` to every number in the set: a ripple-carry adder, all at once."""
        place = 0
        while amount >> place:
            if amount >> place & 1:
                self._carry(bits, place)
            place += 1

    def _carry(self, bits: int, place: int) -> None:
        while bits:
            while len(self._digits) <= place:
                self._digits.append(0)
            held = self._digits[place]
            self._digits[place] = held ^ bits
            bits, place = held & bits, place + 1

    def classes(self, bits: int) -> Iterator[tuple[int, int]]:
        """The set cut by sum, the highest sum first: pairs of sum and set, none empty."""
        yield from self._descend(bits, len(self._digits) - 1, 0)

    def _descend(self, bits: int, place: int, total: int) -> Iterator[tuple[int, int]]:
        if not bits:
            return
        if place < 0:
            yield total, bits
            return
        high = bits & self._digits[place]
        yield from self._descend(high, place - 1, total | 1 << place)
        yield from self._descend(bits ^ high, place - 1, total)
