"""The document is valid, says all there is, and every operation does what it says."""

import json
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.utils import timezone
from openapi_spec_validator import validate

from credentials.identifiers import did_key
from credentials.keys import PrivateKey
from credentials.proofs import add_proof
from credentials.signers import MemorySigner
from registry.common.actors import SYSTEM
from registry.ledger.services import publish_checkpoint
from registry.statistics.services import make_release
from tests.conftest import activity_row
from tests.journeys.test_first_journey import post, token
from tests.openapi import METHODS, document, faults, operations
from tests.registry import acts
from tests.registry.test_imports import example, sheet_of

pytestmark = pytest.mark.django_db


def test_the_document_is_valid_openapi(client):
    served = client.get("/api/v1/schema", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert served.status_code == 200
    assert json.loads(served.content) == document()
    assert document()["openapi"] == "3.1.1"
    validate(document())


def test_every_operation_has_its_own_name_words_and_tag():
    rows = [document()["paths"][path][method] for method, path, _ in operations()]
    names = [row["operationId"] for row in rows]
    assert len(set(names)) == len(names)
    for row in rows:
        assert row.get("description"), row["operationId"]
        assert row["tags"] != ["api"], row["operationId"]


def test_every_answer_is_described_by_a_shape():
    """No answer of JSON is just "an object"."""
    loose = []
    for method, path, _ in operations():
        for status, answer in document()["paths"][path][method]["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind.endswith("json") and "$ref" not in content["schema"]:
                    loose.append((method, path, status, content["schema"]))
    assert loose == []


def test_every_operation_can_be_refused_in_one_form():
    for method, path, _ in operations():
        operation = document()["paths"][path][method]
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                kinds = answer["content"]
                assert "application/problem+json" in kinds, (method, path, status)
        asks_for_a_token = operation["security"] == [{"token": []}]
        if asks_for_a_token:
            assert {"401", "403"} <= set(operation["responses"])
        elif method != "get":
            assert operation["security"] == [{}], "who may write without a token, needs none"


def test_requests_with_unknown_members_are_refused_as_the_document_says():
    for method, path, _ in operations():
        body = document()["paths"][path][method].get("requestBody")
        schema = body["content"].get("application/json", {}).get("schema") if body else None
        if schema and "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            assert document()["components"]["schemas"][name]["additionalProperties"] is False


@pytest.fixture
def people(world):
    names = ("registrar", "issuer", "reviewer", "learner", "stranger")
    return {name: token(f"{name}@example.org") for name in names}


def shown(credential):
    """The credential as its holder shows it, by a key of a day."""
    key = PrivateKey.generate()
    did = did_key(key.public)
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did,
        "verifiableCredential": [credential],
    }
    signer = MemorySigner(key, f"{did}#{key.public.multibase}")
    more = {"suite": "eddsa-jcs-2022", "signer": signer, "purpose": "authentication"}
    return add_proof(presentation, created=timezone.now(), challenge="c-1", **more)


def walk(client, people):
    """One request for every operation, each with its good answer."""
    registrar, issuer = people["registrar"], people["issuer"]
    payload, row = activity_row("mc-ee-001")
    draft = {"institution": "kalda", "framework": row["framework"], "route": row["route"]}
    made = post(client, "/api/v1/activities", draft | {"payload": payload}, registrar).json()
    address = f"/api/v1/activities/{made['id']}"
    patch = json.dumps({"payload": payload})
    client.patch(address, patch, content_type="application/json", **registrar)
    post(client, f"{address}/check", {}, registrar)
    post(client, f"{address}/submit", {}, registrar)
    client.get("/api/v1/reviews", **people["reviewer"])
    decision = {"activity": made["id"], "decision": "REGISTER"}
    post(client, "/api/v1/reviews", decision, people["reviewer"])
    client.get(address)
    client.get(f"{address}/versions/1")
    client.get("/api/v1/activities?page_size=1")
    for resource in ("institutions", "institutions/kalda", "frameworks", "frameworks/ee-estqf"):
        client.get(f"/api/v1/{resource}")
    person = {"full_name": "Ann", "email": "learner@example.org", "date_of_birth": "1990-01-01"}
    order = {"activity": made["id"], "recipient": person}
    order["awarded_on"] = timezone.now().date().isoformat()
    award = post(client, "/api/v1/awards", order, issuer).json()
    client.get("/api/v1/awards", **issuer)
    client.get(f"/api/v1/awards/{award['id']}", **issuer)
    raw = client.get(f"/api/v1/awards/{award['id']}/credential", **issuer).content
    end = (timezone.now() + timedelta(days=7)).isoformat()
    asked = {"award": award["id"], "expires_at": end}
    share = post(client, "/api/v1/shares", asked, people["learner"]).json()
    client.get("/api/v1/shares", **people["learner"])
    post(client, "/api/v1/verifications", {"url": share["url"]}, {})
    post(client, "/credentials/verify", {"verifiableCredential": json.loads(raw)}, {})
    show = {"verifiablePresentation": shown(json.loads(raw)), "options": {"challenge": "c-1"}}
    post(client, "/presentations/verify", show, {})
    client.delete(f"/api/v1/shares/{share['id']}", **people["learner"])
    return made["id"], json.loads(raw)


def walk_the_life_of(activity, client, people):
    """What happens to a registered activity, and what is told of it."""
    registrar, reviewer = people["registrar"], people["reviewer"]
    address, why = f"/api/v1/activities/{activity}", {"reasons": "Reasons"}
    post(client, f"{address}/revision", {}, registrar)
    post(client, f"{address}/submit", {}, registrar)
    client.delete(f"{address}/submit", **registrar)
    client.delete(f"{address}/revision", **registrar)
    client.get(f"{address}/versions")
    client.get(f"{address}/impact", **reviewer)
    post(client, f"{address}/suspend", why, reviewer)
    post(client, f"{address}/resume", {}, reviewer)
    client.get(f"{address}/decisions")
    for place in ("evidence", "reviews-due"):
        client.get(f"/api/v1/{place}?days=3660", **reviewer)
    client.get("/api/v1/rule-changes?from=2000-01-01")
    route = "route=mikrokraad&day=2026-03-02"
    client.get(f"/api/v1/frameworks/ee-estqf/preview?{route}", **reviewer)
    post(client, f"{address}/end", {}, registrar)
    for what in ("", "/events"):
        client.get(f"/api/v1/history/activity/{activity}{what}", **registrar)


def walk_the_authority(client, people):
    """What an authority does with institutions."""
    reviewer, why = people["reviewer"], {"reasons": "Reasons"}
    day, place = timezone.now().date(), "/api/v1/institutions/other"
    asked = {"institution": "other", "authority": "haka", "framework": "ee-estqf"}
    asked |= {"reference": "HAKA-9", "valid_from": day.isoformat(), "levels": ["5"]}
    made = post(client, "/api/v1/accreditations", asked, reviewer).json()
    changed = {"from_day": (day + timedelta(days=1)).isoformat(), "levels": ["6"]}
    address = f"/api/v1/accreditations/{made['id']}"
    next_one = post(client, f"{address}/change", changed, reviewer).json()
    ended = {"from_day": (day + timedelta(days=2)).isoformat(), **why}
    post(client, f"/api/v1/accreditations/{next_one['id']}/withdraw", ended, reviewer)
    client.get(address)
    client.get(f"{place}/accreditations")
    post(client, f"{place}/suspend", why, reviewer)
    post(client, f"{place}/resume", {}, reviewer)
    client.get(f"{place}/suspensions")
    client.get(f"{place}/impact", **reviewer)


def walk_an_extension(client):
    """Where the law knows of more time: Poland."""
    country = acts.make_country("PL", "awarding_body", "pl-pqf")
    payload, row = activity_row("mc-pl-001")
    activity = country.draft("pl-pqf", payload, row["route"]).pk
    post(client, f"/api/v1/activities/{activity}/submit", {}, token("registrar@pl.example"))
    asked = {"reasons": "The expert is away."}
    post(client, f"/api/v1/activities/{activity}/extend", asked, token("reviewer@pl.example"))


def walk_the_open_register(activity, client, people):
    """What anybody reads of all together, and a table taken in."""
    make_release(actor=SYSTEM, at=timezone.now())
    (release,) = client.get("/api/v1/statistics").json()["results"]
    for address in [*release["tables"].values(), release["csv"]]:
        assert client.get(address.removeprefix(settings.PUBLIC_URL)).status_code == 200
    client.get("/api/v1/statistics/codebook")
    tag = client.get("/api/v1/changes")["ETag"]
    assert client.get("/api/v1/changes", HTTP_IF_NONE_MATCH=tag).status_code == 304
    client.get(f"/api/v1/activities/{activity}/pathway")
    client.get("/api/v1/activities?q=data&facets=1&framework=xx-none")
    table = ContentFile(sheet_of(example("One")), "table.csv")
    form = {"institution": "kalda", "framework": "ee-estqf", "route": "mikrokvalifikatsioon"}
    address = "/api/v1/activities/import"
    client.post(address, form | {"file": table, "dry_run": "true"}, **people["registrar"])
    table.seek(0)
    client.post(address, form | {"file": table}, **people["registrar"])


def walk_what_comes_after(credential, client, people):
    """What becomes of a credential, and of the keys that sign."""
    issuer = people["issuer"]
    address = f"/api/v1/awards/{credential['id'].removeprefix('urn:uuid:')}"
    publish_checkpoint(at=timezone.now())
    assert client.get(f"{address}/proof", **issuer).status_code == 200
    post(client, f"{address}/suspend", {"reason": "complaint"}, issuer)
    post(client, f"{address}/resume", {"reason": "cleared"}, issuer)
    asked = {"reason": "typo", "recipient": {"full_name": "Anne"}}
    made = post(client, f"{address}/supersede", asked, issuer).json()
    new = f"/api/v1/awards/{made['replacement']}"
    post(client, f"{new}/revoke", {"reason": "misconduct"}, issuer)
    post(client, f"{new}/undo", {}, issuer)
    client.get(f"{address}/changes", **issuer)
    client.get("/api/v1/institutions/kalda/keys")
    stop = {"institution": "kalda", "reason": "x"}
    made = post(client, "/api/v1/issuing-stops", stop, issuer).json()
    client.get("/api/v1/issuing-stops", **issuer)
    post(client, f"/api/v1/issuing-stops/{made['id']}/lift", {}, issuer)
    day = timezone.now().date().isoformat()
    then = post(client, f"/api/v1/verifications?at={day}", {"credential": credential}, {}).json()
    assert then["then"]["verdict"]


def test_every_operation_answers_as_described(people, client):
    activity, credential = walk(client, people)
    walk_what_comes_after(credential, client, people)
    walk_the_life_of(activity, client, people)
    walk_the_authority(client, people)
    walk_the_open_register(activity, client, people)
    walk_an_extension(client)
    good = {(method, path) for method, path, status in client.seen if status < 300}
    known = {(method, path) for method, path, _ in operations()}
    assert known - good == set(), "walk through the operations that are new"


def addresses():
    """Each operation's address, with ids that nothing has."""
    for method, path, _ in operations():
        address = path
        for name in (
            "activity_id",
            "award_id",
            "share_id",
            "accreditation_id",
            "subject_id",
            "stop_id",
        ):
            address = address.replace("{%s}" % name, str(uuid.uuid4()))
        named = {"number": "1", "slug": "nobody", "code": "no-nothing", "kind": "activity"}
        for name, value in named.items():
            address = address.replace("{%s}" % name, value)
        yield method, path, address


@pytest.mark.parametrize("method", METHODS)
def test_refusals_are_problems_with_the_status_they_name(people, client, method):
    for known, path, address in addresses():
        if known != method:
            continue
        call = getattr(client, method)
        needs_token = document()["paths"][path][method]["security"] == [{"token": []}]
        wrong = call(address, HTTP_AUTHORIZATION="Bearer nobody")
        bare = call(address)
        if needs_token:
            assert (wrong.status_code, bare.status_code) == (401, 401), address
            assert wrong["WWW-Authenticate"] == "Bearer"
        signed = call(address, **people["stranger"])
        odd = call(address, HTTP_ACCEPT="text/html", **people["stranger"])
        for answer in (wrong, bare, signed, odd):
            if answer.status_code >= 400 and answer["Content-Type"] != "application/json":
                assert answer.json()["status"] == answer.status_code


def test_a_request_can_be_wrong_in_every_way_and_the_answer_says_how(people, client):
    activity, credential = walk(client, people)
    learner, issuer = people["learner"], people["issuer"]
    statuses = []

    def told(answer):
        statuses.append(answer.status_code)
        assert answer["Content-Type"] == "application/problem+json"
        return answer.json()

    told(client.post("/api/v1/awards", "{", content_type="application/json", **issuer))
    unknown = told(post(client, "/api/v1/awards", {"unknown": 1}, issuer))
    assert "/unknown" in {row["pointer"] for row in unknown["violations"]}
    told(client.post("/api/v1/awards", "a=b", content_type="text/plain", **issuer))
    told(client.delete("/api/v1/activities", **issuer))
    draft = {"institution": "kalda", "framework": "ee-estqf", "route": "mikrokraad", "payload": {}}
    made = post(client, "/api/v1/activities", draft, people["registrar"]).json()
    broken = told(post(client, f"/api/v1/activities/{made['id']}/submit", {}, people["registrar"]))
    assert {"code", "pointer", "message", "source", "params"} <= set(broken["violations"][0])
    told(post(client, "/api/v1/activities", draft, learner))
    again = {"activity": activity, "decision": "REGISTER"}
    told(post(client, "/api/v1/reviews", again, people["reviewer"]))
    told(client.get(f"/api/v1/activities/{uuid.uuid4()}"))
    told(post(client, "/api/v1/verifications", {"url": "https://elsewhere.example/s/x"}, {}))
    told(client.get("/api/v1/activities?cursor=nonsense"))
    assert set(statuses) == {400, 403, 404, 405, 409, 415}
    bad = post(client, "/credentials/verify", {"verifiableCredential": {}}, {})
    assert (bad.status_code, bad.json()["verified"]) == (400, False)
    credential["name"] += "!"
    bad = post(client, "/credentials/verify", {"verifiableCredential": credential}, {})
    assert bad.json()["problemDetails"]
    assert post(client, "/presentations/verify", {}, {}).status_code == 400


def test_too_many_requests_are_told_when_to_go_on(client, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    cache.clear()
    answers = [client.get("/api/v1/frameworks") for _ in range(4)]
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    cache.clear()


def test_an_address_that_is_none_is_a_problem_too(client):
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_an_answer_that_is_not_described_is_noticed(people, client):
    """The test of the test: each way in which an answer can differ from its description."""

    class Answer:
        def __init__(self, status, body, kind="application/json"):
            self.status_code, self.content = status, json.dumps(body).encode()
            self.headers = {"Content-Type": kind}

    good = client.get("/api/v1/institutions/kalda").json()
    address = "/api/v1/institutions/kalda"
    assert faults("get", address, Answer(200, good)) == []
    assert faults("get", address, Answer(202, good))
    assert faults("get", address, Answer(200, good, "text/html"))
    assert faults("get", address, Answer(200, {**good, "secret": 1}))
    assert faults("get", address, Answer(200, {**good, "can_award": "yes"}))
    assert faults("get", address, Answer(200, {k: v for k, v in good.items() if k != "did"}))
    assert faults("get", address, Answer(404, {"type": "x"}, "application/problem+json"))
