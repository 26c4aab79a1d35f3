"""The statistics as pages and as files: from no release to a table, in any question."""

import csv
import io
from datetime import timedelta
from itertools import product

import pytest

from registry.common.actors import SYSTEM
from registry.statistics.codebook import BY, MEASURES
from registry.statistics.services import make_release
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
PAGES = ["/statistics/", "/statistics/completeness/", "/statistics/codebook/"]


@pytest.fixture
def release(world):
    row = acts.registered(world)
    for number in range(3):
        acts.award(world, row, at=AT + timedelta(minutes=number))
    acts.registered(world, name="mc-ee-002")
    return make_release(actor=SYSTEM, at=AT + timedelta(days=1))


@pytest.mark.parametrize("page", PAGES)
def test_before_the_first_release_the_pages_say_so(client, page):
    answer = client.get(page)
    assert answer.status_code == 200
    if page != "/statistics/codebook/":
        assert "There is no release yet." in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_a_release(client, release, page, language):
    answer = client.get(page, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


def test_every_question_has_an_answer(client, release):
    for by, measure in product(BY, MEASURES):
        asked = {"by": by, "measure": measure, "country": "EE"}
        assert client.get("/statistics/", asked).status_code == 200, asked


@pytest.mark.parametrize(
    "query",
    [
        {"by": "x\0", "measure": "';", "country": "<b>", "year": "99999"},
        {"year": "²⁰²⁶", "measure": "credits:" + "x" * 500},
        {"by": ["a", "b"], "country": "EE"},
    ],
)
def test_nonsense_is_taken_for_the_usual_question(client, release, query):
    answer = client.get("/statistics/", query)
    assert answer.status_code == 200
    assert b"<b>" not in answer.content


def test_no_release_of_that_day(client, release):
    assert client.get("/statistics/?release=1999-01-01").status_code == 404
    assert client.get("/statistics/?release=soon").status_code == 404


def test_a_country_that_a_table_isnt_crossed_with_is_said_to_be_left_out(client, release):
    words = "This is published for all countries together only."
    crossed = client.get("/statistics/", {"by": "level", "country": "EE"}).content.decode()
    plain = client.get("/statistics/").content.decode()
    assert words not in plain
    told = {
        by: words in client.get(f"/statistics/?by={by}&country=EE").content.decode() for by in BY
    }
    assert not told["country"]
    assert any(told.values())
    assert ("Estonia" in crossed) or told["level"]


def test_few_awards_are_shown_nowhere(client, release):
    page = client.get("/statistics/?measure=awards").content.decode()
    assert "at least 5 awards" in page
    (row,) = client.get("/api/v1/statistics").json()["results"]
    assert row["totals"]["awards_shown"] == 0
    whole = b"".join(client.get("/api/v1/statistics.csv").streaming_content).decode()
    lines = list(csv.DictReader(io.StringIO(whole)))
    assert {line["value"] for line in lines if line["measure"] == "awards"} <= {"", "0"}
    activities = [
        line for line in lines if line["measure"] == "activities" and line["table"] == "country"
    ]
    assert sum(int(line["value"]) for line in activities) == 2


def test_a_table_as_json_stat_says_the_same(client, release):
    table = client.get("/api/v1/statistics", {"table": "country"}).json()
    assert (table["class"], table["version"]) == ("dataset", "2.0")
    assert client.get("/api/v1/statistics", {"table": "nothing"}).status_code == 404
