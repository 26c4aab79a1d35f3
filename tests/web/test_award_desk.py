"""The award on the issuer's desk: its acts by form, and what learner and strangers see then."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from registry.awards.models import StatusChange
from registry.sharing.services import create_share

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(award, lists_of_today):
    return f"/desk/awards/{award.pk}/"


@pytest.fixture
def desk(client, world):
    client.login(email="issuer@example.org", password="pw-of-tests")
    return client


@pytest.fixture
def link(award, world):
    now = timezone.now()
    _, token = create_share(
        award=award, expires_at=now + timedelta(days=9), actor=world.learner, at=now
    )
    return f"/s/{token}"


def texts(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_desk_leads_to_the_award(desk, address, award):
    listed = desk.get("/desk/").content.decode()
    assert f'href="{address}"' in listed
    shown = texts(desk.get(address))
    assert award.recipient.full_name in shown
    assert "Status counts" in shown
    assert "Let it count again" not in shown.replace("You can let it count again", "")


def test_suspend_resume_revoke_undo_by_form(desk, address, link, client):
    for act, reason, word in (
        ("suspend", "complaint", "suspended"),
        ("resume", "cleared", "counts"),
        ("revoke", "misconduct", "revoked"),
    ):
        answer = desk.post(address, {"act": act, "reason": reason, "note": "So it is"}, follow=True)
        shown = texts(answer)
        assert "Done. Every link tells it within a minute." in shown
        assert f"Status {word}" in shown
        assert "So it is" in shown
    assert "It was revoked" in texts(client.get(link))
    assert 'class="tag"' in desk.get("/desk/").content.decode()
    shown = texts(desk.post(address, {"act": "undo"}, follow=True))
    assert "Status counts" in shown
    assert "status.clear" in texts(client.get(link))
    assert StatusChange.objects.count() == 4


def test_a_correction_leads_old_links_to_the_new_record(desk, address, link, award, client):
    form = {
        "act": "supersede",
        "reason": "name_change",
        "full_name": "Łucja Nowak",
        "email": award.recipient.email,
        "awarded_on": award.awarded_on.isoformat(),
        "grade": award.grade,
        "note": "Married",
    }
    answer = desk.post(address, form, follow=True)
    new = answer.redirect_chain[0][0]
    assert new != address
    shown = texts(answer)
    assert "Łucja Nowak" in shown
    assert f'href="{address}"' in answer.content.decode()
    old = desk.get(address)
    assert "Status replaced" in texts(old)
    assert f'href="{new}"' in old.content.decode()
    assert "<form" not in old.content.decode().partition("<main")[2].partition("</main>")[0]
    seen = client.get(link)
    shown = texts(seen)
    assert "What was shared first was replaced on" in shown
    assert "a change of name" in shown
    assert "Married" in shown
    assert "Valid" in shown
    assert "Łucja Nowak" in client.get(f"{link}/credential.json").content.decode()
    client.login(email="learner@example.org", password="pw-of-tests")
    assert "replaced" in texts(client.get("/me/"))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"act": "nothing"},
        {"act": "revoke", "reason": "nothing"},
        {"act": "revoke", "reason": "other"},
        {"act": "resume", "reason": "cleared"},
        {"act": "undo"},
        {"act": "supersede", "reason": "typo", "full_name": "A", "awarded_on": "x"},
        {"act": "supersede", "reason": "typo", "full_name": "", "awarded_on": "2026-03-02"},
    ],
)
def test_what_cannot_be_done_is_told_on_the_same_page(desk, address, form):
    answer = desk.post(address, form)
    assert answer.status_code in {400, 409}
    assert 'role="alert"' in answer.content.decode()
    assert not StatusChange.objects.exists()


def test_what_was_written_is_kept_when_it_is_refused(desk, address):
    answer = desk.post(address, {"act": "revoke", "reason": "other", "note": ""})
    assert '<option value="other" selected>' in answer.content.decode()


@pytest.mark.parametrize("name", ["learner", "stranger", "reviewer"])
def test_nobody_elses(client, address, name):
    client.login(email=f"{name}@example.org", password="pw-of-tests")
    assert client.get(address).status_code == 404
    assert client.post(address, {"act": "revoke", "reason": "misconduct"}).status_code == 404


def test_a_registrar_sees_and_may_not(client, address):
    client.login(email="registrar@example.org", password="pw-of-tests")
    shown = client.get(address).content.decode()
    assert 'name="act"' not in shown
    assert client.post(address, {"act": "revoke", "reason": "misconduct"}).status_code == 400
    assert not StatusChange.objects.exists()


def test_signed_out(client, address):
    assert client.get(address).status_code == 302


def test_in_french(desk, address):
    shown = texts(desk.get(address, HTTP_ACCEPT_LANGUAGE="fr"))
    assert "Révoquer" in shown
    assert "Corriger" in shown
