"""Keys with their periods for everybody; the stop switch by page, by program and by command."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from registry.common.actors import SYSTEM
from registry.issuers import keys, selectors
from registry.issuers.models import IssuingStop
from tests.api.callers import Caller, ok, refused
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
PATH = "/institutions/kalda/keys"


def run(*words, **options):
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_everybody_sees_the_history(world, client):
    keys.rotate_signing_key(institution=world.institution, actor=SYSTEM, at=AT)
    page = client.get(PATH).content.decode()
    rows = list(selectors.list_keys(world.institution))
    assert len(rows) == 2
    for key in rows:
        assert key.public_multibase in page
    assert "retired: what it signed still counts" in page
    assert "in use" in page
    assert "Stop issuing" not in page
    listed = ok(Caller(client).get("institutions/kalda/keys"))["results"]
    assert [row["method"] for row in listed] == [key.method_id for key in rows]
    assert [row["valid_until"] is None for row in listed] == [True, False]
    assert PATH in client.get("/institutions/kalda/").content.decode()
    assert client.get("/institutions/nobody/keys").status_code == 404


@pytest.mark.parametrize("name", ["issuer", "registrar", "reviewer"])
def test_stopped_and_lifted_by_page(world, registered, client, name):
    client.login(email=f"{name}@example.org", password="pw-of-tests")
    assert "Stop issuing" in client.get(PATH).content.decode()
    answer = client.post(f"{PATH}/stop", {"reason": "A laptop is gone"}, follow=True)
    page = answer.content.decode()
    assert "Issuing is stopped." in page
    assert "A laptop is gone" in page
    with pytest.raises(Exception, match="Issuing is stopped"):
        acts.award(world, registered)
    stop = IssuingStop.objects.get()
    answer = client.post(f"{PATH}/stops/{stop.pk}/lift", follow=True)
    assert "Issuing goes on." in answer.content.decode()
    assert acts.award(world, registered).state == "ISSUED"


def test_one_key_by_page_and_the_reason_is_for_insiders(world, registered, client):
    client.login(email="issuer@example.org", password="pw-of-tests")
    (key,) = selectors.list_keys(world.institution)
    client.post(f"{PATH}/stop", {"reason": "Seen in a log", "key": key.method_id})
    assert IssuingStop.objects.get().key_id == key.pk
    client.logout()
    page = client.get(PATH).content.decode()
    assert key.method_id in page
    assert "Seen in a log" not in page


def test_strangers_stop_nothing(world, client):
    assert client.post(f"{PATH}/stop", {"reason": "x"}).status_code == 302
    client.login(email="stranger@example.org", password="pw-of-tests")
    assert client.post(f"{PATH}/stop", {"reason": "x"}).status_code == 403
    (key,) = selectors.list_keys(world.institution)
    form = {"reason": "x", "key": key.method_id}
    assert client.post("/institutions/other/keys/stop", form).status_code == 302
    assert IssuingStop.objects.get().institution_id == world.other.pk


def test_by_program(world, calls_of):
    issuer = calls_of("issuer")
    made = ok(issuer.post("issuing-stops", {"institution": "kalda", "reason": "x"}), 201)
    assert [row["id"] for row in ok(issuer.get("issuing-stops"))["results"]] == [made["id"]]
    refused(issuer.post("awards", acts_body()), 404, "not_found")
    assert issuer.post(f"issuing-stops/{made['id']}/lift").status_code == 204
    assert ok(issuer.get("issuing-stops"))["results"] == []
    both = {"institution": "kalda", "key": "did:web:x#y", "reason": "x"}
    refused(issuer.post("issuing-stops", both), 400, "bad_input")


def acts_body():
    return {
        "activity": "00000000-0000-7000-8000-000000000000",
        "recipient": {"full_name": "Ada"},
        "awarded_on": "2026-03-02",
    }


@pytest.fixture
def calls_of(client):
    return lambda name: Caller(client, f"{name}@example.org")


def test_an_award_by_program_is_told_that_it_is_stopped(world, registered, calls_of):
    run("stop", reason="Incident")
    body = acts_body() | {"activity": str(registered.pk)}
    answer = calls_of("issuer").post("awards", body)
    problem = refused(answer, 503, "issuing_stopped")
    told = {"scope": "everything", "reason": "Incident"}
    assert (problem["params"], answer["Retry-After"]) == (told, "5")


def test_by_command(world):
    assert run("stop", reason="Incident", institution="kalda").startswith("stopped: stop")
    assert "Incident (system)" in run("stop", list=True)
    assert run("stop", lift=True) == ""
    assert run("stop", lift=True, institution="kalda").startswith("lifted")
    assert run("stop", list=True) == ""
    (key,) = selectors.list_keys(world.institution)
    run("stop", key=key.method_id, reason="x")
    assert run("stop", lift=True, key=key.method_id).startswith("lifted")
    for bad in ({"institution": "nobody", "reason": "x"}, {"key": "x", "reason": "x"}, {}):
        with pytest.raises(CommandError):
            run("stop", **bad)


def test_keys_by_command(world, award):
    (old,) = selectors.list_keys(world.institution)
    assert old.method_id in run("keys", "list", "kalda")
    said = run("keys", "rotate", "kalda", "--overlap", "1")
    assert said.startswith("in use: did:web:")
    assert run("keys", "list", "kalda").count("did:web:") == 2
    since = (timezone.now() - timedelta(days=1)).isoformat()
    said = run("keys", "disown", old.method_id, "--since", since, "--reason", "Stolen")
    assert "4 status lists signed, 0 wait" in said
    assert f"1 credentials to look at:\n  {award.pk}" in said
    assert "disowned from" in run("keys", "list", "kalda")
    for words in (
        ("disown", old.method_id, "--since", "x", "--reason", "x"),
        ("disown", old.method_id, "--since", "2026-03-02T10:00:00", "--reason", "x"),
        ("disown", "nothing", "--since", since, "--reason", "x"),
        ("rotate", "nobody"),
        ("rotate", "kalda", "--overlap", "0"),
    ):
        with pytest.raises(CommandError):
            run("keys", *words)
