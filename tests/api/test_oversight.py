"""Accreditations, standings, evidence, rules to come and history by program."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.activities import services
from registry.issuers import selectors as issuers
from tests.api.callers import Caller, ok, refused
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
NEW = {"institution": "kalda", "authority": "haka", "framework": "ee-estqf", "reference": "HAKA-2"}


def day(days):
    return (timezone.now().date() + timedelta(days=days)).isoformat()


def test_an_accreditation_is_granted_changed_and_withdrawn(calls, world):
    reviewer, nobody = calls["reviewer"], calls["nobody"]
    scope = {"levels": ["6"], "fields": ["07"], "award_types": ["mikrokraad"]}
    made = ok(reviewer.post("accreditations", NEW | scope | {"valid_from": day(0)}), 201)
    assert made["scope"] == scope
    path = f"accreditations/{made['id']}"
    overlap = reviewer.post("accreditations", NEW | scope | {"valid_from": day(5)})
    told = refused(overlap, 409, "accreditation_overlaps")
    assert told["params"]["accreditation"] == made["id"]
    change = {"from_day": day(10), "levels": ["6", "7"], "reasons": "Report"}
    changed = ok(reviewer.post(f"{path}/change", change), 201)
    assert (changed["replaces"], changed["valid_from"]) == (made["id"], day(10))
    assert changed["scope"] == scope | {"levels": ["6", "7"]}
    shown = ok(nobody.get(path))
    assert (shown["valid_until"], shown["granted_until"]) == (day(10), None)
    (end,) = shown["ends"]
    assert (end["kind"], end["reviewer"], end["reasons"]) == ("CHANGE", "reviewer", "Report")
    gone = {"from_day": day(20), "reasons": "Licence lost"}
    ended = ok(reviewer.post(f"accreditations/{changed['id']}/withdraw", gone), 201)
    assert [one["kind"] for one in ended["ends"]] == ["WITHDRAWAL"]

    def levels(**asked):
        rows = ok(nobody.get("institutions/kalda/accreditations", **asked))["results"]
        return [row["scope"]["levels"] for row in rows if row["framework"] == "ee-estqf"]

    assert ["6"] in levels(on=day(1))
    assert ["6", "7"] in levels(on=day(10))
    assert not {"6", "7"} & {level for row in levels(on=day(20)) for level in row}
    assert levels(known_at="2026-03-03T00:00:00Z") == [["5"]]
    assert len(levels()) == 3


def test_what_is_wrong_with_an_accreditation_is_told(calls, world):
    reviewer = calls["reviewer"]
    row = issuers.list_accreditations(world.institution).get()
    good = NEW | {"valid_from": day(0)}
    refused(reviewer.post("accreditations", good | {"levels": ["99"]}), 400, "bad_input")
    refused(reviewer.post("accreditations", good | {"institution": "x"}), 404, "not_found")
    refused(reviewer.post("accreditations", good | {"granted": True}), 400, "bad_request")
    refused(reviewer.post("accreditations", good | {"framework": "mt-mqf"}), 403, "not_allowed")
    past = {"from_day": day(-1), "reasons": "x"}
    refused(reviewer.post(f"accreditations/{row.pk}/withdraw", past), 400, "bad_input")
    refused(
        reviewer.post(f"accreditations/{row.pk}/withdraw", {"from_day": day(1)}), 400, "bad_request"
    )
    nothing = reviewer.post(f"accreditations/{row.pk}/change", {"from_day": day(1)})
    refused(nothing, 400, "bad_input")
    refused(calls["nobody"].get(f"accreditations/{world.institution.pk}"), 404, "not_found")
    wrong = calls["nobody"].get("institutions/kalda/accreditations", on="soon")
    refused(wrong, 400, "bad_request")


def test_an_institution_is_suspended_and_resumed(calls, award):
    reviewer, path = calls["reviewer"], "institutions/kalda"
    assert ok(reviewer.get(f"{path}/impact")) == {"credentials": 1, "learners": 1}
    made = ok(reviewer.post(f"{path}/suspend", {"reasons": "Audit"}), 201)
    assert made["reasons"] == "Audit"
    assert ok(calls["nobody"].get(path))["standing"] == "SUSPENDED"
    refused(reviewer.post(f"{path}/suspend", {"reasons": "x"}), 409, "state_conflict")
    ok(reviewer.post(f"{path}/resume", {"reasons": "Settled"}), 204)
    refused(reviewer.post(f"{path}/resume"), 409, "state_conflict")
    rows = ok(calls["nobody"].get(f"{path}/suspensions"))["results"]
    assert [(row["reasons"], row["valid_until"] is None) for row in rows] == [("Audit", False)]


def test_what_ends_is_listed_for_the_days_asked(calls, world):
    assured = {"kind": "programme_accreditation", "text": "x", "valid_until": day(30)}
    row = acts.registered(
        world, quality_assurance=assured, dates={"review": day(40)}, at=timezone.now()
    )
    reviewer = calls["reviewer"]
    (one,) = ok(reviewer.get("evidence", days=30))["results"]
    assert (one["activity"], one["assured_until"], one["version"]) == (str(row.pk), day(30), 1)
    assert ok(reviewer.get("evidence", days=29))["results"] == []
    assert len(ok(reviewer.get("reviews-due", days=40))["results"]) == 1
    assert ok(reviewer.get("reviews-due", days=39))["results"] == []
    assert ok(calls["stranger"].get("evidence"))["results"] == []
    for wrong in ("-1", "x", "99999999"):
        refused(reviewer.get("evidence", days=wrong), 400, "bad_request")


def test_rules_to_come_and_what_they_would_break(client):
    country = acts.make_country("NZ", "vet_college", "nz-nzqcf")
    payload, route = acts.case("nz-nzqcf", "rules-of-2018-last-day")
    at = AT.replace(year=2022, month=8, day=1)
    rows = [country.draft("nz-nzqcf", payload, route, at=at) for _ in range(2)]
    reviewer, nobody = Caller(client, "reviewer@nz.example"), Caller(client)
    path, asked = "frameworks/nz-nzqcf/preview", {"route": route, "day": "2022-09-01"}
    found = ok(reviewer.get(path, **asked))
    assert (found["route"], found["examined"], found["after"]) == ("nz-mc-2022", 2, None)
    assert [one["activity"] for one in found["broken"]] == sorted(str(row.pk) for row in rows)
    assert found["broken"][0]["violations"][0]["code"] == "extra_field_missing"
    assert ok(reviewer.get(path, **asked, after=str(rows[0].pk)))["examined"] == 1
    refused(reviewer.get(path, route=route), 400, "bad_request")
    refused(reviewer.get(path, route="x", day="2022-09-01"), 400, "bad_input")
    assert ok(nobody.get("rule-changes"))["results"] == []
    coming = ok(nobody.get("rule-changes", **{"from": "2022-08-31"}))["results"]
    assert coming[0]["route"] == "nz-mc-2022"
    assert coming[0]["succeeds"] == "nz-mc-2018"
    refused(nobody.get("rule-changes", **{"from": "soon"}), 400, "bad_request")


def test_the_history_of_an_activity_at_a_time_and_act_by_act(calls, world):
    row = acts.registered(world)
    later = AT + timedelta(days=1)
    services.suspend_activity(activity=row, reasons="x", actor=world.reviewer, at=later)
    path, nobody = f"history/activity/{row.pk}", calls["nobody"]
    then = ok(nobody.get(path, at=(later - timedelta(seconds=1)).isoformat()))
    now = ok(nobody.get(path))
    assert [one["state"]["state"] for one in (then, now)] == ["REGISTERED", "SUSPENDED"]
    assert (now["last"]["act"], now["last"]["by"]) == ("activity.suspend", "reviewer")
    assert now["since"]["version"]["act"] == "activity.register"
    assert "payload" not in now["state"]
    inside = ok(calls["registrar"].get(path))
    assert inside["state"]["payload"] == row.payload
    refused(nobody.get(path, at="2020-01-01T00:00:00Z"), 404, "not_found")
    refused(nobody.get(path, at="yesterday"), 400, "bad_request")
    events = ok(nobody.get(f"{path}/events", page_size=1))
    assert [one["act"] for one in events["results"]] == ["activity.suspend"]
    assert events["results"][0]["before"] == {"state": "REGISTERED"}
    older = ok(nobody.follow(events["next"]))
    assert [one["act"] for one in older["results"]] == ["activity.register"]
    assert older["next"] is None
    assert len(ok(calls["registrar"].get(f"{path}/events"))["results"]) == 4
