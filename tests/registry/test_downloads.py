"""The whole register as dated files: whole or not there, the same bytes for all who ask."""

import gzip
import hashlib
import json
import os
from datetime import timedelta

import pytest

from registry.activities import downloads
from registry.activities.changes import head
from registry.activities.publication.own import SCHEMA_ID
from registry.common.errors import NotFound
from schemas.validation import validate
from tests.conftest import AT
from tests.registry import in_turn as acts
from tests.registry.publication import elm_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings, tmp_path):
    settings.REGISTER_DIR = tmp_path / "register"
    return settings.REGISTER_DIR


def lines(download, name):
    file = next(f for f in download.files if f.format == name)
    with downloads.open_packed(download, file) as packed:
        raw = packed.read()
    assert hashlib.sha256(raw).hexdigest() == file.gzip_sha256
    plain = gzip.decompress(raw)
    assert (hashlib.sha256(plain).hexdigest(), len(plain)) == (file.sha256, file.size)
    rows = plain.decode().splitlines()
    assert len(rows) == file.lines
    return [json.loads(row) for row in rows]


def test_there_is_a_line_for_every_version_and_one_for_every_activity(world, home):
    one, two = acts.register(world), acts.register(world, "mc-ee-002")
    acts.revise(world, one, sectors=["ict"])
    acts.suspend(world, two)
    made = downloads.publish_register(at=AT)
    assert (made.activities, made.versions, made.cursor) == (2, 3, head())
    own = lines(made, "json")
    assert {(r["id"], r["version"], r["state"], r["current"]) for r in own} == {
        (str(one.pk), 1, "REGISTERED", False),
        (str(one.pk), 2, "REGISTERED", True),
        (str(two.pk), 1, "SUSPENDED", True),
    }
    assert [row["id"] for row in own] == sorted(row["id"] for row in own)
    assert [violation for row in own for violation in validate(row, SCHEMA_ID)] == []
    elm = lines(made, "elm")
    assert {row["id"].rsplit("/", 1)[1] for row in elm} == {str(one.pk), str(two.pk)}
    for row in elm:
        assert elm_check.violations(elm_check.graph_of(row)) == []


def test_a_day_is_made_once_and_stays_as_it_is(world, home):
    acts.register(world)
    made = downloads.publish_register(at=AT)
    acts.register(world, "mc-ee-002")
    assert downloads.publish_register(at=AT + timedelta(hours=1)) == made
    after = downloads.publish_register(at=AT + timedelta(days=1))
    assert after.activities == 2
    assert [d.day for d in downloads.list_downloads()] == [after.day, made.day]


def test_the_same_register_gives_the_same_bytes(world, home, settings, tmp_path):
    acts.register(world)
    made = downloads.publish_register(at=AT)
    settings.REGISTER_DIR = tmp_path / "again"
    assert downloads.publish_register(at=AT).files == made.files


def test_of_two_runs_at_once_one_stays(world, home, monkeypatch):
    acts.register(world)
    write, first = downloads._write, []

    def meanwhile(*args):
        if not first:
            first.append(None)
            first[0] = downloads.publish_register(at=AT)
        return write(*args)

    monkeypatch.setattr(downloads, "_write", meanwhile)
    assert downloads.publish_register(at=AT) == first[0]
    assert [path.name for path in home.iterdir()] == [AT.date().isoformat()]


def test_a_run_that_breaks_off_leaves_nothing_half_done(world, home, monkeypatch):
    acts.register(world)

    def fault(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(downloads, "_lines", fault)
    with pytest.raises(RuntimeError):
        downloads.publish_register(at=AT)
    assert downloads.list_downloads() == ()
    assert list(home.iterdir()) == []


def test_what_a_killed_run_left_is_swept_and_old_days_go(world, home, settings):
    settings.REGISTER_KEEP_DAYS = 2
    old = home / ".making-x"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    fresh = home / ".making-y"
    fresh.mkdir()
    now = AT.timestamp()
    os.utime(fresh, (now, now))
    for days in range(4):
        downloads.publish_register(at=AT + timedelta(days=days, hours=-1))
    assert not old.exists()
    kept = [d.day for d in downloads.list_downloads()]
    assert kept == [(AT + timedelta(days=days)).date() for days in (3, 2, 1)]


def test_no_other_file_can_be_named(world, home):
    downloads.publish_register(at=AT)
    day = AT.date().isoformat()
    assert downloads.find_file(f"register-{day}.ndjson")[1].format == "json"
    for name in ("manifest.json", "../x", f"register-{day}.csv", "register-2026-13-40.ndjson"):
        with pytest.raises(NotFound):
            downloads.find_file(name)


def test_an_empty_register_has_an_empty_download(db, home):
    made = downloads.publish_register(at=AT)
    assert (made.activities, lines(made, "json")) == (0, [])
    assert downloads.latest_download() == made


def test_drafts_and_texts_in_preparation_stay_out(world, home):
    from registry.activities import services
    from tests.conftest import activity_row

    payload, row = activity_row("mc-ee-001")
    services.create_draft(
        institution=world.institution,
        framework=row["framework"],
        route=row["route"],
        payload=payload,
        actor=world.registrar,
        at=AT,
    )
    assert downloads.publish_register(at=AT).versions == 0


def test_a_chunk_takes_the_same_few_queries_whatever_it_holds(
    world, home, django_assert_max_num_queries
):
    for _ in range(6):
        acts.register(world)
    with django_assert_max_num_queries(8):
        downloads.publish_register(at=AT)


def test_more_than_a_chunk_is_read_in_order(world, home, monkeypatch):
    from registry.activities import facts

    monkeypatch.setattr(facts, "CHUNK", 2)
    ids = [str(acts.register(world).pk) for _ in range(5)]
    made = downloads.publish_register(at=AT)
    assert [row["id"] for row in lines(made, "json")] == sorted(ids)
