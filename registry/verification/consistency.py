"""Hold everything that is stored against everything else: credentials, lists, log, audit chain.

1. the audit chain holds, event by event;
2. each credential's bytes have their digest, open with the key they name, and stand in the book;
3. each status list opens, and its newest version says what is written in the places;
4. the log's leaves lead to every checkpoint that was ever signed, and each published file is, byte
   by byte, what they make.

What is found names its place: the file and the first byte that differs, the credential, the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from credentials.encoding import sha256
from credentials.errors import CredentialError
from credentials.merkle import Checkpoint, Frontier, Tile
from credentials.merkle.notes import open_checkpoint
from credentials.merkle.tiles import HEIGHT, WIDTH, pack_entries
from credentials.status import bitstring
from credentials.verify import OFFLINE, Report, verify
from registry.awards.models import Award
from registry.common.audit import broken_links
from registry.common.errors import DomainError
from registry.ledger import selectors as ledger
from registry.ledger.models import LogCheckpoint, LogHead
from registry.statuses.models import StatusList
from registry.statuses.selectors import url_of
from registry.verification.sources import RegistrySources

_DOOR = ("envelope", "structure", "key", "proof")


@dataclass(frozen=True)
class Fault:
    """Something that doesn't fit: what, where, and in what way."""

    what: str
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.what} {self.place}: {self.detail}"


def check_everything(*, at: datetime) -> Iterator[Fault]:
    """Every fault that is found, as it is found; none for a registry that is whole."""
    for sequence in broken_links():  # 1
        yield Fault("audit event", str(sequence), "the chain doesn't hold here")
    yield from _awards()  # 2
    yield from _lists(at)  # 3
    try:
        yield from _log()  # 4
    except DomainError as error:
        yield Fault("log", "files", error.message)


# 2
def _awards() -> Iterator[Fault]:
    sources = RegistrySources()
    rows = Award.objects.filter(state=Award.State.ISSUED).order_by("pk")
    for award in rows.iterator(chunk_size=200):
        raw, place = bytes(award.secured or b""), str(award.pk)
        if sha256(raw) != bytes(award.digest or b""):
            yield Fault("credential", place, "its bytes aren't those of its digest")
            continue
        report = verify(raw, sources=sources, at=award.issued_at, policy=OFFLINE)
        if report.credential is None:
            yield Fault("credential", place, f"it doesn't open: {_first(report)}")
        elif report.credential.get("id") != f"urn:uuid:{award.pk}":
            yield Fault("credential", place, "its bytes are another credential's")
        if not ledger.is_entered(award.pk, bytes(award.digest or b"")):
            yield Fault("credential", place, "the book has no entry of it, or its salt was erased")


def _first(report: Report) -> str:
    bad = next(f for f in report.findings if f.check in _DOOR and f.outcome != "PASSED")
    return bad.code


# 3
def _lists(at: datetime) -> Iterator[Fault]:
    sources = RegistrySources()
    for row in StatusList.objects.select_related("institution").order_by("pk"):
        place, newest = url_of(row), row.versions.order_by("-change").first()
        if newest is None or row.change != row.signed_change:
            yield Fault("status list", place, "it waits to be signed: run manage.py publish")
            continue
        report = verify(bytes(newest.raw), sources=sources, at=newest.signed_at, policy=OFFLINE)
        if report.credential is None:
            yield Fault("status list", place, f"it doesn't open: {_first(report)}")
            continue
        if row.renew_at is not None and row.renew_at <= at:
            yield Fault("status list", place, "it ends soon and wasn't renewed")
        try:
            said = bitstring.expand(report.credential["credentialSubject"]["encodedList"])
        except (CredentialError, KeyError, TypeError) as error:
            yield Fault("status list", place, f"it isn't a list: {error}")
            continue
        yield from _compared("status list", place, _written(row), said)


def _written(row: StatusList) -> bytes:
    """The bits as they are written in the places."""
    values = dict(row.places.filter(value__gt=0).values_list("index", "value"))
    if row.purpose == StatusList.Purpose.MESSAGE:
        return bitstring.expand(bitstring.encode_values(values, size=2, length=row.length))
    return bitstring.expand(bitstring.encode(values, length=row.length))


# 4
def _log() -> Iterator[Fault]:
    head = LogHead.objects.first()
    if head is None:
        return
    checkpoints = {row.size: row for row in LogCheckpoint.objects.order_by("size").iterator()}
    frontier, tiles = Frontier(), _Tiles()
    yield from _checkpoint(checkpoints.pop(0, None), frontier)
    for leaf in ledger.leaves_between(0, head.size):
        raw = bytes(leaf)
        yield from tiles.entry(frontier.size, raw)
        for level, index, value in frontier.append(leaf.hash):
            if level % HEIGHT == 0:
                yield from tiles.node(level // HEIGHT, index, value)
        yield from _checkpoint(checkpoints.pop(frontier.size, None), frontier)
    if frontier.size != head.size or frontier.root != bytes(head.root):
        yield Fault("log", f"tree of {head.size}", "its leaves don't lead to its root")
    for size in checkpoints:
        yield Fault("checkpoint", str(size), "the log has fewer leaves")
    if head.published_size == head.size:
        yield from tiles.rest()
        newest = ledger.newest_checkpoint()
        if newest is not None:
            yield from _file("checkpoint", bytes(newest.note))


def _checkpoint(row: LogCheckpoint | None, frontier: Frontier) -> Iterator[Fault]:
    if row is None:
        return
    place = str(row.size)
    if bytes(row.root) != frontier.root:
        yield Fault("checkpoint", place, "the leaves don't lead to its root")
    try:
        found, _ = open_checkpoint(bytes(row.note), log=ledger.verifier())
    except CredentialError as error:
        yield Fault("checkpoint", place, f"its signature: {error}")
        return
    if found != Checkpoint(found.origin, row.size, bytes(row.root)):
        yield Fault("checkpoint", place, "what was signed is another size or root")


class _Tiles:
    """The files that the leaves make, each compared as soon as it is full."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, int], list[bytes]] = {}
        self._entries: tuple[int, list[bytes]] = (0, [])

    def entry(self, number: int, raw: bytes) -> Iterator[Fault]:
        index, rows = self._entries
        rows.append(raw)
        if len(rows) == WIDTH:
            yield from _file(Tile(None, index).path, pack_entries(rows))
            self._entries = (index + 1, [])

    def node(self, level: int, number: int, value: bytes) -> Iterator[Fault]:
        key = (level, number // WIDTH)
        rows = self._rows.setdefault(key, [])
        rows.append(value)
        if len(rows) == WIDTH:
            yield from _file(Tile(*key).path, b"".join(self._rows.pop(key)))

    def rest(self) -> Iterator[Fault]:
        """The tiles at the right edge, which aren't full."""
        index, rows = self._entries
        if rows:
            yield from _file(Tile(None, index, len(rows)).path, pack_entries(rows))
        for (level, number), values in self._rows.items():
            yield from _file(Tile(level, number, len(values)).path, b"".join(values))


def _file(path: str, expected: bytes) -> Iterator[Fault]:
    found = ledger.published(path)
    if found is None:
        yield Fault("file", path, "it is missing")
        return
    yield from _compared("file", path, expected, found)


def _compared(what: str, place: str, expected: bytes, found: bytes) -> Iterator[Fault]:
    if expected == found:
        return
    pairs = zip(expected, found, strict=False)
    short = min(len(expected), len(found))
    offset = next((n for n, (one, other) in enumerate(pairs) if one != other), short)
    detail = f"byte {offset} is the first that differs"
    if len(expected) != len(found):
        detail += f"; it has {len(found)} bytes and should have {len(expected)}"
    yield Fault(what, place, detail)
