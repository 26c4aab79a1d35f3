"""Revisions and decisions by program: each answer has its shape, each refusal its code."""

import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.callers import Caller, ok, refused
from tests.conftest import AT, activity_row
from tests.registry import acts

pytestmark = pytest.mark.django_db


def test_from_a_draft_to_the_second_version(calls, world):
    registrar, reviewer, nobody = calls["registrar"], calls["reviewer"], calls["nobody"]
    payload, row = activity_row("mc-ee-001")
    draft = {"institution": "kalda", "framework": row["framework"], "route": row["route"]}
    made = ok(registrar.post("activities", draft | {"payload": payload}), 201)
    path = f"activities/{made['id']}"
    assert (made["state"], made["version"], made["prepared"]["state"]) == ("DRAFT", None, "DRAFT")
    ok(registrar.post(f"{path}/submit"))
    ok(registrar.delete(f"{path}/submit"), 204)
    ok(registrar.post(f"{path}/submit"))
    (waiting,) = ok(reviewer.get("reviews"))["results"]
    assert waiting["prepared"]["state"] == "SUBMITTED"
    seen = waiting["prepared"]["text_digest"]
    decision = {"activity": made["id"], "decision": "REGISTER", "seen": seen}
    first = ok(reviewer.post("reviews", decision), 201)
    assert (first["decision"], first["version"], first["reviewer"]) == ("REGISTER", 1, "reviewer")

    begun = ok(registrar.post(f"{path}/revision"), 201)
    assert (begun["state"], begun["prepared"]["state"]) == ("REGISTERED", "DRAFT")
    text = copy.deepcopy(payload) | {"title": {"en": "Another title", "et": "Teine"}}
    ok(registrar.patch(path, {"payload": text, "seen": begun["prepared"]["text_digest"]}))
    again = registrar.patch(path, {"payload": text, "seen": begun["prepared"]["text_digest"]})
    refused(again, 409, "text_changed")
    assert ok(registrar.post(f"{path}/check"))["acceptable"]
    ok(registrar.post(f"{path}/submit"))
    assert ok(nobody.get(path))["payload"]["title"] == payload["title"]
    refused(reviewer.post("reviews", decision), 409, "text_changed")
    del decision["seen"]
    ok(reviewer.post("reviews", decision), 201)
    shown = ok(nobody.get(path))
    assert (shown["version"], shown["payload"]["title"]["en"]) == (2, "Another title")
    versions = ok(nobody.get(f"{path}/versions"))["results"]
    assert [one["number"] for one in versions] == [2, 1]
    assert versions[1]["payload"]["title"] == payload["title"]
    kinds = [one["decision"] for one in ok(nobody.get(f"{path}/decisions"))["results"]]
    assert kinds == ["REGISTER", "REGISTER"]


def test_a_revision_is_given_up(calls, registered):
    path = f"activities/{registered.pk}/revision"
    ok(calls["registrar"].post(path), 201)
    refused(calls["registrar"].post(path), 409, "state_conflict")
    ok(calls["registrar"].delete(path), 204)
    refused(calls["registrar"].delete(path), 409, "state_conflict")


def test_suspend_resume_and_end_with_reasons(calls, registered, award):
    reviewer, path = calls["reviewer"], f"activities/{registered.pk}"
    assert ok(reviewer.get(f"{path}/impact")) == {"credentials": 1, "learners": 1}
    refused(reviewer.post(f"{path}/suspend"), 400, "bad_request")
    made = ok(reviewer.post(f"{path}/suspend", {"reasons": "Complaint"}), 201)
    assert (made["decision"], made["by"], made["reasons"]) == ("SUSPEND", "AUTHORITY", "Complaint")
    assert ok(calls["nobody"].get(path))["state"] == "SUSPENDED"
    refused(reviewer.post(f"{path}/suspend", {"reasons": "x"}), 409, "state_conflict")
    ok(reviewer.post(f"{path}/resume"), 201)
    refused(reviewer.post(f"{path}/end"), 400, "bad_input")
    ended = ok(calls["registrar"].post(f"{path}/end"), 201)
    assert ended["by"] == "INSTITUTION"
    refused(reviewer.post(f"{path}/extend", {"reasons": "x"}), 409, "state_conflict")


def test_a_reserved_word_is_named_with_its_place_until_it_is_cleared(client):
    acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "four-credits-since-2022")
    payload["title"] = {"en": "Bees of the national park"}
    registrar = Caller(client, "registrar@nz.example")
    reviewer = Caller(client, "reviewer@nz.example")
    draft = {"institution": "body-nz", "framework": "nz-nzqcf", "route": route, "payload": payload}
    made = ok(registrar.post("activities", draft), 201)
    warned = ok(registrar.post(f"activities/{made['id']}/submit"))
    assert [v["code"] for v in warned["violations"]] == ["title_word_reserved"]
    decision = {"activity": made["id"], "decision": "REGISTER"}
    told = refused(reviewer.post("reviews", decision), 400, "reserved_word_not_cleared")
    assert [(v["pointer"], v["severity"]) for v in told["violations"]] == [("/title/en", "warning")]
    ok(reviewer.post("reviews", decision | {"clearances": {"national": "Its name"}}), 201)
    version = ok(Caller(client).get(f"activities/{made['id']}/versions/1"))
    (cleared,) = version["clearances"]
    assert (cleared["word"], cleared["reason"], cleared["reviewer"]) == (
        "national",
        "Its name",
        "reviewer",
    )


def test_the_queue_is_read_in_pages_by_what_is_due(client):
    country = acts.make_country("PL", "awarding_body", "pl-pqf")
    payload, row = activity_row("mc-pl-001")
    from registry.activities import services

    expected = []
    for number in range(7):
        at = timezone.now() - timedelta(days=number // 2)
        one = country.draft("pl-pqf", payload, row["route"], at=at)
        services.submit_activity(activity=one, actor=country.registrar, at=at)
        expected.append((one.due_on.isoformat(), one.submitted_at, str(one.pk)))
    reviewer, found = Caller(client, "reviewer@pl.example"), []
    answer = ok(reviewer.get("reviews", page_size=2))
    while True:
        found += answer["results"]
        if answer["next"] is None:
            break
        answer = ok(reviewer.follow(answer["next"]))
    assert [one["id"] for one in found] == [key[2] for key in sorted(expected)]
    assert {one["prepared"]["due_verified"] for one in found} == {True}
    for cursor in ("x", "e30=", "WzFd", "WyJhIiwiYiIsImMiXQ==", "\u00e4"):
        refused(reviewer.get("reviews", cursor=cursor), 400, "bad_input")
    assert len(ok(reviewer.get("reviews", page_size="-1"))["results"]) == 7


def test_the_queue_asks_the_database_the_same_number_of_times_for_many(
    calls, world, django_assert_max_num_queries
):
    for _ in range(6):
        acts.submitted(world, at=AT)
    with django_assert_max_num_queries(8):
        assert len(ok(calls["reviewer"].get("reviews"))["results"]) == 6


def test_a_member_that_is_not_known_is_refused(calls, registered):
    body = {"activity": str(registered.pk), "decision": "REGISTER", "state": "REGISTERED"}
    told = refused(calls["reviewer"].post("reviews", body), 400, "bad_request")
    assert [v["pointer"] for v in told["violations"]] == ["/state"]


def test_another_institution_sees_what_is_public_and_nothing_else(calls, registered, world):
    assert ok(calls["stranger"].get(f"activities/{registered.pk}"))["prepared"] is None
    hidden = acts.draft(world)
    for name in ("stranger", "learner", "nobody"):
        refused(calls[name].get(f"activities/{hidden.pk}"), 404, "not_found")
        refused(calls[name].get(f"activities/{hidden.pk}/decisions"), 404, "not_found")
