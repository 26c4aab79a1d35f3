"""A credential of flat claims on the page that verifies: shown as far as it was shown to us."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from credentials import sign
from credentials.identifiers import did_key
from credentials.issue import prepare_claims
from credentials.keys import PrivateKey
from credentials.profiles import sd_jwt_vc
from credentials.proofs import sd_jwt
from credentials.signers import MemorySigner
from registry.web.claims import as_credential
from tests.credentials.world import FACTS

pytestmark = pytest.mark.django_db
KEY = PrivateKey.generate()
DID = did_key(KEY.public)


def issued(**changes):
    body = replace(FACTS.awarding_body, did=DID)
    now = timezone.now()
    facts = replace(FACTS, awarding_body=body, issued_at=now - timedelta(hours=1), **changes)
    signer = MemorySigner(KEY, f"{DID}#{KEY.public.multibase}")
    prepared = prepare_claims(sd_jwt_vc.build(facts)[0], at=now)
    return sign(prepared, signer=signer, at=now, suite="dc+sd-jwt").raw.decode()


def test_the_page_shows_what_the_holder_shows(client):
    text = issued()
    page = client.post("/verify", {"text": text}).content.decode()
    for shown in ("Καραγιάννη", "Kalda", "Draft a plan", "EQF-5", "2029-02-27"):
        assert shown in page
    without = sd_jwt.present(text, [("grade",)])
    page = client.post("/verify", {"text": without}).content.decode()
    assert "Καραγιάννη" not in page
    assert "Draft a plan" in page


def test_markup_in_a_claim_is_text(client):
    page = client.post("/verify", {"text": issued(title={"en": "<script>alert(1)</script>"})})
    assert "<script>alert" not in page.content.decode()


def test_claims_of_another_shape_are_left_out():
    odd = {"vct": "x", "iss": 5, "nbf": "soon", "exp": True, "learningOutcomes": "one"}
    odd |= {"givenName": {"en": "A"}, "level": 5, "title": ["t"], "qualityAssurance": [1, None]}
    shown = as_credential(odd)
    assert shown["name"] == "x"
    assert shown["validFrom"] == shown["validUntil"] == ""
    assert shown["credentialSubject"] == {"identifier": [], "achievement": {"alignment": []}}
