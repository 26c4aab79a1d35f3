"""The pathway by API: open to all, and with a token what its owner still needs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.accounts.models import User
from registry.accounts.services import create_api_token
from registry.common.actors import SYSTEM
from tests.registry.pathways import link, register
from tests.registry.test_requirements import award

pytestmark = pytest.mark.django_db


def token(email):
    user, at = User.objects.get(email=email), timezone.now()
    _row, text = create_api_token(
        user=user, label="t", expires_at=at + timedelta(days=1), actor=SYSTEM, at=at
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


@pytest.fixture
def whole(world):
    work = {"hours": 312, "credits": 12, "credit_system": "ekap"}
    return register(world, title="Whole", workload=work)


@pytest.fixture
def part(world, whole):
    return register(world, link("component_of", whole), link("requires", "urn:x:y"), title="Part")


def address(row, query=""):
    return f"/api/v1/activities/{row.pk}/pathway{query}"


def test_anybody_reads_it(client, whole, part):
    answer = client.get(address(whole))
    found = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=60")
    assert [step["activity"]["title"]["en"] for step in found["parts"]] == ["Part"]
    assert found["measured_in"] == "ekap"
    assert found["all_parts"]["credits"] == {"ekap": 6}
    assert [row["code"] for row in found["all_parts"]["missing"]] == [
        "credits_missing",
        "no_part_left",
    ]
    assert found["all_parts"]["missing"][0]["message"] == "6 of 12 ekap are still missing."
    assert found["mine"] is None
    (step,) = client.get(address(part)).json()["requires"]
    assert (step["address"], step["activity"], step["enforced"]) == ("urn:x:y", None, False)


def test_mine_needs_a_token_and_is_kept_by_nobody(client, world, whole, part):
    assert client.get(address(whole, "?mine=1")).status_code == 401
    award(world, part, email="learner@example.org")
    answer = client.get(address(whole, "?mine=1"), **token("learner@example.org"))
    assert answer["Cache-Control"] == "private, no-store"
    mine = answer.json()["mine"]
    assert [row["activity"] for row in mine["counted"]] == [str(part.pk)]
    assert mine["complete"] is False
    other = client.get(address(whole, "?mine=1"), **token("stranger@example.org")).json()["mine"]
    assert other["counted"] == []


def test_parts_in_thought(client, whole, part):
    found = client.get(address(whole, f"?take={part.pk}")).json()["taken"]
    assert found["credits"] == {"ekap": 6}
    for query in ("?take=x", f"?take={whole.pk}"):
        answer = client.get(address(whole, query))
        assert (answer.status_code, answer.json()["type"]) == (
            400,
            "urn:registry:problem:bad_input",
        )


def test_sentences_come_in_the_callers_language_and_codes_stay(client, whole, part):
    found = client.get(address(whole), HTTP_ACCEPT_LANGUAGE="fr").json()["all_parts"]
    assert found["missing"][0]["code"] == "credits_missing"


def test_what_is_not_there_is_not_there(client, world, registered):
    from tests.registry.pathways import draft

    assert client.get(address(draft(world))).status_code == 404
    assert client.post(address(registered)).status_code == 405
