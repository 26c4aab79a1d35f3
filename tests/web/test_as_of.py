"""Two answers: how it stood on a day, and how it stands now; by page, by program, by command."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credentials import cli
from registry.awards.changes import resume_suspended, suspend_award
from registry.verification.services import trust_file
from tests.conftest import AT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def kept(award, world):
    """Suspended from the 4th to the 7th of March; its lists are good today."""
    for days, act, reason in ((2, suspend_award, "complaint"), (5, resume_suspended, "cleared")):
        act(award=award, reason=reason, actor=world.issuer, at=AT + days * DAY)
    from datetime import UTC, datetime

    from registry.statuses.services import publish_status_lists

    publish_status_lists(at=datetime.now(UTC))
    return award


def ask(client, award, day=None):
    path = "/api/v1/verifications" + (f"?at={day}" if day else "")
    body = json.dumps({"credential": json.loads(bytes(award.secured))})
    return client.post(path, body, content_type="application/json")


@pytest.mark.parametrize(
    ("day", "verdict", "code"),
    [
        ("2026-03-01", "INVALID", "validity.not_yet"),
        ("2026-03-03", "VALID", "status.clear"),
        ("2026-03-04", "INVALID", "status.suspended"),
        ("2026-03-06", "INVALID", "status.suspended"),
        ("2026-03-07", "VALID", "status.clear"),
        ("2026-03-04T09:59:59Z", "VALID", "status.clear"),
        ("2026-03-04T11:00:00%2B01:00", "INVALID", "status.suspended"),
    ],
)
def test_then_and_now_by_program(kept, client, day, verdict, code):
    answer = ask(client, kept, day).json()
    assert answer["verdict"] == "VALID"
    then = answer["then"]
    assert then["verdict"] == verdict
    assert code in {finding["code"] for finding in then["findings"]}
    assert then["at"] < answer["at"]


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "2099-01-01", "2026-03-04T10:00"])
def test_days_that_cannot_be_asked_about(kept, client, day):
    answer = client.post(
        f"/api/v1/verifications?at={day}",
        json.dumps({"credential": json.loads(bytes(kept.secured))}),
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert answer.json()["params"] == {"field": "at"}


def test_without_a_day_there_is_one_answer(kept, client):
    assert "then" not in ask(client, kept).json()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_by_page(kept, client, language):
    file = SimpleUploadedFile("c.json", bytes(kept.secured))
    page = client.post(
        "/verify", {"file": file, "at": "2026-03-04"}, HTTP_ACCEPT_LANGUAGE=language
    ).content.decode()
    assert page.count('class="verdict') == 2
    assert page.index("verdict-INVALID") < page.index("verdict-VALID")
    assert "2026-03-04 23:59:59" in page
    assert page.count('id="verdict"') == page.count('id="thenverdict"') == 1
    text = {"text": bytes(kept.secured).decode(), "at": "2099-01-01"}
    refused = client.post("/verify", text).content.decode()
    assert 'role="alert"' in refused
    assert "verdict-" not in refused


def test_by_command(award, world, tmp_path, capsys):
    (tmp_path / "c.json").write_bytes(bytes(award.secured))
    (tmp_path / "trust.json").write_text(json.dumps(trust_file()))
    words = ["verify", str(tmp_path / "c.json"), "--trust", str(tmp_path / "trust.json")]
    words += ["--at", "2026-03-10T00:00:00Z"]
    for day, code, then in (("2026-03-05", 0, "VALID"), ("2026-03-01", 1, "INVALID")):
        assert cli.main([*words, "--then", day]) == code
        said = capsys.readouterr().out
        assert said.startswith(f"THEN, by what is known now:\n{then} at {day}T23:59:59Z")
        assert "NOW:\nVALID at 2026-03-10T00:00:00Z" in said
        assert cli.main([*words, "--then", day, "--json"]) == code
        both = json.loads(capsys.readouterr().out)
        assert (both["then"]["verdict"], both["now"]["verdict"]) == (then, "VALID")
    for day in ("2026-03-11", "x", "2026-02-30"):
        assert cli.main([*words, "--then", day]) == cli.USAGE
