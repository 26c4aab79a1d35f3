"""Presentations: whose, for whom, and of what."""

import json

import pytest

from credentials.encoding import canonicalize
from credentials.envelopes.securing import enveloped, present, presentation
from credentials.errors import SigningFailed
from credentials.identifiers import did_jwk, did_key
from credentials.keys import Algorithm, PrivateKey
from credentials.signers import MemorySigner
from credentials.verify import PROOF_ONLY, Verdict, verify_presentation
from tests.credentials.envelopes.forge import codes, forge, taken_apart
from tests.credentials.world import AT, Issuer

ALGORITHMS = [Algorithm.ED25519, Algorithm.P256, Algorithm.P384]
SUITES = {
    Algorithm.ED25519: ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vp+jwt"],
    Algorithm.P256: ["ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vp+jwt"],
    Algorithm.P384: ["ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vp+jwt"],
}
RUNS = [(algorithm, suite) for algorithm in ALGORITHMS for suite in SUITES[algorithm]]
ISSUER = Issuer()
AS_JSON = enveloped(ISSUER.issue(), "application/vc")
AS_TOKEN = enveloped(ISSUER.issue("vc+jwt"), "application/vc+jwt")


def holder(algorithm=Algorithm.ED25519, did_of=did_key):
    key = PrivateKey.generate(algorithm)
    did = did_of(key.public)
    return MemorySigner(key, f"{did}#{'0' if 'jwk' in did[:8] else key.public.multibase}"), did


def check(raw, challenge="c-1", domain="d.example"):
    return verify_presentation(
        raw,
        sources=ISSUER.sources,
        at=AT,
        challenge=challenge,
        domain=domain,
        policy=PROOF_ONLY,
    )


def shown(suite, signer, did, credentials=(AS_JSON, AS_TOKEN), **options):
    options = {"challenge": "c-1", "domain": "d.example"} | options
    return present(presentation(did, credentials), signer=signer, at=AT, suite=suite, **options)


@pytest.mark.parametrize(("algorithm", "suite"), RUNS)
@pytest.mark.parametrize("did_of", [did_key, did_jwk])
def test_what_is_presented_is_verified(algorithm, suite, did_of):
    signer, did = holder(algorithm, did_of)
    raw = shown(suite, signer, did)
    report, inner = check(raw)
    assert report.verdict is Verdict.VALID, (report.findings, [one.findings for one in inner])
    assert report.format == ("vp+jwt" if suite == "vp+jwt" else "vp+ld+json")
    assert [one.format for one in inner] == ["vc+ld+json", "vc+jwt"]
    for wrong in ({"challenge": "c-2"}, {"domain": "e.example"}):
        report, inner = check(raw, **wrong)
        assert report.verdict is Verdict.INVALID
        assert inner == ()


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vp+jwt"])
def test_it_was_made_for_somebody(suite):
    signer, did = holder()
    bare = shown(suite, signer, did, challenge=None, domain=None)
    assert check(bare, None, None)[0].verdict is Verdict.VALID
    assert check(bare, "c-1", None)[0].verdict is Verdict.INVALID
    assert check(bare, None, "d.example")[0].verdict is Verdict.INVALID


@pytest.mark.parametrize(("algorithm", "suite"), RUNS)
def test_any_flipped_byte_is_invalid(algorithm, suite):
    signer, did = holder(algorithm)
    raw = shown(suite, signer, did, credentials=[])
    assert check(raw)[0].verdict is Verdict.VALID
    for place in range(0, len(raw), 1 if suite == "vp+jwt" else 5):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 7
        assert check(bytes(changed))[0].verdict is Verdict.INVALID, bytes(
            changed[place - 9 : place]
        )


def test_enveloped_presentations():
    signer, did = holder()
    raw = shown("vp+jwt", signer, did)
    value = {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    value |= {"type": "EnvelopedVerifiablePresentation"}
    value |= {"id": "data:application/vp+jwt," + raw.decode()}
    report, inner = check(canonicalize(value))
    assert (report.verdict, report.format, len(inner)) == (Verdict.VALID, "vp+jwt", 2)
    for change in (
        {"type": ["VerifiablePresentation"]},
        {"type": "EnvelopedVerifiableCredential"},
        {"id": value["id"].partition(",")[2]},
        {"id": value["id"].replace("vp+jwt", "vc+jwt", 1)},
        {"@context": []},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        {"holder": did},
    ):
        report, _ = check(canonicalize(value | change))
        assert report.verdict is Verdict.INVALID, change


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "vp+jwt"])
def test_nobody_shows_for_another(suite):
    signer, did = holder()
    thief, _ = holder()
    with pytest.raises(SigningFailed):
        shown(suite, thief, did)
    # Reading back is done with the signer's own key, so a false name isn't noticed here …
    as_victim = MemorySigner(thief.key, signer.verification_method)
    raw = shown(suite, as_victim, did)
    # … but by everybody who looks up whose key that name is.
    assert check(raw)[0].verdict is Verdict.INVALID


def test_an_issuers_key_that_isnt_for_authentication_shows_nothing():
    raw = shown("vp+jwt", ISSUER.signer, ISSUER.did)
    report, _ = check(raw)
    assert codes(report) == {"presentation.invalid_proof"}


def changed(raw, key, *, header=None, payload=None, drop=()):
    head, body, _ = taken_apart(raw)
    head, body = {**head, **(header or {})}, {**body, **(payload or {})}
    for name in drop:
        head.pop(name, None)
        body.pop(name, None)
    return forge(head, body, key)


def test_tokens_of_presentations_are_read_strictly():
    signer, did = holder()
    other, other_did = holder()
    raw = shown("vp+jwt", signer, did)
    now = int(AT.timestamp())
    assert check(changed(raw, signer.key, drop=["holder"]))[0].verdict is Verdict.VALID
    assert check(changed(raw, signer.key, drop=["iss"]))[0].verdict is Verdict.VALID
    assert check(changed(raw, signer.key, drop=["iss", "holder"]))[0].verdict is Verdict.VALID
    refused = [
        {"payload": {"iss": other_did}},
        {"payload": {"holder": other_did}},
        {"payload": {"holder": other_did, "iss": other_did}},
        {"payload": {"vp": {}}},
        {"payload": {"vc": {}}},
        {"payload": {"aud": ["x.example"]}},
        {"payload": {"nonce": "c-2"}},
        {"payload": {"exp": now - 1}},
        {"payload": {"nbf": now + 1}},
        {"payload": {"type": ["VerifiableCredential"]}},
        {"payload": {"verifiableCredential": ["https://a.example/1"]}},
        {"payload": {"verifiableCredential": [5]}},
        {"payload": {"verifiableCredential": [AS_TOKEN] * 33}},
        {"payload": {"made_up": 1}},
        {"header": {"typ": "vc+jwt"}},
        {"header": {"typ": "JWT"}},
        {"header": {"cty": "vc"}},
        {"header": {"alg": "none"}},
        {"header": {"crit": ["exp"]}},
        {"header": {"kid": other.verification_method}},
        {"drop": ["kid"]},
        {"drop": ["nonce"]},
        {"drop": ["aud"]},
        {"drop": ["typ"]},
    ]
    for change in refused:
        report, inner = check(changed(raw, signer.key, **change))
        assert report.verdict is Verdict.INVALID, change
        assert inner == ()
    assert check(changed(raw, other.key))[0].verdict is Verdict.INVALID


def test_what_is_in_it_must_be_secured_and_right():
    signer, did = holder()
    document = json.loads(ISSUER.issue())
    unsigned = {k: v for k, v in document.items() if k != "proof"}
    spoiled = {**document, "name": "other"}
    head, dot, tail = AS_TOKEN["id"].rpartition(".")
    token = {**AS_TOKEN, "id": head + dot + tail[::-1].swapcase()}
    alone = {"@context": AS_TOKEN["@context"], "type": "VerifiableCredential"}
    for bad in (unsigned, spoiled, token, alone):
        for suite in ("eddsa-jcs-2022", "vp+jwt"):
            raw = shown(suite, signer, did, credentials=[AS_JSON, bad])
            report, _ = check(raw)
            assert report.verdict is Verdict.INVALID


def test_the_older_form_of_the_w3c_tests():
    """A ``vp`` claim with an enveloped credential in a ``vc`` claim, by two did:keys."""
    signer, did = holder()
    issuer, issuer_did = holder(Algorithm.P256)
    vc = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
        "issuer": issuer_did,
    }
    header = {"alg": "ES256", "kid": issuer.verification_method}
    claims = {"iss": issuer_did, "sub": "did:example:alice", "vc": vc}
    inner = forge(header, claims, issuer.key).decode()
    vp = presentation(did, [{**AS_TOKEN, "id": f"data:application/jwt,{inner}"}])
    header = {"alg": "EdDSA", "typ": "JWT", "kid": signer.verification_method}
    claims = {"iss": did, "aud": "example.com", "nonce": "123456789", "vp": vp}
    raw = b"data:application/jwt," + forge(header, claims, signer.key)
    report, (one,) = check(raw, "123456789", None)
    assert report.verdict is Verdict.VALID, (report.findings, one.findings)
    assert (report.format, one.format) == ("vp-1.1+jwt", "vc-1.1+jwt")
    assert check(raw, "1", None)[0].verdict is Verdict.INVALID
