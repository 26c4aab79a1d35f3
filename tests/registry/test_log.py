"""The log: what waits is published, whatever fails on the way, and nothing is published twice."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from credentials.encoding import b64url_decode, sha256
from credentials.errors import Malformed
from credentials.merkle import (
    EMPTY_ROOT,
    Tile,
    TileHashes,
    consistency_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
)
from credentials.merkle.leaves import Leaf, salted
from credentials.merkle.notes import open_checkpoint
from credentials.merkle.tiles import unpack_entries
from registry.common.errors import NotFound, StateConflict
from registry.ledger import selectors, services
from registry.ledger.models import LogCheckpoint, LogHead, LogLeaf, PendingEntry
from registry.ledger.storage import FolderStorage, LedgerStorageUnavailable
from tests.conftest import AT


@pytest.fixture
def files(ledger_folder):
    return FolderStorage(ledger_folder)


def enter(count, start=0):
    for n in range(start, start + count):
        services.append_entry(
            kind="award", payload_digest=sha256(b"%d" % n), subject_id=f"subject {n}", at=AT
        )


def publish(files, minutes=0):
    return services.publish_checkpoint(at=AT + timedelta(minutes=minutes), to=files)


def check_log(files):
    """Recompute the whole log from its public files; returns its leaves."""
    checkpoint, _ = open_checkpoint(files.get("checkpoint"), log=selectors.verifier())
    leaves = []
    for index in range(-(-checkpoint.size // 256)):
        width = min(256, checkpoint.size - index * 256)
        leaves += unpack_entries(files.get(Tile(None, index, width).path))
    read = TileHashes(checkpoint.size, lambda tile: files.get(tile.path)).read
    assert root_hash(checkpoint.size, read) == checkpoint.root
    assert [read(0, n) for n in range(checkpoint.size)] == [leaf_hash(leaf) for leaf in leaves]
    return [Leaf.parse(leaf) for leaf in leaves]


def test_an_empty_log_has_a_checkpoint(db, files):
    assert publish(files).root == EMPTY_ROOT
    assert check_log(files) == []


def test_what_waits_is_published_in_order_and_once(db, files):
    enter(3)
    assert publish(files).size == 3
    enter(300, start=3)
    second = publish(files, 1)
    assert second.size == 303
    leaves = check_log(files)
    assert [leaf.entered for leaf in leaves] == sorted(leaf.entered for leaf in leaves)
    assert publish(files, 2) == second
    assert not PendingEntry.objects.exists()
    assert LogLeaf.objects.count() == 303
    assert [row.size for row in LogCheckpoint.objects.order_by("size")] == [0, 3, 303]


def test_more_than_one_round_holds_is_published_all_the_same(db, files, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 100)
    enter(257)
    assert publish(files).size == 257
    check_log(files)


def test_every_checkpoint_continues_the_one_before(db, files):
    seen = []
    for number in range(6):
        enter(97, start=97 * number)
        seen.append(publish(files, number))
    last = seen[-1]
    read = TileHashes(last.size, lambda tile: files.get(tile.path)).read
    for one in seen:
        verify_consistency(
            first=one.size,
            first_root=one.root,
            second=last.size,
            second_root=last.root,
            proof=consistency_proof(one.size, last.size, read),
        )


def test_an_act_has_a_proof_that_needs_nobody(db, files):
    enter(5)
    digest = sha256(b"3")
    with pytest.raises(NotFound):
        selectors.proof_file("subject 3", digest)
    publish(files)
    proof = selectors.proof_file("subject 3", digest)
    extra = json.loads(proof.extra)
    entered = salted(b64url_decode(extra.pop("salt")), digest)
    (leaf,) = [leaf for leaf in check_log(files) if leaf.digest == entered]
    assert (extra["act"], leaf.act) == ("award", "award")
    assert proof.verify(leaf.hash, log=selectors.verifier()).size == 5
    with pytest.raises(NotFound):
        selectors.proof_file("subject 3", sha256(b"other"))


def test_an_erased_salt_leaves_the_log_whole_and_says_nothing(db, files):
    from registry.ledger.models import LedgerSalt

    enter(5)
    publish(files)
    LedgerSalt.objects.filter(subject_id="subject 3").delete()
    with pytest.raises(NotFound):
        selectors.proof_file("subject 3", sha256(b"3"))
    assert len(check_log(files)) == 5
    enter(1, start=5)
    assert publish(files, 1).size == 6


class Faulty:
    """A storage whose ``at``-th write fails: not stored, or stored but answered with an error."""

    def __init__(self, files, at, *, stored):
        self.files, self.at, self.stored = files, at, stored

    def get(self, path):
        return self.files.get(path)

    def put(self, path, data):
        self.at -= 1
        if self.at == 0:
            if self.stored:
                self.files.put(path, data)
            raise LedgerStorageUnavailable("the disk is full")
        self.files.put(path, data)


@pytest.mark.parametrize("stored", [False, True], ids=["not stored", "stored but failed"])
@pytest.mark.parametrize("write", range(1, 6))
def test_a_failed_write_is_made_good_by_the_next_round(db, files, write, stored):
    enter(255)
    first = publish(files)
    enter(2, start=255)
    with pytest.raises(LedgerStorageUnavailable):
        publish(Faulty(files, write, stored=stored), 1)
    assert len(check_log(files)) in (255, 257)
    enter(1, start=257)
    last = publish(files, 2)
    leaves = check_log(files)
    assert len(leaves) == last.size == 258
    assert len({leaf.digest for leaf in leaves}) == 258
    read = TileHashes(258, lambda tile: files.get(tile.path)).read
    proof = consistency_proof(255, 258, read)
    verify_consistency(
        first=255, first_root=first.root, second=258, second_root=last.root, proof=proof
    )


def test_a_writer_that_was_held_up_puts_no_older_checkpoint_over_a_newer_one(db, files):
    enter(2)
    publish(files)
    newest = files.get("checkpoint")
    services._show_checkpoint(files, 0, AT)
    assert files.get("checkpoint") == newest


def test_the_log_refuses_a_clock_that_went_back(db, files):
    enter(1)
    publish(files, 10)
    enter(1, start=1)
    with pytest.raises(services.ClockWentBack):
        publish(files, 5)
    assert publish(files, 10).size == 2


def test_files_of_another_log_are_refused(db, files, tmp_path):
    enter(300)
    publish(files)
    path = tmp_path / "ledger" / "tile/0/001.p/44"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    enter(1, start=300)
    with pytest.raises(StateConflict):
        publish(files, 1)
    assert PendingEntry.objects.count() == 1


def test_lost_files_stop_the_log_and_lose_nothing(db, files, tmp_path):
    enter(3)
    publish(files)
    (tmp_path / "ledger" / "tile/0/000.p/3").unlink()
    enter(1, start=3)
    with pytest.raises(LedgerStorageUnavailable):
        publish(files, 1)
    assert PendingEntry.objects.count() == 1


def test_one_size_has_one_root_for_ever(db, files):
    enter(3)
    publish(files)
    LogHead.objects.update(root=bytes(32))
    LogHead.objects.update(published_size=0)
    with pytest.raises(StateConflict):
        publish(files, 1)


@pytest.mark.parametrize("model", [LogLeaf, LogCheckpoint])
def test_leaves_and_checkpoints_cannot_be_changed(db, files, model):
    enter(1)
    publish(files)
    row = model.objects.order_by("-pk").first()
    for act in (
        row.delete,
        lambda: model.objects.filter(pk=row.pk).update(**{model._meta.pk.name: 99}),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            act()


def test_a_leaf_is_read_in_its_one_form(db):
    leaf = Leaf("award", AT, bytes(32), AT)
    raw = bytes(leaf)
    assert Leaf.parse(raw) == leaf
    for bad in (raw + b" ", b"{}", b"[]", raw[:-1], b"\xff", raw.replace(b"Z", b"+00:00")):
        with pytest.raises(Malformed):
            Leaf.parse(bad)
