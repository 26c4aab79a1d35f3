"""A French reader is refused, warned and answered in French."""

import re

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.content.decode()))


def test_what_a_draft_lacks_is_said_in_french(world, client):
    client.login(email="registrar@example.org", password="pw-of-tests")
    route = {"route": "ee-estqf/mikrokvalifikatsioon"}
    made = client.post("/desk/activities/new", route, **FRENCH)
    data = made["Location"].rstrip("/") + "/data"
    form = {"payload": '{"title": {"en": "X"}, "workload": {"contact_hours": 1}}'}
    assert client.post(data, form, **FRENCH).status_code == 302
    for address, missing in (
        (data, "Ceci est obligatoire."),
        (made["Location"], "Reste à remplir."),
    ):
        said = text_of(client.get(address, **FRENCH))
        assert missing in said
        assert "Donnez la charge de travail en heures, en crédits, ou les deux." in said
        for english in ("This is required.", "Still to fill in.", "Give the workload"):
            assert english not in said
        in_english = text_of(client.get(address))
        assert "Give the workload in hours, in credits, or both." in in_english


def test_a_refused_award_is_said_in_french(world, registered, client):
    client.login(email="issuer@example.org", password="pw-of-tests")
    form = {"full_name": "Ann", "awarded_on": "2099-01-01"}
    page = client.post(f"/desk/activities/{registered.pk}/award", form, **FRENCH)
    assert page.status_code == 400
    assert "La date d’obtention est dans l’avenir." in text_of(page)
    form = {"full_name": "", "awarded_on": timezone.localdate().isoformat()}
    page = client.post(f"/desk/activities/{registered.pk}/award", form, **FRENCH)
    assert "Le nom complet de l’apprenant est nécessaire." in text_of(page)


def test_a_missing_activity_and_a_foreign_link_are_said_in_french(world, client):
    page = client.get("/activities/00000000-0000-4000-8000-000000000000/", **FRENCH)
    assert page.status_code == 404
    assert "Cette activité n’existe pas." in text_of(page)
    page = client.post("/verify", {"text": "https://elsewhere.example/s/abc"}, **FRENCH)
    assert "Donnez un lien qui commence par" in text_of(page)
    assert "Give a link" not in text_of(page)


def test_a_wrong_credential_is_explained_in_french(world, award, client):
    raw = bytes(award.secured).decode().replace('"validFrom":"2026', '"validFrom":"x2026')
    said = text_of(client.post("/verify", {"text": raw}, **FRENCH))
    assert "Une date ou une heure n’y est pas écrite comme la norme le demande." in said


def test_the_api_speaks_english_whatever_the_reader_speaks(world, client):
    answer = client.post("/api/v1/verifications", {"url": "https://x.example/s/a"},
                         content_type="application/json", **FRENCH)  # fmt: skip
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "urn:registry:problem:url_not_a_share"
    assert problem["detail"].startswith("Give a link that begins with http")
    assert problem["params"]["address"].endswith("/s/")
