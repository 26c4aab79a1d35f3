"""Selective embedded proofs: nothing that wasn't signed is shown, in whatever part it hides."""

import copy

import pytest

from credentials.encoding import multibase_decode
from credentials.errors import CredentialError, InvalidProof, Malformed
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import ecdsa_sd
from tests.credentials.linked_data.opinions import load
from tests.credentials.proofs.selective import Selective, cbor

WHOLE = load("project-micro-credential.json")
KEY = PrivateKey.generate(Algorithm.P256)
METHOD = f"did:key:{KEY.public.multibase}#{KEY.public.multibase}"
CONFIGURATION = {
    "type": "DataIntegrityProof",
    "cryptosuite": "ecdsa-sd-2023",
    "created": "2026-03-02T10:00:00Z",
    "verificationMethod": METHOD,
    "proofPurpose": "assertionMethod",
}


def is_mandatory(line):
    return "credentials#issuer" in line or "credentials#validFrom" in line


@pytest.fixture(scope="module")
def signed():
    return Selective(WHOLE, KEY, CONFIGURATION, is_mandatory)


def check(document, key=KEY):
    document = copy.deepcopy(document)
    proof = document.pop("proof")
    configuration = {k: v for k, v in proof.items() if k != "proofValue"}
    configuration["@context"] = document["@context"]
    value = multibase_decode(proof["proofValue"])
    return ecdsa_sd.check(document, configuration, proof, value, key.public)


def refused(document, kind=CredentialError, code=None, key=KEY):
    with pytest.raises(kind) as caught:
        check(document, key)
    assert code is None or caught.value.code == code


def test_the_whole_is_verified(signed):
    assert check(signed.show(WHOLE)) == WHOLE


def test_another_key_is_refused(signed):
    refused(signed.show(WHOLE), InvalidProof, key=PrivateKey.generate(Algorithm.P256))


def test_a_statement_without_a_signature_is_refused(signed):
    shown = signed.show(WHOLE)
    shown["name"] = "Another"
    refused(shown, InvalidProof)
    shown = signed.show(WHOLE)
    shown["description"] = "Nobody signed this."
    refused(shown, InvalidProof)


def test_a_mandatory_statement_cannot_be_left_out(signed):
    shown = signed.show(WHOLE)
    del shown["validFrom"]
    refused(shown, InvalidProof)


@pytest.mark.parametrize("member", ["created", "verificationMethod", "proofPurpose"])
def test_the_configuration_is_signed(signed, member):
    shown = signed.show(WHOLE)
    shown["proof"][member] = {"created": "2026-03-02T10:00:01Z"}.get(member, "urn:x:y")
    refused(shown)


def swap(part, value):
    def change(parts):
        parts[part] = value(parts[part]) if callable(value) else value

    return change


def relabel(parts):
    first, second = sorted(parts[3])[:2]
    parts[3][first], parts[3][second] = parts[3][second], parts[3][first]


def merge(parts):
    first, second = sorted(parts[3])[:2]
    parts[3][first] = parts[3][second]


def other_key(parts):
    """The forger's own proof key, with which she signs each statement anew."""
    parts[1] = multibase_decode(PrivateKey.generate(Algorithm.P256).public.multibase)


CHANGES = {
    "no signatures": swap(2, []),
    "one signature less": swap(2, lambda rows: rows[:-1]),
    "one signature more": swap(2, lambda rows: [*rows, rows[0]]),
    "two signatures exchanged": swap(2, lambda rows: [rows[1], rows[0], *rows[2:]]),
    "a signature of zeros": swap(2, lambda rows: [bytes(64), *rows[1:]]),
    "base signature of zeros": swap(0, bytes(64)),
    "a short signature": swap(2, lambda rows: [rows[0][:-1], *rows[1:]]),
    "no mandatory indexes": swap(4, []),
    "all mandatory": swap(4, lambda rows: list(range(9))),
    "an index twice": swap(4, lambda rows: [*rows, rows[0]]),
    "an index beyond": swap(4, lambda rows: [*rows, 9999]),
    "a huge index": swap(4, lambda rows: [*rows, 2**63]),
    "bytes as index": swap(4, [b"\x00"]),
    "labels exchanged": relabel,
    "two nodes under one label": merge,
    "no labels": swap(3, {}),
    "a label too many": swap(3, lambda labels: labels | {99: bytes(32)}),
    "a short label": swap(3, lambda labels: labels | {0: bytes(31)}),
    "bytes as a node": swap(3, lambda labels: {b"0": bytes(32)}),
    "labels as an array": swap(3, []),
    "another proof key": other_key,
    "a proof key off the curve": swap(1, b"\x80\x24\x02" + b"\xff" * 32),
    "an Ed25519 proof key": swap(1, b"\xed\x01" + bytes(33)),
    "a proof key with another prefix": swap(1, lambda key: b"\x81\x24" + key[2:]),
    "a longer proof key": swap(1, lambda key: key + b"\x00"),
    "six parts": lambda parts: parts.append(0),
    "four parts": lambda parts: parts.pop(),
    "a number as signatures": swap(2, 7),
}


@pytest.mark.parametrize("name", CHANGES)
def test_no_part_of_the_proof_can_be_changed(signed, name):
    refused(signed.show(WHOLE, change=CHANGES[name]))


def test_any_flipped_byte_of_the_proof_value_is_noticed(signed):
    shown = signed.show(WHOLE)
    value = multibase_decode(shown["proof"]["proofValue"])
    for place in range(0, len(value), 41):
        changed = bytearray(value)
        changed[place] ^= 1
        refused(signed.secured(WHOLE, bytes(changed)))


@pytest.mark.parametrize(
    "value", [b"", b"\xd9\x5d\x01", b"\xd9\x5d\x02" + cbor([]), b"\xd9\x5d\x01" + bytes(70_000)]
)
def test_values_that_are_no_proofs(signed, value):
    refused(signed.secured(WHOLE, value), Malformed, "proof.malformed")


def test_a_claim_moved_to_another_node_is_refused(signed):
    shown = signed.show(WHOLE)
    issuer, achievement = shown["issuer"], shown["credentialSubject"]["achievement"]
    issuer["name"], achievement["name"] = achievement["name"], issuer["name"]
    refused(shown)
