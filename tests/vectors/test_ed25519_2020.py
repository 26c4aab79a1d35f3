"""Ed25519Signature2020 (W3C CCG): the published example, every step byte for byte."""

import copy
import json

import pytest

from credentials.encoding import multibase_decode
from credentials.errors import CredentialError, Unsupported
from credentials.keys import Algorithm, PrivateKey, PublicKey
from credentials.proofs import SUITES, create_proof, verify_proof
from credentials.signers import MemorySigner
from tests.conftest import ROOT

NAME = "Ed25519Signature2020"
FOLDER = ROOT / "fixtures/vectors/w3c-vc-di-eddsa-2020" / NAME
SIGNED = json.loads((FOLDER / "signedEdSig.json").read_text())
KEY = PublicKey.from_multibase(SIGNED["proof"]["verificationMethod"].partition("#")[2])


def text(name):
    return (FOLDER / name).read_text()


def test_every_intermediate_value():
    document = {name: value for name, value in SIGNED.items() if name != "proof"}
    configuration = json.loads(text("proofConfigEdSig.json"))
    suite = SUITES[NAME]
    assert suite.canonicalize(document, "sha256") == text("canonDocEdSig.txt").encode()
    assert suite.canonicalize(configuration, "sha256") == text("proofCanonEdSig.txt").encode()
    assert suite.digest(document, "sha256").hex() == text("docHashEdSig.txt")
    assert suite.digest(configuration, "sha256").hex() == text("proofHashEdSig.txt")
    data = suite.hash_data(document, configuration, "sha256")
    assert data.hex() == text("combinedHashEdSig.txt")
    signature = multibase_decode(SIGNED["proof"]["proofValue"])
    assert signature.hex() == text("sigHexEdSig.txt")
    KEY.verify(signature, data)


def test_the_signed_document_and_any_other():
    expected = {name: value for name, value in SIGNED.items() if name != "proof"}
    assert verify_proof(SIGNED, SIGNED["proof"], KEY) == expected
    for change in (
        {"name": "Another"},
        {"proof": SIGNED["proof"] | {"created": "2023-02-24T23:36:39Z"}},
        {"proof": SIGNED["proof"] | {"proofPurpose": "authentication"}},
        {"proof": SIGNED["proof"] | {"type": "DataIntegrityProof"}},
        {"proof": SIGNED["proof"] | {"cryptosuite": "eddsa-rdfc-2022"}},
        {"proof": SIGNED["proof"] | {"proofValue": "z" + "1" * 64}},
    ):
        changed = copy.deepcopy(SIGNED) | change
        with pytest.raises(CredentialError):
            verify_proof(changed, changed["proof"], KEY)


def test_it_is_read_and_never_made():
    key = PrivateKey.generate(Algorithm.ED25519)
    with pytest.raises(Unsupported):
        create_proof(SIGNED, suite=NAME, signer=MemorySigner(key, "did:x:y#z"), created=None)
