"""Tiles: a log as static files (C2SP tlog-tiles).

A tile holds 256 hashes of one level in eight (8,192 bytes); a tile that isn't full yet is published
under its width. Full tiles never change, so any cache may keep them for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from credentials.errors import Malformed
from credentials.merkle.tree import HASH_BYTES, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
_MAX_LEVEL = 7
_PATH = re.compile(
    r"tile/(?P<level>[0-6]|entries)/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile. ``level`` ``None`` stands for a tile of entries; ``width`` 1 to 256."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is published: ``tile/<L>/<N>[.p/<W>]``, N in groups of three digits."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{number}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The tile of a path, written in the one way it can be. Raises ``Malformed``."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise Malformed("ledger.tile_path", "This isn't the path of a tile.")
        index = int(match["index"].replace("x", "").replace("/", ""))
        level = None if match["level"] == "entries" else int(match["level"])
        tile = cls(level, index, int(match["width"] or WIDTH))
        if tile.path != path:
            raise Malformed("ledger.tile_path", "This isn't the path of a tile.")
        return tile

    @property
    def full(self) -> Tile:
        """The same tile once it is full."""
        return Tile(self.level, self.index)


def new_tiles(before: int, after: int) -> Iterator[Tile]:
    """The hash tiles that a log of ``after`` leaves has to publish and one of ``before`` hadn't."""
    for level in range(_MAX_LEVEL):
        old, new = before >> (HEIGHT * level), after >> (HEIGHT * level)
        if new == 0:
            return
        if old == new:
            continue
        for index in range(old >> HEIGHT, (new - 1 >> HEIGHT) + 1):
            yield Tile(level, index, min(WIDTH, new - index * WIDTH))


class TileHashes:
    """Hashes of complete subtrees, read from a log's published tiles.

    ``fetch(tile)`` gives a tile's bytes. What it gives isn't believed: whoever uses these hashes
    holds the outcome against a signed root. A full tile is taken where the partial one is gone.
    """

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        self._size = size
        self._fetch = fetch
        self._tiles: dict[Tile, bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        """The hash of node ``(level, index)``. Raises ``Malformed``, and what ``fetch`` raises."""
        tile_level, inside = divmod(level, HEIGHT)
        first = index << inside
        data = self._tile(self._holding(tile_level, first))
        offset = first % WIDTH * HASH_BYTES
        row = [
            data[at : at + HASH_BYTES]
            for at in range(offset, offset + (HASH_BYTES << inside), HASH_BYTES)
        ]
        if not row or len(row[-1]) != HASH_BYTES:
            raise Malformed("ledger.tile", "The tile doesn't reach as far as the tree.")
        while len(row) > 1:
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    def _holding(self, tile_level: int, first: int) -> Tile:
        there = self._size >> (HEIGHT * tile_level)
        index = first // WIDTH
        width = min(WIDTH, there - index * WIDTH)
        if width <= 0:
            raise ValueError("The node isn't complete in this tree.")
        return Tile(tile_level, index, width)

    def _tile(self, tile: Tile) -> bytes:
        data = self._tiles.get(tile)
        if data is None:
            data = self._fetch(tile)
            if len(data) != tile.width * HASH_BYTES:
                message = f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_BYTES}."
                raise Malformed("ledger.tile", message)
            self._tiles[tile] = data
        return data


def pack_entries(entries: list[bytes]) -> bytes:
    """A tile of entries: each with its length in front, two bytes, big-endian.

    Raises ``ValueError`` for an entry of more than 65,535 bytes.
    """
    if any(len(entry) > 0xFFFF for entry in entries):
        raise ValueError("An entry has at most 65,535 bytes.")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_entries(data: bytes) -> list[bytes]:
    """The entries of a tile. Raises ``Malformed``."""
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        end = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or end > len(data):
            raise Malformed("ledger.tile", "A tile of entries is cut off.")
        entries.append(data[start:end])
        at = end
    return entries
