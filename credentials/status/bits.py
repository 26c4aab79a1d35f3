"""Bits in a row: packed and read in either order, and inflated within bounds.

Bitstring Status List 1.0 numbers bits from the left (the most significant bit of byte 0 is index
0), the Token Status List from the right (the least significant). A reader that mixes them up
reads another person's status, so the order is an argument that nobody can leave out.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from credentials.errors import Malformed

MAX_BITS: Final = 2**26
"""What a list may hold once it is inflated: 2^26 entries of one bit, 8 MiB."""
_CHUNK: Final = 64 * 1024


class Order(Enum):
    """Where index 0 lies in a byte."""

    LEFT = "most significant bit first"
    RIGHT = "least significant bit first"


class Container(Enum):
    """What a list is compressed in; the value is zlib's window size for it."""

    GZIP = 31
    """RFC 1952."""
    ZLIB = 15
    """RFC 1950."""


def inflate(data: bytes, container: Container) -> bytes:
    """The bytes in a compressed list. Raises ``Malformed`` (``status.list_malformed``).

    Stops as soon as there is more than ``MAX_BITS``, so that a bomb costs no more than a list.
    One stream, ended, with nothing behind it: what is after the end another reader might read.
    """
    stream = zlib.decompressobj(container.value)
    parts: list[bytes] = []
    size, rest = 0, data
    try:
        while not stream.eof:
            part = stream.decompress(rest, _CHUNK)
            rest = stream.unconsumed_tail
            size += len(part)
            if size * 8 > MAX_BITS:
                raise _malformed(f"The list holds more than {MAX_BITS:,} bits.")
            if not part and not rest and not stream.eof:
                raise _malformed("The compressed list is cut off.")
            parts.append(part)
    except zlib.error as error:
        raise _malformed("The list isn't compressed as it says.") from error
    if stream.unused_data:
        raise _malformed("Something stands behind the compressed list.")
    return b"".join(parts)


def deflate(data: bytes, container: Container) -> bytes:
    """``data`` compressed; the same bytes for the same bits, whenever it is done.

    Few bits set far apart are runs of zeros: looking for runs alone gives a list as small as the
    best search does, in a hundredth of the time. A gzip header made here carries no date.
    """
    stream = zlib.compressobj(9, zlib.DEFLATED, container.value, 8, zlib.Z_RLE)
    return stream.compress(data) + stream.flush()


def pack_set(indices: Iterable[int], length: int, order: Order) -> bytes:
    """``length`` one-bit entries, of which ``indices`` are 1. Raises ``ValueError`` out of range.

    ``length`` is a multiple of 8. An index may stand there twice.
    """
    _check(length, bits=1)
    values = bytearray(length)
    try:
        # Through an array: it refuses negative numbers, which would count from the end and set
        # somebody else's bit, and reading it is quicker than reading objects all over the memory.
        for index in array("I", indices):
            values[index] = 1
    except (IndexError, OverflowError) as error:
        raise ValueError("an index lies outside the list") from error
    return pack(values, 1, order)


def pack_values(values: Mapping[int, int], length: int, bits: int, order: Order) -> bytes:
    """``length`` entries of ``bits`` (1, 2, 4 or 8) each, 0 where ``values`` says nothing."""
    _check(length, bits)
    row = bytearray(length)
    for index, value in values.items():
        if not (0 <= index < length and 0 <= value < 1 << bits):
            raise ValueError(f"{value} at {index} doesn't fit a list of {length} x {bits} bits")
        row[index] = value
    return pack(row, bits, order)


def pack(values: bytes | bytearray, bits: int, order: Order) -> bytes:
    """One byte an entry → ``bits`` (1, 2, 4 or 8) an entry; every value fits."""
    lanes = 8 // bits
    packed = 0
    for lane in range(lanes):
        place = lanes - 1 - lane if order is Order.LEFT else lane
        # A whole lane at once, as one large number: nothing overlaps, each value fits its bits.
        packed |= int.from_bytes(values[lane::lanes], "big") << (place * bits)
    return packed.to_bytes(len(values) // lanes, "big")


def read(data: bytes, index: int, bits: int, order: Order) -> int:
    """Entry number ``index`` of ``data``. Raises ``Malformed`` (``status.out_of_range``).

    From the right, ``bits`` divides 8. From the left it may be any size: the first bit read is
    the most significant (Bitstring Status List 1.0, section 3.2, step 11).
    """
    start = index * bits
    if index < 0 or start + bits > len(data) * 8:
        message = f"The list has no entry {index}; it ends at {len(data) * 8 // bits - 1}."
        raise Malformed("status.out_of_range", message)
    first, last = start // 8, (start + bits - 1) // 8
    window = int.from_bytes(data[first : last + 1], "big")
    shift = (last + 1) * 8 - start - bits if order is Order.LEFT else start % 8
    return window >> shift & (1 << bits) - 1


def _check(length: int, bits: int) -> None:
    if bits not in (1, 2, 4, 8):
        raise ValueError("an entry has 1, 2, 4 or 8 bits")
    if length <= 0 or length % 8 or length * bits > MAX_BITS:
        raise ValueError(f"a list has a multiple of 8 entries, {MAX_BITS:,} bits at most")


def _malformed(message: str) -> Malformed:
    return Malformed("status.list_malformed", message)
