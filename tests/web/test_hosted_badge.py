"""The hosted Open Badge 2.0 of a share: three documents that lead to one another."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from registry.sharing.services import close_share, create_share

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(world, award, settings):
    world.institution.homepage = "https://kalda.example"
    world.institution.save()
    now = timezone.now()
    share, token = create_share(
        award=award,
        expires_at=now + timedelta(days=1),
        purpose="a job",
        actor=world.learner,
        at=now,
    )
    return share, f"/s/{token}", settings.PUBLIC_URL


def test_the_documents_lead_to_one_another(client, link, world, award):
    _, path, base = link
    page = client.get(path).content.decode()
    assert f'href="{path}/open-badge-2/assertion.json"' in page
    assertion = client.get(f"{path}/open-badge-2/assertion.json")
    assert assertion["Content-Type"] == "application/ld+json"
    assert "noindex" in assertion["X-Robots-Tag"]
    assertion = assertion.json()
    assert assertion["id"] == f"{base}{path}/open-badge-2/assertion.json"
    assert assertion["verification"] == {"type": "HostedBadge"}
    badge = client.get(assertion["badge"].removeprefix(base)).json()
    issuer = client.get(badge["issuer"].removeprefix(base)).json()
    assert (badge["id"], issuer["id"]) == (assertion["badge"], badge["issuer"])
    assert (badge["type"], issuer["type"]) == ("BadgeClass", "Issuer")
    for document, members in (
        (assertion, {"recipient", "issuedOn"}),
        (badge, {"name", "description", "image", "criteria", "alignment"}),
        (issuer, {"name", "url", "email"}),
    ):
        assert document["@context"] == "https://w3id.org/openbadges/v2"
        assert members <= document.keys()
    recipient = assertion["recipient"]
    digest = hashlib.sha256((world.learner.email + recipient["salt"]).encode()).hexdigest()
    assert recipient["identity"] == f"sha256${digest}"
    again = client.get(f"{path}/open-badge-2/assertion.json").json()
    assert again == assertion, "readers hold the hash against an address as long as it is there"


def test_it_ends_with_the_link(client, link, world):
    share, path, _ = link
    close_share(share=share, actor=world.learner, at=timezone.now())
    for part in ("assertion", "badge", "issuer"):
        assert client.get(f"{path}/open-badge-2/{part}.json").status_code == 404
    assert client.get("/s/unknown/open-badge-2/badge.json").status_code == 404
    assert client.get(f"{path}/open-badge-2/other.json").status_code == 404


def test_what_the_older_form_needs_is_asked_for(client, link, world):
    _, path, _ = link
    world.institution.homepage = ""
    world.institution.save()
    assert client.get(f"{path}/open-badge-2/assertion.json").status_code == 400


def test_no_name_stands_in_it(client, link, award):
    _, path, _ = link
    for part in ("assertion", "badge", "issuer"):
        text = client.get(f"{path}/open-badge-2/{part}.json").content.decode()
        assert award.recipient.full_name not in text
        assert award.recipient.email not in text
