"""One look at a log, held against all that was seen before.

1. the checkpoint is the log's own                       monitor.not_signed
2. it fits every checkpoint ever seen                    monitor.split_view, .went_back
3. every new entry is read; with them, what was seen     monitor.dropped, .inserted, .reordered,
   before leads to the root that the log signed          .forked, .not_an_entry
4. tiles seen before are still what they were            monitor.tile_rewritten, .tile_missing
5. no entry is dated where it can't be                   monitor.backdated, .postdated,
                                                         .out_of_order
6. only then it is kept, and cosigned where asked for

What contradicts history isn't kept, so that each further look cries out again; the log's signature
on it is kept as evidence.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from credentials.errors import CredentialError, Malformed, NotFound
from credentials.merkle import Checkpoint, Cosigner, Frontier, Note, ProofFile, Tile, leaf_hash
from credentials.merkle.leaves import Leaf
from credentials.merkle.notes import open_checkpoint
from credentials.merkle.tiles import HEIGHT, WIDTH, new_tiles, pack_entries
from credentials.monitor.alarms import Alarm, Found
from credentials.monitor.dates import TOLERANCE, Dates
from credentials.monitor.mirror import Mirror
from credentials.monitor.published import Files, differs, entries, tiles_of

RECHECKED: Final = 256
"""Tiles seen before that are fetched again at each look; all where there are no more."""


@dataclass(frozen=True)
class Look:
    """What came of a look. ``notes`` are worth reading and no alarm."""

    checkpoint: Checkpoint | None
    alarms: tuple[Alarm, ...]
    notes: tuple[str, ...] = ()
    new_entries: int = 0
    cosigned: bytes | None = None


class _Contradicted(Exception):
    """The log doesn't continue what was seen; what is wrong stands in ``Found``."""


def look(
    files: Files,
    mirror: Mirror,
    *,
    at: datetime,
    witness: Cosigner | None = None,
    recheck: int | None = RECHECKED,
    tolerance: timedelta = TOLERANCE,
) -> Look:
    """Look once; ``at`` is the monitor's own clock.

    ``recheck`` is how many of the tiles seen before are fetched again; ``None`` means all of them,
    and then the folder's own checkpoints are all checked, too. ``witness`` cosigns what was found
    without an alarm. Raises ``SourceUnavailable`` where the log can't be reached, ``Malformed``
    (``monitor.state``) where the monitor's own folder was damaged.
    """
    found = Found()
    with mirror.held():
        note = _checkpoint_file(files)
        try:
            checkpoint = _signed(note, mirror, found)  # 1
        except _Contradicted:
            mirror.keep_alarms(found.alarms, note, at)
            return Look(None, tuple(found.alarms))
        try:
            _fits(checkpoint, mirror, found)  # 2
            last = mirror.last
            dates = Dates(found, at, last.at if last else None, tolerance)
            before = _Reading(files, mirror, checkpoint, found).extend(dates)  # 3, 5
            files_differ = list(_recheck(files, mirror, before, checkpoint.size, recheck))  # 4
            if files_differ or recheck is None:
                # Before anybody is accused: is it our own copy that was changed?
                mirror.check(checkpoint.size)
                mirror.checkpoints()
            found.alarms += files_differ
        except _Contradicted:
            mirror.keep_alarms(found.alarms, note, at)
            return Look(checkpoint, tuple(found.alarms), tuple(found.notes))
        mirror.keep_alarms(found.alarms, note, at)
        mirror.keep_checkpoint(note, checkpoint, at)  # 6
        cosigned = None
        if witness is not None and not found.alarms:
            cosigned = bytes(witness.cosign(Note.parse(note), int(at.timestamp())))
            mirror.keep_cosigned(cosigned)
    alarms, notes = tuple(found.alarms), tuple(found.notes)
    return Look(checkpoint, alarms, notes, found.entries, cosigned)


def compare(raw: bytes, mirror: Mirror) -> Alarm | None:
    """Hold a checkpoint that somebody else saw, or a proof file with one, against our own view.

    ``None`` where both are of one log, as far as we have seen it. Raises ``Malformed``,
    ``InvalidProof`` where it isn't a checkpoint of this log.
    """
    with suppress(Malformed):
        raw = ProofFile.parse(raw).checkpoint
    checkpoint, _ = open_checkpoint(raw, log=mirror.log)
    newest = mirror.size
    if checkpoint.size > newest:
        message = (
            f"It is of {checkpoint.size} entries, and only {newest} were seen here: look again."
        )
        raise Malformed("monitor.not_seen_yet", message)
    if mirror.root_at(checkpoint.size) == checkpoint.root:
        return None
    detail = f"Somebody else was shown another log of {checkpoint.size} entries."
    return Alarm("monitor.split_view", detail, {"size": str(checkpoint.size)})


def _checkpoint_file(files: Files) -> bytes:
    try:
        return files.get("checkpoint")
    except NotFound as error:
        raise Malformed("monitor.no_log", "There is no log at this address.") from error


# 1
def _signed(note: bytes, mirror: Mirror, found: Found) -> Checkpoint:
    try:
        checkpoint, _ = open_checkpoint(note, log=mirror.log)
    except CredentialError as error:
        found.cry("monitor.not_signed", f"The checkpoint isn't this log's: {error}")
        raise _Contradicted from error
    return checkpoint


# 2
def _fits(checkpoint: Checkpoint, mirror: Mirror, found: Found) -> None:
    newest = mirror.size
    size = str(checkpoint.size)
    if checkpoint.size > newest:
        return
    if mirror.root_at(checkpoint.size) != checkpoint.root:
        detail = f"The log signed two different trees of {size} entries."
        found.cry("monitor.split_view", detail, size=size)
        raise _Contradicted
    if checkpoint.size < newest:
        detail = f"The log shows {size} entries, and has shown {newest}."
        found.cry("monitor.went_back", detail, size=size, seen=str(newest))
        raise _Contradicted


# 4
def _recheck(
    files: Files, mirror: Mirror, before: int, size: int, count: int | None
) -> Iterator[Alarm]:
    """All that is new, and ``count`` of the tiles that were seen before, chosen by lot."""
    every = [*new_tiles(0, size), *tiles_of(size)]
    new = {*new_tiles(before, size), *tiles_of(size)[before // WIDTH :]}
    old = [tile for tile in every if tile not in new]
    chosen = old if count is None or len(old) <= count else random.SystemRandom().sample(old, count)
    for tile in every:
        if tile not in new and tile not in chosen:
            continue
        kept = pack_entries(mirror.entries(tile)) if tile.level is None else mirror.tile(tile)
        alarm = differs(files, tile, kept)
        if alarm is not None:
            yield alarm


# 3, 5
class _Reading:
    """Entries from the newest checkpoint on, put onto the tree that was seen."""

    def __init__(self, files: Files, mirror: Mirror, checkpoint: Checkpoint, found: Found) -> None:
        self._files, self._mirror, self._found = files, mirror, found
        self._checkpoint = checkpoint
        self._before = mirror.size
        self._tiles: dict[tuple[int, int], bytearray] = {}

    def extend(self, dates: Dates) -> int:
        """Read, check and keep what is new; returns how many entries were there before."""
        after, before = self._checkpoint.size, self._before
        if after == before:
            return before
        frontier = Frontier.at(before, self._mirror.hashes(before).read)
        dates.previous = self._entered_before()
        try:
            for index, raw in self._new_entries():
                self._put(frontier, raw)
                dates.see(index, self._leaf(index, raw))
        except NotFound as error:
            self._found.cry("monitor.tile_missing", f"The log doesn't show its entries: {error}")
            raise _Contradicted from error
        if frontier.root != self._checkpoint.root:
            self._say_what_changed()
            raise _Contradicted
        self._found.entries = after - before
        dates.report()
        for (level, number), data in self._tiles.items():
            self._mirror.keep_tile(Tile(level, number), bytes(data))
        return before

    def _new_entries(self) -> Iterator[tuple[int, bytes]]:
        """Each new entry with its number; the tile they stand in is kept as it goes."""
        before, after = self._before, self._checkpoint.size
        for index in range(before // WIDTH, -(-after // WIDTH)):
            start, width = index * WIDTH, min(WIDTH, after - index * WIDTH)
            rows = entries(self._files, Tile(None, index, width))
            old = max(before - start, 0)
            if old and rows[:old] != self._mirror.entries(Tile(None, index, old)):
                self._say_what_changed()
                raise _Contradicted
            self._mirror.keep_tile(Tile(None, index), pack_entries(rows))
            yield from enumerate(rows[old:], start + old)

    def _put(self, frontier: Frontier, raw: bytes) -> None:
        for level, number, value in frontier.append(leaf_hash(raw)):
            if level % HEIGHT:
                continue
            key = (level // HEIGHT, number // WIDTH)
            if key not in self._tiles:
                there = number % WIDTH
                seen = self._mirror.tile(Tile(*key, there)) if there else b""
                self._tiles[key] = bytearray(seen)
            self._tiles[key] += value

    def _leaf(self, index: int, raw: bytes) -> Leaf | None:
        try:
            return Leaf.parse(raw)
        except Malformed as error:
            self._found.cry("monitor.not_an_entry", f"Entry {index}: {error}", index=str(index))
            return None

    def _entered_before(self) -> datetime | None:
        if not self._before:
            return None
        tile = Tile(None, (self._before - 1) // WIDTH, (self._before - 1) % WIDTH + 1)
        return Leaf.parse(self._mirror.entries(tile)[-1]).entered

    def _say_what_changed(self) -> None:
        """Which entry is the first that isn't what it was, and what became of it."""
        old = [row for tile in tiles_of(self._before) for row in self._mirror.entries(tile)]
        new: list[bytes] = []
        try:
            for tile in tiles_of(self._checkpoint.size):
                new += entries(self._files, tile)
        except CredentialError:
            self._found.notes.append("Not all entries could be read.")
        pairs = enumerate(zip(old, new, strict=False))
        index = next((n for n, (was, now) in pairs if was != now), len(new))
        if index >= len(old):
            detail = "The entries don't lead to the root that the log signed."
            self._found.cry("monitor.forked", detail, size=str(self._checkpoint.size))
            return
        if old[index] not in new:
            code, became = "monitor.dropped", "is gone"
        elif new[index] not in old:
            code, became = "monitor.inserted", "was moved behind one that wasn't there"
        else:
            code, became = "monitor.reordered", "stands in another place"
        detail = f"Entry {index} {became}; it was {_text(old[index])}."
        self._found.cry(code, detail, index=str(index), was=_text(old[index]))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")[:300]
