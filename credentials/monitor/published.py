"""The log's published files, read and held against what they must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from credentials.errors import Malformed, NotFound
from credentials.merkle import Tile
from credentials.merkle.tiles import WIDTH, pack_entries, unpack_entries
from credentials.merkle.tree import HASH_BYTES
from credentials.monitor.alarms import Alarm


class Files(Protocol):
    """The log's published files."""

    def get(self, path: str) -> bytes:
        """The bytes at ``checkpoint``, ``tile/…``. Raises ``NotFound``, ``SourceUnavailable``."""


def entries(files: Files, tile: Tile) -> list[bytes]:
    """A published tile of entries, cut to its width where only the full one is there.

    Raises ``NotFound`` where it is missing or isn't one.
    """
    try:
        rows = unpack_entries(_tile(files, tile))
    except Malformed as error:
        raise NotFound("monitor.tile_missing", f"{tile.path}: {error}") from error
    if len(rows) < tile.width:
        raise NotFound("monitor.tile_missing", f"{tile.path} has {len(rows)} entries.")
    return rows[: tile.width]


def differs(files: Files, tile: Tile, expected: bytes) -> Alarm | None:
    """An alarm if a published tile isn't what it must be."""
    params = {"tile": tile.path}
    try:
        shown = _tile(files, tile)
        if tile.level is None:
            shown = pack_entries(unpack_entries(shown)[: tile.width])
    except NotFound:
        return Alarm("monitor.tile_missing", f"{tile.path} is gone.", params)
    except Malformed:
        shown = b""
    if tile.level is not None:
        # Only where the full tile stands in for a partial one that was cleared away.
        shown = shown[: tile.width * HASH_BYTES] if len(shown) == WIDTH * HASH_BYTES else shown
    if shown == expected:
        return None
    detail = f"{tile.path} isn't what the signed tree says."
    return Alarm("monitor.tile_rewritten", detail, params)


def tiles_of(size: int) -> Sequence[Tile]:
    """The tiles of entries of a log of that size."""
    count = -(-size // WIDTH)
    return [Tile(None, index, min(WIDTH, size - index * WIDTH)) for index in range(count)]


def _tile(files: Files, tile: Tile) -> bytes:
    """A tile's bytes, or those of the full one where the partial one was cleared away."""
    try:
        return files.get(tile.path)
    except NotFound:
        if tile.width == WIDTH:
            raise
        return files.get(tile.full.path)
