"""Every page answers, in both languages, without scripts; each string has its French."""

import re

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
TEMPLATES = ROOT / "registry/web/templates"
PUBLIC = ["/", "/activities/", "/activities/?q=%ce%b1", "/institutions/", "/institutions/kalda/"]
PUBLIC += ["/frameworks/", "/frameworks/mt-mqf/", "/verify", "/accounts/login/", "/health"]
PUBLIC += ["/trust.json", "/institutions/kalda/did.json", "/contexts/micro-credential/v1"]
PRIVATE = ["/me/", "/desk/"]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_public_pages_answer_under_a_strict_policy(world, client, path, language):
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    if "html" in answer["Content-Type"]:
        assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.parametrize("path", PRIVATE)
def test_private_pages_ask_for_a_sign_in(world, client, path):
    assert client.get(path).status_code == 302
    assert client.login(email="learner@example.org", password="pw-of-tests")
    assert client.get(path).status_code == 200


def test_the_desk_by_form(world, client):
    client.login(email="registrar@example.org", password="pw-of-tests")
    made = client.post("/desk/activities/new", {"route": "ee-estqf/mikrokvalifikatsioon"})
    assert made.status_code == 302, made.content
    data = made["Location"] + "data"
    assert client.post(data, {"payload": '{"title": {"en": "X"}}'}).status_code == 302
    assert "/learning_outcomes" in client.get(data).content.decode()
    bad = client.post(data, {"payload": '{"a":1,"a":2}'})
    assert bad.status_code == 400
    client.logout()
    client.login(email="stranger@example.org", password="pw-of-tests")
    assert client.get(made["Location"]).status_code == 404


def test_a_learner_makes_and_closes_a_link_by_form(world, award, client):
    client.login(email="learner@example.org", password="pw-of-tests")
    form = {"expires_on": "2099-01-01", "purpose": "a job"}
    assert client.post(f"/me/awards/{award.pk}/share", form).status_code == 400
    from django.utils import timezone

    form["expires_on"] = timezone.localdate().isoformat()
    page = client.post(f"/me/awards/{award.pk}/share", form).content.decode()
    path = re.search(r'href="[^"]*(/s/[^"]+)"', page)[1]
    assert client.get(path).status_code == 200
    close = re.search(r'action="(/me/shares/[^"]+)"', client.get("/me/").content.decode())[1]
    assert client.post(close).status_code == 302
    assert client.get(path).status_code == 404


def test_markup_in_a_name_is_text(world, registered, client):
    from registry.awards.facts import RecipientData
    from registry.awards.services import award_credential
    from tests.conftest import AT

    row = award_credential(
        activity=registered,
        recipient=RecipientData("<script>alert(1)</script>"),
        awarded_on=AT.date(),
        actor=world.issuer,
        at=AT,
    )
    page = client.post("/verify", {"text": bytes(row.secured).decode()}).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_no_template_has_a_script_or_a_style_of_its_own():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        # A file of ours, or data that nothing runs.
        for script in re.findall(r"<script[^>]*>", text):
            assert 'src="{% static' in script or 'type="application/json"' in script, path
        assert not re.search(r"<style|\sstyle=|\son\w+=", text), path
