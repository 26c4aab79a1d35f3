"""Tokens that are right: what we issue is read, in each form and from each dress it comes in."""

import json
import random
from datetime import timedelta

import pytest

from credentials.encoding import canonicalize
from credentials.envelopes.securing import FORMS
from credentials.errors import CredentialError, KeyNotUsable, Malformed, SigningFailed, Unsupported
from credentials.identifiers import VerificationMethod, did_jwk, did_key
from credentials.issue import prepare, prepare_document, sign
from credentials.keys import ALGORITHMS, Algorithm, PrivateKey, Use
from credentials.proofs import add_proof
from credentials.signers import MemorySigner
from credentials.verify import PROOF_ONLY, Verdict, verify
from tests.credentials.envelopes.forge import (
    RSA_KEY,
    Tokens,
    codes,
    enveloped,
    forge,
    part,
    report_on,
    taken_apart,
)
from tests.credentials.world import AT, FACTS, Issuer

JWT = [a for a in Algorithm if Use.JWT in ALGORITHMS[a].uses]
RUNS = [("vc+jwt", a) for a in JWT] + [("ob3+jwt", a) for a in (Algorithm.RSA, Algorithm.P256)]


@pytest.mark.parametrize(("suite", "algorithm"), RUNS)
def test_what_we_issue_is_valid(suite, algorithm):
    issuer = Issuer(algorithm=algorithm)
    prepared = prepare(FACTS, at=AT)
    secured = sign(prepared, signer=issuer.signer, at=AT, suite=suite)
    report = verify(secured.raw, sources=issuer.sources, at=AT)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.format == suite
    assert report.credential == prepared.document
    assert secured.media_type == FORMS[suite].media_type
    header, payload, _ = taken_apart(secured.raw)
    assert header["alg"] == ALGORITHMS[algorithm].jws
    assert header["kid"] == issuer.method
    if suite == "ob3+jwt":
        assert header.keys() == {"alg", "kid", "typ"}
        assert (payload["sub"], payload["jti"]) == (FACTS.learner.id, FACTS.id)
        assert payload["nbf"] == AT.timestamp()
        assert payload["exp"] == FACTS.valid_until.timestamp()
    else:
        assert header["typ"] == "vc+jwt"
        assert payload["iat"] == AT.timestamp()
        assert not {"vc", "nbf", "exp"} & payload.keys()


@pytest.mark.parametrize(("suite", "algorithm"), RUNS)
def test_any_flipped_byte_is_invalid(suite, algorithm):
    tokens = Tokens(suite, algorithm)
    dice = random.Random(20260302)
    places = (
        range(len(tokens.raw))
        if algorithm is Algorithm.ED25519
        else dice.sample(range(len(tokens.raw)), 400)
    )
    for place in places:
        changed = bytearray(tokens.raw)
        changed[place] ^= 1 << dice.randrange(8)
        report = tokens.verdict(bytes(changed))
        assert report.verdict is Verdict.INVALID, (place, bytes(changed[place - 20 : place + 20]))
        assert report.credential is None


@pytest.mark.parametrize("dress", [b"%s\n", b"\r\n  %s\t\n", b"data:application/vc+jwt,%s"])
def test_the_dress_doesnt_matter(dress):
    tokens = Tokens()
    report = tokens.verdict(dress % tokens.raw)
    assert (report.verdict, report.format) == (Verdict.VALID, "vc+jwt")


def test_enveloped_objects():
    tokens = Tokens()
    for members in (
        {},
        {"type": ["EnvelopedVerifiableCredential"]},
        {"@context": "https://www.w3.org/ns/credentials/v2"},
    ):
        report = tokens.verdict(enveloped(tokens.raw, **members))
        assert report.verdict is Verdict.VALID, report.findings
        assert report.format == "vc+jwt"


def test_typ_may_be_left_to_the_media_type():
    """VC-JOSE-COSE: typ SHOULD be vc+jwt; its own examples in data: URLs have none."""
    tokens = Tokens()
    bare = tokens.changed(drop=["typ", "cty"])
    assert tokens.verdict(enveloped(bare)).verdict is Verdict.VALID
    assert tokens.verdict(bare).verdict is Verdict.INVALID
    full = tokens.changed(header={"typ": "application/vc+jwt", "cty": "application/vc"})
    assert tokens.verdict(full).verdict is Verdict.VALID


def own(did_of, algorithm):
    """An issuer whose DID holds its key."""
    key = PrivateKey.generate(algorithm)
    issuer = Issuer(did_of(key.public), algorithm)
    issuer.key = key
    issuer.sources.methods.clear()
    fragment = "0" if issuer.did.startswith("did:jwk:") else key.public.multibase
    issuer.method = f"{issuer.did}#{fragment}"
    return issuer


@pytest.mark.parametrize("algorithm", JWT)
@pytest.mark.parametrize("did_of", [did_key, did_jwk])
def test_issuers_whose_did_holds_the_key(did_of, algorithm):
    issuer = own(did_of, algorithm)
    body = FACTS.awarding_body.__class__(
        issuer.did, {"en": "K"}, "EE", "EE001", "https://k.example", "1"
    )
    for suite in ("vc+jwt", *(["ecdsa-rdfc-2019"] if algorithm is Algorithm.P384 else [])):
        raw = issuer.issue(suite, awarding_body=body)
        report = report_on(raw, issuer)
        assert report.verdict is Verdict.VALID, report.findings


def test_ways_to_name_a_key():
    tokens = Tokens()
    fragment = tokens.issuer.method.partition("#")[2]
    thumbprint = tokens.issuer.key.public.thumbprint()
    for kid in (tokens.issuer.method, f"#{fragment}", fragment, thumbprint):
        report = tokens.verdict(tokens.changed(header={"kid": kid}))
        assert report.verdict is Verdict.VALID, (kid, report.findings)
    report = tokens.verdict(tokens.changed(header={"kid": "another"}))
    assert "key.not_found" in codes(report)
    report = tokens.verdict(tokens.changed(drop=["kid"]))
    assert (report.verdict, "key.not_named" in codes(report)) == (Verdict.INVALID, True)


def test_ed25519_goes_by_two_names():
    """RFC 9864 gives it the curve's."""
    tokens = Tokens()
    assert tokens.verdict(tokens.changed(header={"alg": "Ed25519"})).verdict is Verdict.VALID


def test_an_https_issuer_with_its_key_beneath_it():
    issuer = "https://issuer.example/i/1"
    for method_id in (f"{issuer}#k", f"{issuer}/keys/1"):
        tokens = Tokens("ob3+jwt", Algorithm.P256)
        controller = method_id.partition("#")[0]
        row = VerificationMethod(method_id, controller, tokens.issuer.key.public)
        tokens.issuer.sources.methods[method_id] = row
        change = {"issuer": {**tokens.payload["issuer"], "id": issuer}, "iss": issuer}
        raw = tokens.changed(header={"kid": method_id}, payload=change)
        report = tokens.verdict(raw, policy=PROOF_ONLY)
        assert report.verdict is Verdict.VALID, report.findings
        other = {"issuer": {**tokens.payload["issuer"], "id": issuer + "0"}, "iss": issuer + "0"}
        raw = tokens.changed(header={"kid": method_id}, payload=other)
        assert "key.not_issuers" in codes(tokens.verdict(raw))


def test_a_badge_may_carry_its_key_if_the_issuer_publishes_it():
    tokens = Tokens("ob3+jwt", Algorithm.RSA)
    header = {"jwk": tokens.issuer.key.public.jwk()}
    raw = tokens.changed(header=header, drop=["kid"])
    assert tokens.verdict(raw).verdict is Verdict.VALID
    header = {"jwk": RSA_KEY.public.jwk()}
    raw = tokens.changed(header=header, drop=["kid"], sign=RSA_KEY)
    assert "key.not_found" in codes(tokens.verdict(raw))
    raw = tokens.changed(header=header, sign=RSA_KEY)
    assert "key.not_issuers" in codes(tokens.verdict(raw))


def test_what_the_badges_profile_signs_with():
    for algorithm in (Algorithm.ED25519, Algorithm.P384, Algorithm.P521):
        with pytest.raises(KeyNotUsable):
            Issuer(algorithm=algorithm).issue("ob3+jwt")
    with pytest.raises(KeyNotUsable):
        Issuer(algorithm=Algorithm.RSA).issue("vc+jwt")
    with pytest.raises(Unsupported):
        Issuer(algorithm=Algorithm.RSA).issue("eddsa-rdfc-2022")
    with pytest.raises(Unsupported):
        Issuer().issue("vc+jwt+imagined")


def test_tokens_are_read_back_before_anybody_gets_them():
    issuer = Issuer()

    class Garbage(MemorySigner):
        def sign(self, data):
            return bytes(64)

    for suite in ("vc+jwt", "eddsa-jcs-2022"):
        with pytest.raises(SigningFailed):
            sign(
                prepare(FACTS, at=AT),
                signer=Garbage(issuer.key, issuer.method),
                at=AT,
                suite=suite,
            )
        with pytest.raises(SigningFailed):
            stranger = MemorySigner(issuer.key, "did:web:other.example#k")
            sign(prepare(FACTS, at=AT), signer=stranger, at=AT, suite=suite)


def test_a_credential_cant_smuggle_claims_into_its_token():
    issuer = Issuer()
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "credentialSubject": {"id": "did:example:a"},
        "exp": "never",
    }
    with pytest.raises(Malformed) as refusal:
        sign(prepare_document(document, at=AT), signer=issuer.signer, at=AT, suite="vc+jwt")
    assert refusal.value.code == "prepare.claim"
    with pytest.raises(Malformed) as refusal:
        del document["exp"]
        badge = Issuer(algorithm=Algorithm.P256)
        sign(prepare_document(document, at=AT), signer=badge.signer, at=AT, suite="ob3+jwt")
    assert refusal.value.code == "prepare.not_a_badge"


# --- Times --------------------------------------------------------------------------------------


def test_the_signatures_own_period():
    tokens = Tokens()
    now = int(AT.timestamp())
    late = tokens.verdict(tokens.changed(payload={"exp": now - 1}))
    assert (late.verdict, "validity.signature_expired" in codes(late)) == (Verdict.INVALID, True)
    assert tokens.verdict(tokens.changed(payload={"exp": now + 1})).verdict is Verdict.VALID
    early = tokens.verdict(tokens.changed(payload={"nbf": now + 60}))
    assert (early.verdict, "validity.not_yet" in codes(early)) == (Verdict.INVALID, True)
    assert tokens.verdict(tokens.changed(payload={"iat": now + 0.5})).verdict is Verdict.VALID


def test_a_key_must_have_lived_when_it_signed():
    tokens = Tokens()
    method = tokens.issuer.sources.methods[tokens.issuer.method]
    before = int(method.valid_from.timestamp()) - 1
    report = tokens.verdict(tokens.changed(payload={"iat": before}))
    assert "key.outside_period" in codes(report)


def test_an_embedded_proof_inside_counts_too():
    tokens = Tokens("ob3+jwt", Algorithm.P256)
    document = {k: v for k, v in tokens.payload.items() if k not in {"iss", "sub", "jti"}}
    document = {k: v for k, v in document.items() if k not in {"nbf", "exp"}}
    proof = add_proof(document, suite="ecdsa-jcs-2019", signer=tokens.issuer.signer, created=AT)
    raw = tokens.changed(payload={"proof": proof["proof"]})
    assert tokens.verdict(raw).verdict is Verdict.VALID, tokens.verdict(raw).findings
    spoiled = {**proof["proof"], "created": "2026-03-02T10:00:01Z"}
    report = tokens.verdict(tokens.changed(payload={"proof": spoiled}))
    assert (report.verdict, "proof.invalid_signature" in codes(report)) == (Verdict.INVALID, True)


# --- VC 1.1 in a token --------------------------------------------------------------------------

V1 = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "type": ["VerifiableCredential"],
    "issuer": "did:web:registry.example:institutions:kalda",
    "issuanceDate": "2026-03-02T10:00:00Z",
    "credentialSubject": {"id": "did:example:a"},
}


def legacy(issuer, vc, **claims):
    claims = {"iss": issuer.did, "sub": "did:example:a", "nbf": int(AT.timestamp())} | claims
    body = {"vc": vc, **{k: v for k, v in claims.items() if v is not None}}
    return forge({"alg": "EdDSA", "typ": "JWT", "kid": issuer.method}, body, issuer.key)


def test_the_older_form_is_read():
    issuer = Issuer()
    report = report_on(legacy(issuer, V1, jti="urn:uuid:1"), issuer)
    assert (report.verdict, report.format) == (Verdict.VALID, "vc-1.1+jwt")
    assert report.credential == V1 | {"id": "urn:uuid:1"}
    lean = {k: v for k, v in V1.items() if k not in {"issuer", "issuanceDate"}}
    lean["credentialSubject"] = {"type": "Person"}
    lean["@context"] = [*V1["@context"], "https://www.w3.org/ns/credentials/examples/v2"]
    report = report_on(legacy(issuer, lean), issuer)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.credential["issuer"] == issuer.did
    assert report.credential["issuanceDate"] == "2026-03-02T10:00:00Z"
    assert report.credential["credentialSubject"]["id"] == "did:example:a"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:web:other.example"},
        {"sub": "did:example:b"},
        {"nbf": int(AT.timestamp()) - 5},
        {"vp": {}},
    ],
)
def test_the_older_form_agrees_with_its_claims(claims):
    issuer = Issuer()
    assert report_on(legacy(issuer, V1, **claims), issuer).verdict is Verdict.INVALID


def test_the_older_form_isnt_taken_for_the_newer():
    issuer = Issuer()
    raw = legacy(issuer, V1)
    header, payload, _ = taken_apart(raw)
    for typ in ("vc+jwt", "vc+sd-jwt", "VC"):
        again = forge(header | {"typ": typ}, payload, issuer.key)
        assert report_on(again, issuer).verdict is Verdict.INVALID
    assert report_on(b"data:application/vc+jwt," + raw, issuer).verdict is Verdict.INVALID
    assert report_on(b"data:application/jwt," + raw, issuer).verdict is Verdict.VALID


def test_expired_by_the_claim_alone():
    issuer = Issuer()
    raw = legacy(issuer, V1, exp=int((AT + timedelta(hours=1)).timestamp()))
    assert report_on(raw, issuer).verdict is Verdict.VALID
    late = report_on(raw, issuer, at=AT + timedelta(hours=2))
    assert "validity.signature_expired" in codes(late)


@pytest.mark.parametrize(
    "payload", ["[]", "null", '"x"', "{", b"\xff", "", '{"a":1,"a":2}', "[NaN]"]
)
@pytest.mark.parametrize("typ", ["vc+jwt", "JWT"])
def test_payloads_that_are_no_object(payload, typ):
    issuer = Issuer()
    raw = forge({"alg": "EdDSA", "typ": typ, "kid": issuer.method}, payload, issuer.key)
    report = report_on(raw, issuer)
    assert report.verdict is Verdict.INVALID
    assert codes(report) & {"envelope.unreadable", "envelope.unknown_format"}


def test_everything_is_a_finding():
    issuer = Issuer()
    for raw in (
        b"..",
        b"a.b.c",
        b"e30.e30.",
        b"data:,",
        b"data:application/vc+jwt,",
        b"~",
        b"\xff.",
    ):
        assert report_on(raw, issuer).verdict is Verdict.INVALID
    for form in FORMS.values():
        with pytest.raises((CredentialError, ValueError)):
            form.reread(b"x", issuer.key.public)
    assert part({"a": 1}) == "eyJhIjogMX0"
    assert json.loads(canonicalize(V1)) == V1
