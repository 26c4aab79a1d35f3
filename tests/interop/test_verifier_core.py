"""The verifier of the Digital Credentials Consortium's wallet reads our badge as valid.

It knows our issuer from no registry, which it says; signature, period and schema are what it finds
right. What it would fetch it gets from the pinned files. It is asked about bad badges, too.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from credentials.issue import prepare, sign
from tests.credentials.forms import SelfIssuer
from tests.credentials.world import AT
from tests.interop.node import asking

pytestmark = pytest.mark.npm


@pytest.fixture(scope="module")
def wallet():
    with asking("dcc.mjs") as ask:
        yield lambda credential: ask(credential=credential)


def found(answer):
    return {row["id"]: row["valid"] for row in answer["log"]}


def schemas(answer):
    (more,) = answer["more"]
    assert more["id"] == "schema_check"
    return [row["result"]["valid"] for row in more["results"]]


def test_our_badge_is_valid(wallet):
    answer = wallet(json.loads(SelfIssuer().issue()))
    assert found(answer) | {"registered_issuer": False} == {
        "valid_signature": True,
        "expiration": True,
        "registered_issuer": False,
    }
    assert schemas(answer) == [True]


def test_a_changed_badge_is_not(wallet):
    badge = json.loads(SelfIssuer().issue())
    badge["credentialSubject"]["achievement"]["name"] = "Brain surgery"
    answer = wallet(badge)
    assert [row["name"] for row in answer["errors"]] == ["invalid_signature"]


def test_an_expired_badge_is_told(wallet):
    issuer = SelfIssuer(valid_until=datetime.now(UTC) - timedelta(days=1))
    raw = sign(prepare(issuer.facts, at=AT), signer=issuer.signer, at=AT).raw
    answer = wallet(json.loads(raw))
    assert found(answer)["valid_signature"] is True
    assert found(answer)["expiration"] is False


def test_a_badge_that_breaks_its_schema_is_told(wallet):
    issuer = SelfIssuer()
    document = json.loads(issuer.issue())
    del document["proof"], document["credentialSubject"]["achievement"]["assessmentType"]
    from credentials.issue import prepare_document

    raw = sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT).raw
    answer = wallet(json.loads(raw))
    assert found(answer)["valid_signature"] is True
    assert schemas(answer) == [False]
