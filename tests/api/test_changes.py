"""The feed over HTTP: pages, cursors, tags, and what it refuses."""

import pytest

from tests.registry import in_turn as acts

pytestmark = pytest.mark.django_db
URL = "/api/v1/changes"


def test_a_page_leads_to_the_next(world, client):
    one = acts.register(world)
    acts.suspend(world, one)
    first = client.get(f"{URL}?limit=1")
    body = first.json()
    assert [row["type"] for row in body["results"]] == ["registered"]
    assert body["more"] is True
    assert first["Link"] == f'<{body["next_url"]}>; rel="next"'
    second = client.get(body["next_url"].removeprefix("http://localhost:8000")).json()
    assert [row["type"] for row in second["results"]] == ["suspended"]
    assert second["more"] is False
    row = body["results"][0]
    document = client.get(row["version_url"].removeprefix("http://localhost:8000")).json()
    assert (document["id"], document["digest"]) == (row["activity"], row["digest"])
    assert row["version_url"].startswith(row["activity_url"])


def test_whoever_polls_without_news_gets_no_body(world, client):
    acts.register(world)
    answer = client.get(f"{URL}?after=0")
    same = client.get(f"{URL}?after=0", headers={"if-none-match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    acts.register(world)
    assert (
        client.get(f"{URL}?after=0", headers={"if-none-match": answer["ETag"]}).status_code == 200
    )


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", "after=9223372036854775808", "limit=0", "limit=1001", "limit=٣"],
)
def test_numbers_out_of_bounds_are_refused(world, client, query):
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:registry:problem:bad_input"


def test_a_cursor_of_another_register_is_told(world, client):
    answer = client.get(f"{URL}?after=999999")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:registry:problem:cursor_ahead")


def test_an_empty_register_has_an_empty_page(db, client):
    body = client.get(URL).json()
    assert (body["results"], body["next"], body["more"]) == ([], "0", False)
