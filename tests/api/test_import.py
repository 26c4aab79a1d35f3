"""A table of activities by program: judged whole, told cell by cell, and made all or none."""

import hashlib

import pytest
from django.core.files.base import ContentFile

from registry.activities.models import Activity
from registry.activities.sheets import MAX_BYTES
from tests.api.callers import ok, refused
from tests.registry.test_imports import example, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(calls):
    def send(raw, **more):
        form = {
            "institution": "kalda",
            "framework": "ee-estqf",
            "route": "mikrokvalifikatsioon",
            "file": ContentFile(raw, "table.csv"),
        }
        return calls["registrar"].call("post", "/api/v1/activities/import", form | more)

    return send


def test_a_table_becomes_drafts_or_submissions(send):
    raw = sheet_of(example("One"), example("Two"))
    told = ok(send(raw), 201)
    assert [(row["title"], row["state"]) for row in told["activities"]] == [
        ("One", "DRAFT"),
        ("Two", "DRAFT"),
    ]
    assert told["digest"] == hashlib.sha256(raw).hexdigest()
    assert (told["rows"], told["acceptable"], told["problems_untold"]) == (2, True, 0)
    again = ok(send(sheet_of(example("Three")), submit="true"), 201)
    assert [row["state"] for row in again["activities"]] == ["SUBMITTED"]


def test_a_dry_run_makes_nothing(send):
    told = ok(send(sheet_of(example("One")), dry_run="true"))
    assert told["acceptable"] is True
    assert told["activities"] == []
    assert not Activity.objects.exists()


def test_each_fault_is_told_at_its_cell_and_nothing_is_made(send):
    wrong = example("Two", **{"workload.contact_hours": "many"})
    told = refused(send(sheet_of(example("One"), wrong)), 400, "import_not_acceptable")
    (fault,) = (p for p in told["problems"] if p["severity"] == "error")
    assert (fault["row"], fault["column"]) == (3, "workload.contact_hours")
    assert not Activity.objects.exists()


def test_what_isnt_a_table_is_refused(send):
    answer = send(b"PK\x03\x04 no workbook")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert send(b"x" * (MAX_BYTES + 1)).status_code in {400, 413}
    assert not Activity.objects.exists()
