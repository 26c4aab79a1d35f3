"""Who may call what: every address and method of the API, by each person of the world.

A new address needs its rows here; ``test_every_address_has_its_rows`` says which are missing. What
a person mustn't know of is 404, what they may know of and not do is 403, and no token is 401.
"""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import resolve
from django.utils import timezone

from registry.activities import services
from registry.api.urls import urlpatterns
from registry.common.actors import SYSTEM
from registry.issuers import selectors as issuers
from registry.issuers.services import suspend_institution
from registry.issuers.stops import stop_issuing
from registry.ledger.services import publish_checkpoint
from registry.sharing.services import create_share
from registry.statistics.services import make_release
from tests.api.callers import Caller
from tests.api.conftest import NAMES
from tests.conftest import AT, activity_row, make_registered
from tests.registry import acts
from tests.registry.test_imports import example, sheet_of

pytestmark = pytest.mark.django_db
ALL = ("nobody", *NAMES)
METHODS = ("get", "post", "put", "patch", "delete")


def row(nobody, registrar, issuer, reviewer, learner, stranger):
    """Expected statuses, one for each person."""
    order = (nobody, registrar, issuer, reviewer, learner, stranger)
    people = ("nobody", "registrar", "issuer", "reviewer", "learner", "stranger")
    return dict(zip(people, order, strict=True))


OPEN = row(200, 200, 200, 200, 200, 200)
MEMBERS = row(401, 200, 200, 200, 200, 200)
INSIDERS = row(404, 200, 200, 200, 404, 404)
AUTHORITY = row(401, 403, 403, 201, 403, 403)
REVIEWER = row(401, 403, 403, 201, 404, 404)
INSIDE_ONLY = row(401, 200, 200, 200, 404, 404)
OWNER = row(404, 200, 200, 404, 200, 404)
LEARNER = row(404, 404, 404, 404, 200, 404)
WHY = {"reasons": "Reasons"}
# Staff of the institution may see an award; who hasn't the role to change it is told so.
STOPPERS = row(401, 201, 201, 201, 403, 403)
# The stop is the other institution's: its own people and the authority lift it.
LIFTERS = {"nobody": 401, "reviewer": 204, "stranger": 204}
ISSUER = row(401, 403, 201, 404, 404, 404)
CORRECTION = {"reason": "typo", "recipient": {"full_name": "Ada Lovelace"}}


def registrar(status):
    return row(401, status, 403, 403, 404, 404)


def today(days=0):
    return (timezone.now().date() + timedelta(days=days)).isoformat()


TABLE = [
    ("get", "/api/v1/institutions", None, OPEN),
    ("get", "/api/v1/institutions/kalda", None, OPEN),
    ("get", "/api/v1/institutions/kalda/accreditations", None, OPEN),
    ("get", "/api/v1/institutions/kalda/suspensions", None, OPEN),
    ("post", "/api/v1/institutions/kalda/suspend", WHY, AUTHORITY),
    ("post", "/api/v1/institutions/other/resume", WHY, AUTHORITY | {"reviewer": 204}),
    ("get", "/api/v1/institutions/kalda/impact", None, INSIDE_ONLY),
    ("get", "/api/v1/institutions/kalda/keys", None, OPEN),
    ("get", "/api/v1/issuing-stops", None, MEMBERS),
    ("post", "/api/v1/issuing-stops", {"institution": "kalda", "reason": "x"}, STOPPERS),
    ("post", "/api/v1/issuing-stops/{stop}/lift", None, dict.fromkeys(STOPPERS, 403) | LIFTERS),
    ("post", "/api/v1/accreditations", "accreditation", AUTHORITY),
    ("get", "/api/v1/accreditations/{accreditation}", None, OPEN),
    (
        "post",
        "/api/v1/accreditations/{accreditation}/change",
        {"from_day": today(1), "levels": ["6"]},
        AUTHORITY,
    ),
    (
        "post",
        "/api/v1/accreditations/{accreditation}/withdraw",
        {"from_day": today(1)} | WHY,
        AUTHORITY,
    ),
    ("get", "/api/v1/history/activity/{registered}", None, OPEN),
    ("get", "/api/v1/history/activity/{draft}", None, INSIDERS),
    ("get", "/api/v1/history/institution/{institution}", None, OPEN),
    ("get", "/api/v1/history/accreditation/{accreditation}", None, OPEN),
    ("get", "/api/v1/history/award/{award}", None, OWNER),
    ("get", "/api/v1/history/share/{share}", None, LEARNER),
    ("get", "/api/v1/history/nothing/{award}", None, row(404, 404, 404, 404, 404, 404)),
    ("get", "/api/v1/history/activity/{registered}/events", None, OPEN),
    ("get", "/api/v1/history/activity/{draft}/events", None, INSIDERS),
    ("get", "/api/v1/history/award/{award}/events", None, OWNER),
    ("get", "/api/v1/evidence", None, MEMBERS),
    ("get", "/api/v1/reviews-due", None, MEMBERS),
    ("get", "/api/v1/rule-changes", None, OPEN),
    (
        "get",
        "/api/v1/frameworks/ee-estqf/preview?route=mikrokraad&day=2026-03-02",
        None,
        MEMBERS,
    ),
    ("get", "/api/v1/frameworks", None, OPEN),
    ("get", "/api/v1/frameworks/ee-estqf", None, OPEN),
    ("get", "/api/v1/activities", None, OPEN),
    ("post", "/api/v1/activities", "draft", row(401, 201, 403, 403, 403, 403)),
    ("get", "/api/v1/activities/{registered}", None, OPEN),
    ("get", "/api/v1/activities/{draft}", None, INSIDERS),
    ("post", "/api/v1/activities/import", "table", row(401, 201, 403, 403, 403, 403)),
    ("patch", "/api/v1/activities/{draft}", {"payload": {}}, registrar(200)),
    ("get", "/api/v1/activities/{registered}/versions", None, OPEN),
    ("get", "/api/v1/activities/{draft}/versions", None, row(404, 404, 404, 404, 404, 404)),
    ("get", "/api/v1/activities/{registered}/versions/1", None, OPEN),
    ("get", "/api/v1/activities/{registered}/pathway", None, OPEN),
    ("get", "/api/v1/activities/{draft}/pathway", None, row(404, 404, 404, 404, 404, 404)),
    ("get", "/api/v1/statistics", None, OPEN),
    ("get", "/api/v1/statistics.csv", None, OPEN),
    ("get", "/api/v1/statistics/codebook", None, OPEN),
    ("post", "/api/v1/activities/{registered}/revision", None, registrar(201)),
    ("delete", "/api/v1/activities/{revised}/revision", None, registrar(204)),
    ("get", "/api/v1/activities/{registered}/decisions", None, OPEN),
    ("get", "/api/v1/activities/{draft}/decisions", None, INSIDERS),
    # Estonia's law names no time that could be extended: the reviewer may, and is told.
    ("post", "/api/v1/activities/{waiting}/extend", WHY, REVIEWER | {"reviewer": 409}),
    ("post", "/api/v1/activities/{registered}/suspend", WHY, REVIEWER),
    ("post", "/api/v1/activities/{suspended}/resume", WHY, REVIEWER),
    ("post", "/api/v1/activities/{registered}/end", WHY, REVIEWER | {"registrar": 201}),
    ("get", "/api/v1/activities/{registered}/impact", None, INSIDE_ONLY),
    ("post", "/api/v1/activities/{draft}/check", None, INSIDE_ONLY),
    ("post", "/api/v1/activities/{draft}/submit", None, registrar(200)),
    ("delete", "/api/v1/activities/{waiting}/submit", None, registrar(204)),
    ("get", "/api/v1/changes", None, OPEN),
    ("get", "/api/v1/reviews", None, MEMBERS),
    ("post", "/api/v1/reviews", "decision", REVIEWER),
    ("get", "/api/v1/awards", None, MEMBERS),
    ("post", "/api/v1/awards", "award", row(401, 403, 201, 403, 404, 404)),
    ("get", "/api/v1/awards/{award}", None, OWNER | {"nobody": 401}),
    ("get", "/api/v1/awards/{award}/credential", None, OWNER | {"nobody": 401}),
    ("get", "/api/v1/awards/{award}/proof", None, OWNER | {"nobody": 401}),
    ("get", "/api/v1/awards/{award}/changes", None, OWNER | {"nobody": 401}),
    ("post", "/api/v1/awards/{award}/revoke", {"reason": "misconduct"}, ISSUER),
    ("post", "/api/v1/awards/{award}/suspend", {"reason": "complaint"}, ISSUER),
    ("post", "/api/v1/awards/{award}/resume", {"reason": "cleared"}, ISSUER | {"issuer": 409}),
    ("post", "/api/v1/awards/{award}/supersede", CORRECTION, ISSUER),
    ("post", "/api/v1/awards/{award}/undo", None, ISSUER | {"issuer": 409}),
    ("get", "/api/v1/shares", None, MEMBERS),
    ("post", "/api/v1/shares", "share", row(401, 403, 403, 404, 201, 404)),
    ("delete", "/api/v1/shares/{share}", None, LEARNER | {"nobody": 401, "learner": 204}),
    ("post", "/api/v1/verifications", "credential", OPEN),
    ("get", "/api/v1/schema", None, OPEN),
    ("get", "/api/v1/docs", None, OPEN),
    ("post", "/credentials/verify", "verifiable", OPEN),
    # Nothing is shown: read and refused, whoever asks.
    ("post", "/presentations/verify", {}, dict.fromkeys(ALL, 400)),
]


def routes():
    """Every address with the methods that its view answers."""
    for pattern in urlpatterns:
        view = pattern.callback.view_class
        for method in METHODS:
            if hasattr(view, method):
                yield method, str(pattern.pattern)


def test_every_address_has_its_rows():
    made_up = dict.fromkeys(PLACES, "00000000-0000-7000-8000-000000000000")
    named = set()
    for method, path, _body, _expected in TABLE:
        match = resolve(path.format(**made_up).partition("?")[0])
        named.add((method, match.route))
    assert sorted(set(routes()) - named) == []


PLACES = (
    "institution",
    "accreditation",
    "draft",
    "waiting",
    "registered",
    "suspended",
    "revised",
    "award",
    "share",
    "stop",
)


@pytest.fixture
def places(world, award, registered, lists_of_today):
    """One thing of each kind, all of the first institution."""
    at = AT + timedelta(hours=1)
    suspended, revised = make_registered(world), make_registered(world)
    services.suspend_activity(activity=suspended, reasons="x", actor=world.reviewer, at=at)
    services.start_revision(activity=revised, actor=world.registrar, at=at)
    suspend_institution(institution=world.other, reasons="x", actor=world.reviewer, at=at)
    make_release(actor=SYSTEM, at=at)
    share, _token = create_share(
        award=award, expires_at=AT + timedelta(days=700), actor=world.learner, at=AT
    )
    publish_checkpoint(at=at)
    return SimpleNamespace(
        institution=world.institution.pk,
        accreditation=issuers.list_accreditations(world.institution).get().pk,
        draft=acts.draft(world).pk,
        waiting=acts.submitted(world).pk,
        registered=registered.pk,
        suspended=suspended.pk,
        revised=revised.pk,
        award=award.pk,
        share=share.pk,
        stop=stop_issuing(institution=world.other, reason="x", actor=SYSTEM, at=at).pk,
        credential=json.loads(bytes(award.secured)),
    )


def body_of(name, places):
    """A body that is well formed, for what is asked by name."""
    payload, source = activity_row("mc-ee-001")
    return {
        "accreditation": {
            "institution": "kalda",
            "authority": "haka",
            "framework": "ee-estqf",
            "reference": "HAKA-9",
            "valid_from": today(),
        },
        "draft": {
            "institution": "kalda",
            "framework": source["framework"],
            "route": source["route"],
            "payload": payload,
        },
        "table": {
            "institution": "kalda",
            "framework": "ee-estqf",
            "route": "mikrokvalifikatsioon",
            "file": ContentFile(sheet_of(example("One")), "table.csv"),
        },
        "decision": {"activity": str(places.waiting), "decision": "RETURN"} | WHY,
        "award": {
            "activity": str(places.registered),
            "recipient": {"full_name": "Ada Lovelace"},
            "awarded_on": today(),
        },
        "share": {
            "award": str(places.award),
            "expires_at": (timezone.now() + timedelta(days=1)).isoformat(),
        },
        "credential": {"credential": places.credential},
        "verifiable": {"verifiableCredential": places.credential},
    }[name]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    TABLE,
    ids=[f"{method} {path}" for method, path, _, _ in TABLE],
)
def test_who_may_call_it(client, calls, places, method, path, body, expected):
    address = path.format(**vars(places))
    came = {}
    for name in ALL:
        with transaction.atomic():
            sent = body_of(body, places) if isinstance(body, str) else body
            came[name] = calls[name].call(method, address, sent).status_code
            transaction.set_rollback(True)
    assert came == expected


def test_a_wrong_token_is_refused_even_where_none_is_needed(client, registered):
    caller = Caller(client)
    caller.headers = {"HTTP_AUTHORIZATION": "Bearer nonsense"}
    assert caller.call("get", f"/api/v1/activities/{registered.pk}").status_code == 401


@pytest.mark.parametrize(
    "member", ["institution_id", "state", "is_staff", "reviewer_name", "actor", "at", "id"]
)
def test_no_body_brings_in_more_than_it_may(calls, places, member):
    """Mass assignment: a member that isn't asked for is refused at every address."""
    for method, path, body, expected in TABLE:
        # These two take a foreign document and options of the W3C's VC API as they are.
        if method not in {"post", "patch"} or body is None or "verif" in path:
            continue
        known = body_of(body, places) if isinstance(body, str) else body
        who = next(name for name in NAMES if expected[name] in {200, 201, 204, 409})
        answer = calls[who].call(method, path.format(**vars(places)), {**known, member: "x"})
        assert answer.status_code == 400, (method, path)
        assert f"/{member}" in {v["pointer"] for v in answer.json()["violations"]}, path
