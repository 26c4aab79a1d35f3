"""A monitor's folder: the log as it was seen, and every checkpoint that was ever seen.

``log.key``, ``checkpoints/<size>-<root>``, ``tile/<level>/<index>`` and ``tile/entries/<index>``,
``last.json``, ``alarms.jsonl`` and ``evidence/``. A tile grows in its place; what stands in it
beyond the newest checkpoint isn't believed. A checkpoint is written after the tiles it covers: a
crash leaves the state before.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from credentials.encoding import parse_json
from credentials.errors import CredentialError, InvalidProof, Malformed
from credentials.merkle import (
    EMPTY_ROOT,
    Checkpoint,
    NoteVerifier,
    Tile,
    TileHashes,
    leaf_hash,
    new_tiles,
    node_hash,
    root_hash,
)
from credentials.merkle.notes import open_checkpoint
from credentials.merkle.tiles import WIDTH, unpack_entries
from credentials.merkle.tree import HASH_BYTES
from credentials.monitor.alarms import Alarm


@dataclass(frozen=True, slots=True)
class Last:
    """When the monitor last saw the log well, and of what size it was."""

    at: datetime
    size: int


class Mirror:
    """The folder of one log. Raises ``Malformed`` (``monitor.state``) where it was damaged."""

    def __init__(self, root: Path, log: NoteVerifier) -> None:
        self._root, self.log = root, log
        root.mkdir(parents=True, exist_ok=True)
        known = self._read("log.key")
        if known is None:
            self._write("log.key", f"{log}\n".encode())
        elif known.decode("ascii", "replace").strip() != str(log):
            raise _damaged("This folder watches a log with another key.")

    @contextmanager
    def held(self) -> Iterator[None]:
        """One look at a time. Raises ``Malformed`` while another monitor uses the folder."""
        with (self._root / "lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise _damaged("Another monitor is using this folder.") from error
            yield

    @property
    def size(self) -> int:
        """That of the newest checkpoint, 0 before the first. It is checked against the tiles."""
        names = sorted(path.name for path in (self._root / "checkpoints").glob("[0-9]*"))
        return self._checkpoint(names[-1]).size if names else 0

    def checkpoints(self) -> list[Checkpoint]:
        """All that were seen and found right, by size. Each is checked against the tiles here."""
        names = sorted(path.name for path in (self._root / "checkpoints").glob("[0-9]*"))
        return [self._checkpoint(name) for name in names]

    def _checkpoint(self, name: str) -> Checkpoint:
        try:
            raw = self._read(f"checkpoints/{name}") or b""
            checkpoint, _ = open_checkpoint(raw, log=self.log)
            if self.root_at(checkpoint.size) != checkpoint.root:
                raise InvalidProof("monitor.state", "It isn't the root of the tiles here.")
        except CredentialError as error:
            raise _damaged(f"checkpoints/{name}: {error}") from error
        return checkpoint

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries, as they were seen."""
        return root_hash(size, self.hashes(size).read) if size else EMPTY_ROOT

    def hashes(self, size: int) -> TileHashes:
        """The hashes of the tree of that size."""
        return TileHashes(size, self.tile)

    def tile(self, tile: Tile) -> bytes:
        """A hash tile as it was seen, at the width asked for."""
        data = self._read(tile.full.path) or b""
        if len(data) < tile.width * HASH_BYTES:
            raise _damaged(f"{tile.path} isn't here.")
        return data[: tile.width * HASH_BYTES]

    def entries(self, tile: Tile) -> list[bytes]:
        """The entries of a tile as they were seen, at the width asked for."""
        try:
            rows = unpack_entries(self._read(tile.full.path) or b"")
        except Malformed as error:
            raise _damaged(f"{tile.path}: {error}") from error
        if len(rows) < tile.width:
            raise _damaged(f"{tile.path} isn't here.")
        return rows[: tile.width]

    def check(self, size: int) -> None:
        """Hold every tile of the first ``size`` entries against the entries themselves."""
        for tile in new_tiles(0, size):
            if tile.level == 0:
                rows = self.entries(Tile(None, tile.index, tile.width))
                expected = b"".join(map(leaf_hash, rows))
            else:
                first, below = tile.index * WIDTH, (tile.level or 0) - 1
                numbers = range(first, first + tile.width)
                expected = b"".join(_top(self.tile(Tile(below, n))) for n in numbers)
            if self.tile(tile) != expected:
                raise _damaged(f"{tile.path} was changed in this folder.")

    @property
    def last(self) -> Last | None:
        """The last look, ``None`` before the first."""
        raw = self._read("last.json")
        if raw is None:
            return None
        try:
            value = parse_json(raw)
            return Last(datetime.fromisoformat(value["at"]), int(value["size"]))
        except (CredentialError, KeyError, TypeError, ValueError) as error:
            raise _damaged("last.json can't be read.") from error

    def keep_tile(self, tile: Tile, data: bytes) -> None:
        """Keep a tile under the name of the full one."""
        self._write(tile.full.path, data)

    def keep_checkpoint(self, note: bytes, checkpoint: Checkpoint, at: datetime) -> None:
        """A checkpoint that was found right, after its tiles were kept."""
        name = f"checkpoints/{checkpoint.size:019d}-{checkpoint.root.hex()[:16]}"
        if self._read(name) is None:
            self._write(name, note)
        last = {"at": at.isoformat(), "size": checkpoint.size}
        self._write("last.json", json.dumps(last).encode())

    def keep_alarms(self, alarms: list[Alarm], evidence: bytes, at: datetime) -> None:
        """What was wrong, and the checkpoint that the log signed for it: it can't be denied."""
        if not alarms:
            return
        name = f"evidence/{at.strftime('%Y%m%dT%H%M%S%fZ')}"
        self._write(name, evidence)
        with (self._root / "alarms.jsonl").open("a", encoding="utf-8") as file:
            for alarm in alarms:
                row = {"at": at.isoformat(), "code": alarm.code, "detail": alarm.detail}
                file.write(json.dumps({**row, **alarm.params, "evidence": name}) + "\n")

    def keep_cosigned(self, note: bytes) -> None:
        """The newest checkpoint with our cosignature, for whoever collects them."""
        self._write("cosigned", note)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def _write(self, name: str, data: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


def _top(data: bytes) -> bytes:
    row = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def _damaged(message: str) -> Malformed:
    return Malformed("monitor.state", message)
