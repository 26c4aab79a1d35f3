"""Proofs that we read and never make, through the door: the derived ones and the older type."""

import json
from time import perf_counter

import pytest

from credentials import verify
from credentials.encoding import canonicalize, multibase_encode
from credentials.identifiers import VerificationMethod, did_key, parse_did_document
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import SUITES
from credentials.verify import OFFLINE, SimulatedSources, Verdict
from tests.credentials.proofs.selective import Selective
from tests.credentials.world import AT, Issuer

KEY = PrivateKey.generate(Algorithm.P256)
DID = did_key(KEY.public)
METHOD = f"{DID}#{KEY.public.multibase}"


def document():
    value = json.loads(Issuer().issue())
    del value["proof"], value["credentialSchema"]
    value["issuer"]["id"] = DID
    return value


def is_mandatory(line):
    return any(word in line for word in ("credentials#issuer", "#validFrom", "#validUntil"))


def shown(value, key=KEY, method=METHOD, **changes):
    configuration = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": "2026-03-02T10:00:00Z",
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    } | changes
    return Selective(value, key, configuration, is_mandatory).show(value)


def report_on(value):
    return verify(canonicalize(value), sources=SimulatedSources(), at=AT, policy=OFFLINE)


def codes(report):
    return {finding.code for finding in report.findings}


def test_a_derived_proof_is_verified_and_its_changes_are_not():
    value = document()
    secured = shown(value)
    report = report_on(secured)
    assert report.verdict is Verdict.VALID, report.findings
    assert report.credential == value
    for change in (
        {"name": "Another"},
        {"description": "Nobody signed this."},
        {"validUntil": "2099-01-01T00:00:00Z"},
    ):
        bad = report_on(secured | change)
        assert (bad.verdict, bad.credential) == (Verdict.INVALID, None), change
    without_end = {name: value for name, value in secured.items() if name != "validUntil"}
    assert report_on(without_end).verdict is Verdict.INVALID


def test_whose_key_it_is_is_asked_of_these_too():
    thief = PrivateKey.generate(Algorithm.P256)
    method = f"{did_key(thief.public)}#{thief.public.multibase}"
    assert "key.not_issuers" in codes(report_on(shown(document(), thief, method)))
    wrong = report_on(shown(document(), proofPurpose="authentication"))
    assert "proof.wrong_purpose" in codes(wrong)


def test_a_base_proof_is_not_a_verifiers_to_see():
    secured = shown(document())
    value = b"\xd9\x5d\x00" + b"\x85"
    secured["proof"]["proofValue"] = multibase_encode(value, base="u")
    report = report_on(secured)
    assert "proof.unsupported_suite" in codes(report)
    assert any("holder" in finding.detail for finding in report.findings)


def test_other_letters_in_front_of_the_value():
    for letter in "zmfU":
        secured = shown(document())
        secured["proof"]["proofValue"] = letter + secured["proof"]["proofValue"][1:]
        assert report_on(secured).verdict is Verdict.INVALID


def test_the_time_of_many_statements_is_bounded():
    value = document()
    value["evidence"] = [
        {"id": f"urn:x:{n}", "type": ["Evidence"], "name": str(n)} for n in range(200)
    ]
    secured = canonicalize(shown(value))
    start = perf_counter()
    report = verify(secured, sources=SimulatedSources(), at=AT, policy=OFFLINE)
    assert report.verdict is Verdict.VALID, report.findings
    assert perf_counter() - start < 2


# --- Ed25519Signature2020 -------------------------------------------------------------------------

OLD = PrivateKey.generate()
OLD_DID = did_key(OLD.public)


def signed_2020(change=None, **members):
    value = document()
    value["issuer"]["id"] = OLD_DID
    value["@context"].append("https://w3id.org/security/suites/ed25519-2020/v1")
    proof = {
        "type": "Ed25519Signature2020",
        "created": "2026-03-02T10:00:00Z",
        "verificationMethod": f"{OLD_DID}#{OLD.public.multibase}",
        "proofPurpose": "assertionMethod",
    } | members
    data = SUITES["Ed25519Signature2020"].hash_data(
        value, proof | {"@context": value["@context"]}, "sha256"
    )
    if change:
        change(value)
    return value | {"proof": proof | {"proofValue": multibase_encode(OLD.sign(data))}}


def test_the_older_type_of_proof():
    assert report_on(signed_2020()).verdict is Verdict.VALID
    for change in (
        lambda value: value.update(name="Another"),
        lambda value: value.pop("validUntil"),
        lambda value: value["issuer"].update(id=DID),
    ):
        assert report_on(signed_2020(change)).verdict is Verdict.INVALID
    later = signed_2020()
    later["proof"]["created"] = "2026-03-02T10:00:01Z"
    assert report_on(later).verdict is Verdict.INVALID


def test_a_set_with_one_bad_proof_is_refused():
    value = signed_2020()
    bad = value["proof"] | {"created": "2026-03-02T10:00:01Z"}
    assert report_on(value | {"proof": [value["proof"], bad]}).verdict is Verdict.INVALID
    assert report_on(value | {"proof": [value["proof"]]}).verdict is Verdict.VALID


@pytest.mark.parametrize(("key", "found"), [(OLD, 1), (KEY, 0)])
def test_keys_as_they_were_published_then(key, found):
    did = "did:web:old.example"
    row = {
        "id": f"{did}#1",
        "type": "Ed25519VerificationKey2020",
        "controller": did,
        "publicKeyMultibase": key.public.multibase,
    }
    methods = parse_did_document(
        {"id": did, "verificationMethod": [row], "assertionMethod": [row["id"]]}, did
    )
    assert len(methods) == found
    assert all(isinstance(method, VerificationMethod) and method.assertion for method in methods)
