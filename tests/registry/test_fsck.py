"""``fsck``: a whole registry passes; whatever is changed anywhere is found and named."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from registry.awards.changes import revoke_award
from registry.awards.models import Award
from registry.common.models import AuditEvent
from registry.ledger.models import LedgerSalt, LogCheckpoint, LogHead, LogLeaf
from registry.ledger.services import append_entry, publish_checkpoint
from registry.statuses.models import SignedList, StatusPlace
from registry.statuses.services import publish_status_lists, set_values
from registry.verification.consistency import check_everything
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def faults(at=AT + HOUR):
    return [str(fault) for fault in check_everything(at=at)]


@pytest.fixture
def whole(world, registered, ledger_folder):
    """Two credentials, one revoked, 300 more entries, all published."""
    first, second = acts.award(world, registered), acts.award(world, registered)
    revoke_award(award=second, reason="misconduct", actor=world.issuer, at=AT)
    for n in range(300):
        append_entry(kind="activity", payload_digest=bytes([n % 256]) * 32, subject_id=n, at=AT)
    publish_checkpoint(at=AT)
    append_entry(kind="activity", payload_digest=bytes(32), subject_id="x", at=AT)
    publish_checkpoint(at=AT)
    assert faults() == []
    return first


def tamper(model, pk, **values):
    """Change a row behind the triggers' back, as whoever owns the database can."""
    table, key = model._meta.db_table, model._meta.pk.column
    names = list(values)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for end in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only_{end}")
        sets = ", ".join(f'"{name}" = %s' for name in names)
        value = model._meta.pk.get_db_prep_value(pk, connection)
        cursor.execute(f'UPDATE {table} SET {sets} WHERE "{key}" = %s', [*values.values(), value])


def test_a_changed_credential(whole):
    raw = bytearray(whole.secured)
    raw[100] ^= 1
    tamper(Award, whole.pk, secured=bytes(raw))
    assert faults() == [f"credential {whole.pk}: its bytes aren't those of its digest"]


def test_a_changed_credential_with_its_digest(whole):
    from credentials.encoding import sha256

    raw = bytes(whole.secured).replace(b'"grade"', b'"grade"').replace(b"Sukmawati", b"Sukmawatj")
    tamper(Award, whole.pk, secured=raw, digest=sha256(raw))
    assert faults() == [
        f"credential {whole.pk}: it doesn't open: proof.invalid_signature",
        f"credential {whole.pk}: the book has no entry of it, or its salt was erased",
    ]


def test_anothers_bytes(whole):
    other = Award.objects.exclude(pk=whole.pk).get()
    tamper(Award, whole.pk, secured=bytes(other.secured), digest=bytes(other.digest))
    assert f"credential {whole.pk}: its bytes are another credential's" in faults()


def test_an_erased_salt_is_told(whole):
    LedgerSalt.objects.filter(subject_id=str(whole.pk)).delete()
    assert faults() == [
        f"credential {whole.pk}: the book has no entry of it, or its salt was erased"
    ]


def test_a_bit_that_was_changed_in_the_places(whole):
    place = StatusPlace.objects.get(subject_id=whole.pk, list__purpose="revocation")
    tamper(StatusPlace, place.pk, value=1)
    (found,) = faults()
    assert found.startswith(
        "status list http://localhost:8000/institutions/kalda/status/revocation/1"
    )
    assert f"byte {place.index // 8} is the first that differs" in found


def test_a_list_that_was_changed_waits_or_ends(whole):
    row = SignedList.objects.filter(list__purpose="suspension").get()
    tamper(SignedList, row.pk, raw=bytes(row.raw).replace(b"suspension", b"revocation"))
    assert any("it doesn't open: proof." in fault for fault in faults())
    set_values(subjects=[whole.pk], values={"refresh": 1})
    assert any("refresh/1: it waits to be signed" in fault for fault in faults())
    publish_status_lists(at=AT + HOUR)
    assert any("it ends soon" in fault for fault in faults(at=AT + timedelta(days=20)))


def test_a_changed_tile_and_the_first_byte_that_differs(whole, ledger_folder):
    path = ledger_folder / "tile/0/000"
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(bytes(data))
    assert faults() == ["file tile/0/000: byte 1000 is the first that differs"]
    path.write_bytes(bytes(data[:99]))
    assert faults() == [
        "file tile/0/000: byte 99 is the first that differs; it has 99 bytes and should have 8192"
    ]
    path.unlink()
    assert faults() == ["file tile/0/000: it is missing"]


@pytest.mark.parametrize("kind", ["entries", "0", "1"])
def test_the_edge_of_the_log_and_its_checkpoint(whole, ledger_folder, kind):
    width = LogHead.objects.get().size - 256 if kind != "1" else 1
    path = ledger_folder / f"tile/{kind}" / (f"001.p/{width}" if kind != "1" else "000.p/1")
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    (found,) = faults()
    assert "byte 0 is the first that differs" in found
    (ledger_folder / "checkpoint").write_bytes(b"x")
    assert any(fault.startswith("file checkpoint: byte 0") for fault in faults())


def test_a_changed_leaf_leads_to_no_checkpoint(whole):
    later = datetime(2030, 1, 1, tzinfo=UTC)
    tamper(LogLeaf, 3, integrated_at=later)
    found = faults()
    assert any(fault.startswith("checkpoint ") for fault in found)
    assert any(fault.startswith("log tree of") for fault in found)
    assert any(fault.startswith("file tile/entries/000: byte ") for fault in found)


def test_a_changed_checkpoint(whole):
    row = LogCheckpoint.objects.order_by("-size").first()
    tamper(LogCheckpoint, row.pk, note=bytes(row.note).replace(b"\n\n", b"\nx\n\n"))
    assert any("its signature" in fault for fault in faults())
    tamper(LogCheckpoint, row.pk, note=bytes(row.note), root=bytes(32))
    assert any("doesn't" in fault or "don't lead" in fault for fault in faults())


def test_a_changed_audit_event(whole):
    event = AuditEvent.objects.order_by("sequence")[3]
    tamper(AuditEvent, event.pk, actor_name="somebody else")
    assert f"audit event {event.sequence}: the chain doesn't hold here" in faults()


def test_the_command(whole, ledger_folder):
    publish_status_lists(at=datetime.now(UTC))
    out = io.StringIO()
    call_command("fsck", stdout=out)
    assert out.getvalue() == "Everything fits together.\n"
    (ledger_folder / "tile/0/000").unlink()
    with pytest.raises(SystemExit) as ended:
        call_command("fsck", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().endswith("file tile/0/000: it is missing\n1 faults\n")


def test_an_empty_registry_is_whole(db):
    assert faults() == []
