"""Status changes by program: each act, its refusals, and what is told afterwards."""

import pytest

from tests.api.callers import ok, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(award):
    return f"awards/{award.pk}"


def test_a_credential_through_all_its_changes(calls, path, lists_of_today):
    issuer = calls["issuer"]
    assert ok(issuer.get(path))["status"] == "ACTIVE"
    made = ok(issuer.post(f"{path}/suspend", {"reason": "complaint", "note": "Call us"}), 201)
    assert (made["number"], made["kind"], made["status"]) == (1, "SUSPEND", "SUSPENDED")
    assert made["by"] == "issuer"
    refused(issuer.post(f"{path}/suspend", {"reason": "complaint"}), 409, "state_conflict")
    ok(issuer.post(f"{path}/resume", {"reason": "cleared"}), 201)
    body = {"reason": "name_change", "recipient": {"full_name": "Łucja Nowak"}}
    made = ok(issuer.post(f"{path}/supersede", body), 201)
    new = f"awards/{made['replacement']}"
    assert ok(issuer.get(path))["status"] == "SUPERSEDED"
    assert ok(issuer.get(new))["recipient"] == "Łucja Nowak"
    ok(issuer.post(f"{new}/revoke", {"reason": "other", "note": "Withdrawn"}), 201)
    assert ok(issuer.post(f"{new}/undo"), 201)["status"] == "ACTIVE"
    assert ok(issuer.get(new))["status"] == "ACTIVE"
    kinds = [row["kind"] for row in ok(issuer.get(f"{path}/changes"))["results"]]
    assert kinds == ["SUPERSEDE", "RESUME", "SUSPEND"]
    assert len(ok(calls["learner"].get(f"{path}/changes"))["results"]) == 3


@pytest.mark.parametrize(
    "body",
    [{}, {"reason": "nothing"}, {"reason": "other"}, {"reason": "misconduct", "at": "2020-01-01"}],
)
def test_a_reason_is_needed(calls, path, body):
    answer = calls["issuer"].post(f"{path}/revoke", body)
    assert answer.status_code == 400
    assert ok(calls["issuer"].get(path))["status"] == "ACTIVE"


def test_nothing_different_is_no_correction(calls, path, award):
    body = {"reason": "typo", "recipient": {"full_name": award.recipient.full_name}}
    refused(calls["issuer"].post(f"{path}/supersede", body), 400, "bad_input")
    body["grade"] = "B"
    ok(calls["issuer"].post(f"{path}/supersede", body), 201)


def test_the_verdict_follows(calls, path, award, client, lists_of_today):
    import json

    body = {"credential": json.loads(bytes(award.secured))}

    def verdict():
        answer = ok(calls["nobody"].post("verifications", body))
        return answer["verdict"], [f["code"] for f in answer["findings"] if f["check"] == "status"]

    assert verdict() == ("VALID", ["status.clear"])
    ok(calls["issuer"].post(f"{path}/revoke", {"reason": "misconduct"}), 201)
    assert verdict() == ("INVALID", ["status.revoked"])
    answer = client.post(
        "/credentials/verify",
        json.dumps({"verifiableCredential": body["credential"]}),
        content_type="application/json",
    )
    assert answer.status_code == 400
    problems = [row["type"] for row in answer.json()["problemDetails"]]
    assert "urn:registry:finding:status.revoked" in problems
