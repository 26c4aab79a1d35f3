"""Status lists at their addresses: static bytes, the same for everybody, true within a minute."""

from datetime import timedelta

import pytest

from credentials.errors import NotFound
from credentials.verify import PUBLIC, verify
from registry.awards.changes import revoke_award
from registry.statuses import services
from registry.statuses.models import SignedList
from registry.verification.sources import RegistrySources
from tests.conftest import AT

pytestmark = pytest.mark.django_db
PATH = "/institutions/kalda/status/revocation/1"


def test_a_list_is_served_as_it_was_signed(award, client):
    answer = client.get(PATH)
    assert answer.content == bytes(SignedList.objects.get(list__purpose="revocation").raw)
    assert answer["Content-Type"] == "application/vc"
    assert answer["Cache-Control"] == "public, max-age=30"
    assert not {"Vary", "Content-Language", "Set-Cookie"} & set(answer.headers)
    again = client.get(PATH, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_no_get_signs_anything(award, client, django_assert_max_num_queries, monkeypatch):
    services.set_values(subjects=[award.pk], values={"revocation": 1})
    monkeypatch.setattr(services, "_publish", None)
    before = SignedList.objects.count()
    with django_assert_max_num_queries(1):
        assert client.get(PATH).status_code == 200
    assert SignedList.objects.count() == before


@pytest.mark.parametrize(
    "path",
    [
        "/institutions/kalda/status/revocation/2",
        "/institutions/kalda/status/revocation/0",
        "/institutions/kalda/status/other/1",
        "/institutions/other/status/revocation/1",
        "/institutions/nobody/status/revocation/1",
    ],
)
def test_no_such_list(award, client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


def test_a_revocation_is_seen_at_once_by_a_stranger(award, world, client):
    """Keys from the trust file's source, lists over HTTP: what any verifier does."""

    class Stranger(RegistrySources):
        def status_list(self, question):
            from credentials.verify import StatusListAnswer

            path = question.url.removeprefix("http://localhost:8000")
            answer = client.get(path)
            if answer.status_code == 404:
                raise NotFound("status.list_unavailable", path)
            return StatusListAnswer(answer.content, question.at)

    raw, etag = bytes(award.secured), client.get(PATH)["ETag"]
    assert verify(raw, sources=Stranger(), at=AT, policy=PUBLIC).verdict == "VALID"
    at = AT + timedelta(minutes=5)
    revoke_award(award=award, reason="misconduct", actor=world.issuer, at=at)
    assert verify(raw, sources=Stranger(), at=at, policy=PUBLIC).verdict == "INVALID"
    assert client.get(PATH, HTTP_IF_NONE_MATCH=etag).status_code == 200
