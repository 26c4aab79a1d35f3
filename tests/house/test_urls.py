"""Every address has a permission: what is open to everybody is written down here, all else isn't.

An address that is new and open fails this test until somebody writes it down.
"""

import re
import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from rest_framework.permissions import AllowAny, IsAuthenticated

pytestmark = pytest.mark.django_db
ALL = ("GET", "POST", "PUT", "PATCH", "DELETE")
READ = frozenset({"GET"})
SEND = frozenset({"POST"})
BOTH = READ | SEND
# Sent on to another page, whoever asks and however.
EVERY = frozenset(ALL)

# Route → methods that anybody may use.
PUBLIC = {
    "": READ,
    "accounts/2fa/": EVERY,
    "accounts/2fa/webauthn/": EVERY,
    "accounts/2fa/webauthn/login/": READ,
    "accounts/inactive/": READ,
    "accounts/login/": BOTH | {"PUT"},
    "accounts/login/code/": BOTH | {"PUT"},
    "accounts/logout/": BOTH,
    "accounts/password/reset/": BOTH | {"PUT"},
    "accounts/password/reset/complete/": EVERY,
    "accounts/password/reset/done/": READ,
    "activities/": READ,
    "activities/<uuid:activity_id>.elm.jsonld": READ,
    "activities/<uuid:activity_id>.json": READ,
    "activities/<uuid:activity_id>.schema.jsonld": READ,
    "activities/<uuid:activity_id>/": READ,
    "activities/<uuid:activity_id>/versions/<int:number>.elm.jsonld": READ,
    "activities/<uuid:activity_id>/versions/<int:number>.json": READ,
    "activities/<uuid:activity_id>/versions/<int:number>.schema.jsonld": READ,
    "activities/<uuid:activity_id>/versions/<int:number>/": READ,
    "activities/compare": READ,
    "api/v1/accreditations/<uuid:accreditation_id>": READ,
    "api/v1/activities": READ,
    "api/v1/activities/<uuid:activity_id>": READ,
    "api/v1/activities/<uuid:activity_id>/decisions": READ,
    "api/v1/activities/<uuid:activity_id>/pathway": READ,
    "api/v1/activities/<uuid:activity_id>/versions": READ,
    "api/v1/activities/<uuid:activity_id>/versions/<int:number>": READ,
    "api/v1/changes": READ,
    "api/v1/docs": READ,
    "api/v1/frameworks": READ,
    "api/v1/frameworks/<slug:code>": READ,
    "api/v1/history/<str:kind>/<uuid:subject_id>": READ,
    "api/v1/history/<str:kind>/<uuid:subject_id>/events": READ,
    "api/v1/institutions": READ,
    "api/v1/institutions/<slug:slug>": READ,
    "api/v1/institutions/<slug:slug>/accreditations": READ,
    "api/v1/institutions/<slug:slug>/keys": READ,
    "api/v1/institutions/<slug:slug>/suspensions": READ,
    "api/v1/rule-changes": READ,
    "api/v1/schema": READ,
    "api/v1/statistics": READ,
    "api/v1/statistics.csv": READ,
    "api/v1/statistics/codebook": READ,
    "api/v1/verifications": SEND,
    "contexts/micro-credential/v1": READ,
    "credentials/verify": SEND,
    "frameworks/": READ,
    "frameworks/<slug:code>/": READ,
    "health": READ,
    "history/<slug:kind>/<uuid:subject_id>/": READ,
    "i18n/setlang/": EVERY,
    "institutions/": READ,
    "institutions/<slug:slug>/": READ,
    "institutions/<slug:slug>/did.json": READ,
    "institutions/<slug:slug>/keys": READ,
    "institutions/<slug:slug>/status/<slug:purpose>/<int:number>": READ,
    "ledger/": READ,
    "ledger/checkpoint": READ,
    "ledger/tile/<path:path>": READ,
    "presentations/verify": SEND,
    "register/": READ,
    "register/<str:name>": READ,
    "register/changes.atom": READ,
    "register/latest.elm.ndjson": READ,
    "register/latest.elm.ndjson.gz": READ,
    "register/latest.ndjson": READ,
    "register/latest.ndjson.gz": READ,
    "register/manifest.json": READ,
    "robots.txt": READ,
    "s/<str:token>": READ,
    "s/<str:token>/credential.json": READ,
    "s/<str:token>/credential.tlog-proof": READ,
    "s/<str:token>/open-badge-2/assertion.json": READ,
    "s/<str:token>/open-badge-2/badge.json": READ,
    "s/<str:token>/open-badge-2/issuer.json": READ,
    "schemas/<path:name>": READ,
    "statistics/": READ,
    "statistics/codebook/": READ,
    "statistics/completeness/": READ,
    "trust.json": READ,
    "verify": BOTH,
}
SAMPLES = {
    "uuid": str(uuid.uuid4()),
    "int": "1",
    "slug": "kalda",
    "str": "something",
    "path": "some/thing",
}


def routes(patterns=None, before=""):
    """Every route of the URL conf with its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from routes(pattern.url_patterns, route)


ROUTES = sorted(dict(routes()))


def address(route):
    """An address of the route; ids that nothing has, but the slug of an institution."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], route)


def test_what_is_written_down_as_public_exists():
    assert set(PUBLIC) <= set(ROUTES)


def refused(answer):
    """Sent to sign in, or asked for a token."""
    if answer.status_code == 302:
        return answer["Location"].startswith("/accounts/login/")
    return answer.status_code == 401


@pytest.mark.parametrize("route", ROUTES)
def test_only_what_is_written_down_is_open(world, route):
    client, told = Client(), set()
    for method in ALL:
        answer = client.generic(method, address(route), b"{}", content_type="application/json")
        if method in PUBLIC.get(route, ()):
            assert not refused(answer), (method, answer.status_code)
            assert answer.status_code < 500
        else:
            assert refused(answer) or answer.status_code == 405, (method, answer.status_code)
            told.add(answer.status_code)
    if route not in PUBLIC:
        assert told & {302, 401}, "nobody is asked who they are"


def test_every_view_of_the_api_names_its_permission():
    for route, view in routes():
        cls = getattr(view, "cls", None)
        if cls is None:
            continue
        assert set(cls.permission_classes) <= {AllowAny, IsAuthenticated}, route
        assert cls.permission_classes, route
        if AllowAny in cls.permission_classes:
            assert route in PUBLIC, route


@pytest.mark.parametrize("route", [r for r in ROUTES if r not in PUBLIC])
def test_a_person_without_any_right_gets_nothing_of_anybody(world, award, route):
    """Somebody signed in, of no institution: own pages, empty lists, or nothing there."""
    from registry.accounts.models import User

    nobody = User.objects.get(email="learner@example.org")
    nobody.email = "somebody-else@example.org"
    nobody.save(update_fields=["email"])
    client = Client()
    client.force_login(nobody, backend="django.contrib.auth.backends.ModelBackend")
    for method in ALL:
        answer = client.generic(method, address(route), b"{}", content_type="application/json")
        assert answer.status_code < 500
        if answer.status_code == 200:
            assert str(award.pk) not in answer.content.decode()
