"""W3C Data Integrity EdDSA Cryptosuites 1.0: the published vectors, every step byte for byte."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from credentials.encoding import multibase_decode, multibase_encode
from credentials.errors import InvalidProof, Malformed
from credentials.keys import Algorithm, PrivateKey, PublicKey
from credentials.proofs import SUITES, add_proof, create_proof, proofs_of, verify_proof
from credentials.signers import MemorySigner

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "vectors" / "w3c-vc-di-eddsa"
CHAIN = FOLDER / "proof-set-chain"
RUNS = {
    "eddsa-rdfc-2022": ("DataInt", FOLDER / "unsigned.json"),
    "eddsa-jcs-2022": ("JCS", FOLDER / "unsigned.json"),
}
# The employment authorization document names a context that isn't pinned here: not a vector we
# can compute, and so the example of a credential whose context is unknown.
UNKNOWN_CONTEXT = FOLDER / "eddsa-rdfc-2022" / "employ"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def text(path):
    return path.read_text(encoding="utf-8")


def private_key(pair):
    # Multikey: two bytes of multicodec prefix (0x1300, a varint) in front of the seed.
    data = multibase_decode(pair["privateKeyMultibase"])
    assert data[:2] == b"\x80\x26"
    key = PrivateKey.from_bytes(Algorithm.ED25519, data[2:])
    assert key.public.multibase == pair["publicKeyMultibase"]
    return key


@pytest.fixture
def key():
    return private_key(load(FOLDER / "keyPair.json"))


@pytest.mark.parametrize("name", RUNS)
def test_every_intermediate_value(name, key):
    suffix, unsigned = RUNS[name]
    suite, folder, document = SUITES[name], FOLDER / name, load(unsigned)
    configuration = load(folder / f"proofConfig{suffix}.json")

    canonical = suite.canonicalize(document, "sha256")
    assert canonical == text(folder / f"canonDoc{suffix}.txt").encode()
    assert suite.digest(document, "sha256").hex() == text(folder / f"docHash{suffix}.txt")

    configured = suite.canonicalize(configuration, "sha256")
    assert configured == text(folder / f"proofCanon{suffix}.txt").encode()
    assert suite.digest(configuration, "sha256").hex() == text(folder / f"proofHash{suffix}.txt")

    data = suite.hash_data(document, configuration, "sha256")
    assert data.hex() == text(folder / f"combinedHash{suffix}.txt")

    signature = key.sign(data)
    assert signature.hex() == text(folder / f"sigHex{suffix}.txt")
    assert multibase_encode(signature) == text(folder / f"sigBTC58{suffix}.txt")


@pytest.mark.parametrize("name", RUNS)
def test_the_signed_document(name, key):
    suffix, unsigned = RUNS[name]
    expected = load(FOLDER / name / f"signed{suffix}.json")
    configuration = load(FOLDER / name / f"proofConfig{suffix}.json")
    signed = add_proof(
        load(unsigned),
        suite=name,
        signer=MemorySigner(key, configuration["verificationMethod"]),
        created=datetime.fromisoformat(configuration["created"]),
    )
    assert signed == expected
    assert verify_proof(signed, signed["proof"], key.public) == load(unsigned)


def test_a_context_nobody_pinned_is_refused(key):
    signed = load(UNKNOWN_CONTEXT / "signedDataInt.json")
    for act in (
        lambda: verify_proof(signed, signed["proof"], key.public),
        lambda: SUITES["eddsa-rdfc-2022"].canonicalize(
            load(FOLDER / "employmentAuth.json"), "sha256"
        ),
    ):
        with pytest.raises(Malformed) as refusal:
            act()
        assert refusal.value.code == "structure.unknown_context"
        assert refusal.value.pointer == "/@context/1"


# --- Sets and chains ----------------------------------------------------------------------------

STEPS = (
    # configuration, key, document before, document after
    ("proofSetConfig1", "keyPair1", "unsigned", "signedProofSet1"),
    ("proofSetConfig2", "keyPair2", "signedProofSet1", "signedProofSet2"),
    ("proofChainConfig1", "keyPair3", "signedProofSet2", "signedProofChain1"),
    ("proofChainConfig2", "keyPair4", "signedProofChain1", "signedProofChain2"),
)


def of_method(proof):
    return PublicKey.from_multibase(proof["verificationMethod"].partition("#")[2])


@pytest.mark.parametrize(("configuration", "pair", "before", "after"), STEPS)
def test_each_proof_of_the_set_and_the_chain(configuration, pair, before, after):
    given = load(CHAIN / f"{configuration}.json")
    signer = MemorySigner(
        private_key(load(CHAIN / "multiKeyPairs.json")[pair]), given["verificationMethod"]
    )
    proof = create_proof(
        load(CHAIN / f"{before}.json"),
        suite=given["cryptosuite"],
        signer=signer,
        created=datetime.fromisoformat(given["created"]),
        proof_id=given.get("id"),
        previous=given.get("previousProof"),
    )
    assert proof == list(proofs_of(load(CHAIN / f"{after}.json")))[-1]
    assert proof == load(CHAIN / f"{configuration.replace('Config', 'ConfigSigned')}.json")


@pytest.mark.parametrize("name", ["signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_every_proof_verifies(name):
    signed = load(CHAIN / f"{name}.json")
    for proof in proofs_of(signed):
        verify_proof(signed, proof, of_method(proof))


@pytest.mark.parametrize(("link", "number"), [("proofChainConfig1", 1), ("proofChainConfig2", 2)])
def test_a_chained_proof_covers_the_proofs_before_it(link, number):
    signed = load(CHAIN / f"signedProofChain{number}.json")
    proof = proofs_of(signed)[-1]
    expected = load(CHAIN / f"proofChainTempDoc{number}.json")
    assert verify_proof(signed, proof, of_method(proof)) == expected


def test_a_previous_proof_that_is_gone_is_noticed():
    signed = load(CHAIN / "signedProofChain2.json")
    last = signed["proof"][-1]
    without = {
        **signed,
        "proof": [p for p in signed["proof"] if p.get("id") != last["previousProof"]],
    }
    with pytest.raises(InvalidProof) as refusal:
        verify_proof(without, last, of_method(last))
    assert refusal.value.code == "proof.previous_not_found"
