"""A table at the provider's desk: looked at, mended, taken in; and given out again."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from registry.activities.models import Activity
from registry.activities.sheets import MAX_BYTES, read_sheet
from tests.registry import acts
from tests.registry.test_imports import example, sheet_of
from tests.web.forms import Page

pytestmark = pytest.mark.django_db
ROUTE = {"route": "ee-estqf/mikrokvalifikatsioon"}


@pytest.fixture
def registrar(client, world):
    client.login(email="registrar@example.org", password="pw-of-tests")
    return client


def look(client, raw, name="table.csv"):
    return client.post("/desk/import", {**ROUTE, "act": "preview", "file": ContentFile(raw, name)})


def go_on(client, answer, act):
    """What the page's own second form sends, with one of its buttons."""
    page = Page(answer.content.decode())
    form = next(form for form in page.forms if ("act", act) in form["buttons"])
    return client.post("/desk/import", {**dict(form["fields"]), "act": act})


def test_every_fault_of_every_row_is_shown_at_once_and_nothing_is_made(registrar):
    wrong = [
        example("One", **{"workload.contact_hours": "many"}),
        example("Two", **{"title.en": "", "title.et": ""}),
        example("Three"),
        example("Three"),
    ]
    answer = look(registrar, sheet_of(*wrong, header=[*example("One"), "colour"]))
    text = answer.content.decode()
    assert answer.status_code == 200
    for words in ("workload.contact_hours", "colour", "Row 4 has this title too"):
        assert words in text, words
    assert ("act", "draft") not in [b for f in Page(text).forms for b in f["buttons"]]
    assert not Activity.objects.exists()


@pytest.mark.parametrize(("act", "state"), [("draft", "DRAFT"), ("submit", "SUBMITTED")])
def test_a_good_table_is_looked_at_and_then_taken_in(registrar, act, state):
    answer = look(registrar, sheet_of(example("One"), example("Two")))
    assert "One" in answer.content.decode()
    assert not Activity.objects.exists()
    done = go_on(registrar, answer, act)
    assert (done.status_code, done["Location"]) == (302, "/desk/")
    titles = {row.payload["title"]["en"]: row.state for row in Activity.objects.all()}
    assert titles == {"One": state, "Two": state}
    assert "2" in registrar.get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"", "empty.csv"), (b"PK\x03\x04 nothing", "x.xlsx"), (b"\xd0\xcf\x11\xe0", "old.xls")],
)
def test_what_is_no_table_is_refused_in_words(registrar, raw, name):
    answer = look(registrar, raw, name)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Activity.objects.exists()


def test_a_file_that_is_too_large_is_refused(registrar):
    assert look(registrar, b"x" * (MAX_BYTES + 1)).status_code in {400, 413}


@pytest.mark.parametrize("carried", ["", "nonsense", "eJw=", "x" * 2_000_000])
def test_what_the_second_step_carries_may_have_been_changed(registrar, carried):
    answer = registrar.post("/desk/import", {**ROUTE, "act": "draft", "carried": carried})
    assert answer.status_code in {400, 413}
    assert not Activity.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_given_out_can_be_taken_in_again(world, registrar, kind):
    acts.draft(world)
    asked = {**ROUTE, "form": kind}
    answer = registrar.get("/desk/export", asked)
    raw = b"".join(answer) if answer.streaming else answer.content
    assert "attachment" in answer["Content-Disposition"]
    sheet = read_sheet(raw)
    assert len(sheet.rows) == 1
    Activity.objects.all().delete()
    done = go_on(registrar, look(registrar, raw, f"table.{kind}"), "draft")
    assert done.status_code == 302
    assert Activity.objects.count() == 1


def test_the_empty_table_names_the_columns(registrar):
    asked = {**ROUTE, "form": "csv", "language": "et"}
    header = registrar.get("/desk/import/template", asked).content.decode("utf-8-sig").split(",")
    assert {"title.et", "title.en", "workload.contact_hours"} <= {name.strip() for name in header}
    workbook = registrar.get("/desk/import/template", asked | {"form": "xlsx"}).content
    assert zipfile.is_zipfile(io.BytesIO(workbook))


def test_only_a_registrar_takes_tables_in(client, world):
    client.login(email="issuer@example.org", password="pw-of-tests")
    answer = look(client, sheet_of(example("One")))
    assert answer.status_code in {400, 403}
    assert not Activity.objects.exists()
