"""The little CBOR that a proof value needs, read strictly.

RFC 8949, major types 0 (unsigned integer), 2 (byte string), 4 (array) and 5 (map) with definite
lengths, in the one deterministic form (section 4.2.1: shortest heads; no key twice). Everything
else (tags, text, floats, indefinite lengths) is refused: no proof value holds it, and what two
readers could understand differently has no place under a signature.
"""

from __future__ import annotations

from typing import Final

from credentials.errors import Malformed

CBOR = int | bytes | list["CBOR"] | dict["CBOR", "CBOR"]
MAX_DEPTH: Final = 3
MAX_ITEMS: Final = 4096
"""Items of all arrays and maps together."""


def decode(data: bytes) -> CBOR:
    """The one item that ``data`` holds. Raises ``Malformed`` (``encoding.cbor``)."""
    reader = _Reader(data)
    value = reader.item(MAX_DEPTH)
    if reader.place != len(data):
        raise _malformed("Something stands behind the value.")
    return value


class _Reader:
    __slots__ = ("data", "items", "place")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.items = 0

    def item(self, depth: int) -> CBOR:
        major, argument = self._head()
        if major == 0:
            return argument
        if major == 2:
            return self._take(argument)
        if depth == 0:
            raise _malformed("It nests too deep.")
        # Counted before they are read: a head of nine bytes can promise 2^64 items.
        self.items += argument
        if self.items > MAX_ITEMS:
            raise _malformed(f"It holds more than {MAX_ITEMS:,} items.")
        if major == 4:
            return [self.item(depth - 1) for _ in range(argument)]
        return self._map(argument, depth - 1)

    def _map(self, count: int, depth: int) -> dict[CBOR, CBOR]:
        value: dict[CBOR, CBOR] = {}
        for _ in range(count):
            key = self.item(0)
            if key in value:
                raise _malformed("A key stands twice in a map.")
            value[key] = self.item(depth)
        return value

    def _head(self) -> tuple[int, int]:
        """Major type and argument (RFC 8949, section 3)."""
        (first,) = self._take(1)
        major, short = first >> 5, first & 31
        if major not in (0, 2, 4, 5) or short > 27:
            raise _malformed("It holds something else than numbers, bytes, arrays and maps.")
        if short < 24:
            return major, short
        length = 1 << (short - 24)
        argument = int.from_bytes(self._take(length), "big")
        if argument < (24 if length == 1 else 1 << (4 * length)):
            raise _malformed("A number is written longer than it need be.")
        return major, argument

    def _take(self, count: int) -> bytes:
        if count > len(self.data) - self.place:
            raise _malformed("It is cut off.")
        taken = self.data[self.place : self.place + count]
        self.place += count
        return taken


def _malformed(message: str) -> Malformed:
    return Malformed("encoding.cbor", f"The value can't be read as CBOR. {message}")
