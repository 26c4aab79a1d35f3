"""The section of an activity's page that says where it leads, and what is still missing."""

import re

import pytest

from tests.registry.pathways import link, register
from tests.registry.test_requirements import award

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(world):
    work = {"hours": 312, "credits": 12, "credit_system": "ekap"}
    return register(world, title="Whole", workload=work)


@pytest.fixture
def parts(world, whole):
    return [
        register(world, link("component_of", whole), title=f"Part {number}") for number in (1, 2)
    ]


def section(client, row, query=""):
    answer = client.get(f"/activities/{row.pk}/{query}")
    assert answer.status_code == 200, answer.content
    text = re.search(r'<section id="pathway".*?</section>', answer.content.decode(), re.DOTALL)
    return answer, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[0]))


def test_a_part_says_what_it_counts_towards_and_the_whole_names_its_parts(client, whole, parts):
    _answer, of_part = section(client, parts[0])
    assert "It counts towards" in of_part
    assert "Whole" in of_part
    _answer, of_whole = section(client, whole)
    assert "Part 1" in of_whole
    assert "All parts together make 12 of 12" in of_whole
    assert "Sign in to see what you still need" in of_whole


def test_parts_add_up_in_thought(client, whole, parts):
    answer, text = section(client, whole, f"?take={parts[0].pk}")
    assert "If you take these" in text
    assert "6 of 12 ekap are still missing." in text
    assert "no-store" not in answer["Cache-Control"]


def test_a_learner_sees_what_they_still_need_and_no_cache_keeps_it(client, world, whole, parts):
    award(world, parts[0], email="learner@example.org")
    client.login(email="learner@example.org", password="pw-of-tests")
    answer, text = section(client, whole, "?mine=1")
    assert "What you hold" in text
    assert "6 of 12 ekap are still missing." in text
    assert answer["Cache-Control"] == "private, no-store"
    client.logout()
    _answer, text = section(client, whole, "?mine=1")
    assert "What you hold" not in text


@pytest.mark.parametrize("value", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_what_isnt_a_part_is_told(client, whole, parts, value):
    answer = client.get(f"/activities/{whole.pk}/?take={value}")
    assert answer.status_code == 400


def test_an_activity_that_leads_nowhere_has_no_section(client, registered):
    page = client.get(f"/activities/{registered.pk}/").content.decode()
    assert 'id="pathway"' not in page
