"""Enter an act in the book, and publish the book as a log."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from credentials.merkle import EMPTY_ROOT, Checkpoint, Frontier, Tile, new_tiles
from credentials.merkle.leaves import salted
from credentials.merkle.tiles import HEIGHT, WIDTH, pack_entries
from registry.common.errors import DomainError, Kind, StateConflict
from registry.ledger import log_key
from registry.ledger.models import (
    LedgerEntry,
    LedgerSalt,
    LogCheckpoint,
    LogHead,
    LogLeaf,
    PendingEntry,
)
from registry.ledger.selectors import leaves_between
from registry.ledger.storage import Storage, fetch_tile, hashes_of, storage

LOG = "log"
BATCH = 20_000
"""Entries that one round takes in: bounds memory and the time that the head is locked."""


class ClockWentBack(DomainError):
    """The clock stands before the log's last round: nothing is signed until it is right again."""

    kind = Kind.UNAVAILABLE
    code = "ledger_clock_went_back"


@transaction.atomic
def append_entry(*, kind: str, payload_digest: bytes, subject_id: object, at: datetime) -> int:
    """Append H(salt ‖ digest of the act's facts); returns the entry's sequence number.

    ``payload_digest`` is SHA-256, 32 bytes. The 32 random bytes of salt stand in a row of their
    own that can be erased (GDPR; EDPB 02/2025), the entry can't.
    """
    salt = secrets.token_bytes(32)
    digest = salted(salt, payload_digest)
    entry = LedgerEntry.objects.create(kind=kind, digest=digest, entered_at=at)
    LedgerSalt.objects.create(entry=entry, salt=salt, subject_id=str(subject_id))
    PendingEntry.objects.create(entry=entry)
    return entry.sequence


def publish_checkpoint(*, at: datetime, to: Storage | None = None) -> Checkpoint:
    """Publish what was decided and not yet published, then everything that waits.

    1. Write the files of the decided tree: a crash after step 3 left them undone.
    2. Lock the head: of two writers one waits, and finds nothing left to do.
    3. Give every waiting entry its place; decide size and root in the same transaction.
    4. Write tiles, sign the checkpoint, publish it: the same code as step 1.

    Safe to run twice and at once. Raises ``ClockWentBack``, ``LedgerStorageUnavailable``,
    ``LedgerKeyUnavailable``, ``StateConflict`` (the files are another log's).
    """
    files = storage() if to is None else to
    LogHead.objects.get_or_create(
        name=LOG, defaults={"size": 0, "root": EMPTY_ROOT, "published_size": 0}
    )
    checkpoint = _publish(files, at)
    while _integrate(files, at):
        checkpoint = _publish(files, at)
    return checkpoint


@transaction.atomic
def _integrate(files: Storage, at: datetime) -> bool:
    """Steps 2 and 3. Returns whether the tree grew; then it waits to be published."""
    head = LogHead.objects.select_for_update().get(name=LOG)
    if head.decided_at is not None and at < head.decided_at:
        message = "The clock stands before %(moment)s, the log's last round."
        raise ClockWentBack(message, params={"moment": head.decided_at.isoformat()})
    if head.published_size != head.size:
        # Another writer decided and hasn't published: its files are needed to go on.
        return True
    waiting = PendingEntry.objects.select_for_update().order_by("pk")[:BATCH]
    entries = [row.entry for row in waiting.select_related("entry")]
    if not entries:
        return False
    rows = [
        LogLeaf(index=head.size + n, entry=entry, integrated_at=at)
        for n, entry in enumerate(entries)
    ]
    LogLeaf.objects.bulk_create(rows, batch_size=2_000)
    PendingEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    frontier = _frontier(head.size, bytes(head.root), files)
    for leaf in leaves_between(head.size, head.size + len(rows)):
        for _node in frontier.append(leaf.hash):
            pass
    head.size, head.root, head.decided_at = frontier.size, frontier.root, at
    head.save()
    return True


def _publish(files: Storage, at: datetime) -> Checkpoint:
    """Step 4: bring the files to the decided tree. Every write may be repeated."""
    head = LogHead.objects.get(name=LOG)
    if head.published_size < head.size:
        _write_tiles(files, head.published_size, head.size, bytes(head.root))
    return _show_checkpoint(files, head.size, at)


@transaction.atomic
def _show_checkpoint(files: Storage, size: int, at: datetime) -> Checkpoint:
    """Sign and publish the checkpoint of a tree whose tiles are written.

    One small file is written while the head is locked, on purpose: a writer that was held up must
    not put an older checkpoint over a newer one.
    """
    head, signer = LogHead.objects.select_for_update().get(name=LOG), log_key.signer()
    checkpoint = Checkpoint(signer.name, head.size, bytes(head.root))
    if head.size != size or LogCheckpoint.objects.filter(pk=size, root=head.root).exists():
        return checkpoint
    note = bytes(signer.sign(checkpoint.text))
    row, made = LogCheckpoint.objects.get_or_create(
        size=size, defaults={"root": head.root, "note": note, "signed_at": at}
    )
    if not made:
        raise StateConflict("Another tree of this size was signed before: the log is forked.")
    # A crash after this line: shown, and the row is lost. The next round makes the same bytes.
    files.put("checkpoint", bytes(row.note))
    LogHead.objects.filter(name=LOG).update(published_size=size)
    return checkpoint


def _frontier(size: int, root: bytes, files: Storage) -> Frontier:
    # The files aren't trusted: built on a changed tile, the log would fork itself.
    frontier = Frontier.at(size, hashes_of(size, files).read)
    if frontier.root != root:
        raise StateConflict("The log's files don't lead to its root: they were changed.")
    return frontier


def _write_tiles(files: Storage, before: int, after: int, root: bytes) -> None:
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = Frontier.at(before, hashes_of(before, files).read)
    for leaf in leaves_between(before, after):
        for level, index, value in frontier.append(leaf.hash):
            if level % HEIGHT == 0:
                nodes[level, index] = value
    if frontier.root != root:
        raise StateConflict("The log's files don't lead to the decided root: they are another's.")
    for tile in new_tiles(before, after):
        files.put(tile.path, _tile_bytes(tile, before, nodes, files))
    for index in range(before // WIDTH, -(-after // WIDTH)):
        start, end = index * WIDTH, min(after, (index + 1) * WIDTH)
        packed = pack_entries([bytes(leaf) for leaf in leaves_between(start, end)])
        files.put(Tile(None, index, end - start).path, packed)


def _tile_bytes(
    tile: Tile, before: int, nodes: dict[tuple[int, int], bytes], files: Storage
) -> bytes:
    """A tile's bytes: what it held when it was narrower, then the new hashes."""
    level = tile.level or 0
    start = tile.index * WIDTH
    there = min(max((before >> (HEIGHT * level)) - start, 0), tile.width)
    old = fetch_tile(files, Tile(level, tile.index, there)) if there else b""
    new = [nodes[level * HEIGHT, start + n] for n in range(there, tile.width)]
    return old + b"".join(new)
