"""W3C Data Integrity ECDSA Cryptosuites 1.0: the published vectors, every step byte for byte."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credentials.encoding import multibase_decode, multibase_encode
from credentials.errors import InvalidProof, Malformed
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import SUITES, add_proof, create_proof, verify_proof
from credentials.signers import MemorySigner

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "vectors" / "w3c-vc-di-ecdsa"
CURVES = {
    # multicodec of the secret key, and what the vectors' signer used
    Algorithm.P256: ("p256", b"\x86\x26", ec.SECP256R1(), hashes.SHA256(), "sha256"),
    Algorithm.P384: ("p384", b"\x87\x26", ec.SECP384R1(), hashes.SHA384(), "sha384"),
}
SUFFIX = {"ecdsa-rdfc-2019": "ECDSA", "ecdsa-jcs-2019": "JCSECDSA"}
RUNS = [(name, algorithm) for name in SUFFIX for algorithm in CURVES]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def text(path):
    return path.read_text(encoding="utf-8")


class Deterministic(MemorySigner):
    """RFC 6979, as the vectors' signer: what the product hedges with randomness is fixed here."""

    def sign(self, data):
        _, _, curve, digest, _ = CURVES[self.public_key.algorithm]
        key = ec.derive_private_key(int.from_bytes(self.key.to_bytes(), "big"), curve)
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest, deterministic_signing=True)))
        size = len(self.key.to_bytes())
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def key_of(algorithm):
    pair = load(FOLDER / f"{CURVES[algorithm][0]}KeyPair.json")
    data = multibase_decode(pair["secretKeyMultibase"])
    assert data[:2] == CURVES[algorithm][1]
    key = PrivateKey.from_bytes(algorithm, data[2:])
    assert key.public.multibase == pair["publicKeyMultibase"]
    return key


def files(name, algorithm):
    folder = FOLDER / name / CURVES[algorithm][0]
    suffix = f"{SUFFIX[name]}{CURVES[algorithm][0].upper()}"
    return folder, suffix


@pytest.mark.parametrize(("name", "algorithm"), RUNS)
def test_every_intermediate_value(name, algorithm):
    suite, (folder, suffix) = SUITES[name], files(name, algorithm)
    document, hash_name = load(FOLDER / "unsigned.json"), CURVES[algorithm][4]
    configuration = load(folder / f"proofConfig{suffix}.json")
    key = key_of(algorithm)
    assert suite.hash_name(key.public) == hash_name

    canonical = suite.canonicalize(document, hash_name)
    assert canonical == text(folder / f"canonDoc{suffix}.txt").encode()
    assert suite.digest(document, hash_name).hex() == text(folder / f"docHash{suffix}.txt")

    configured = suite.canonicalize(configuration, hash_name)
    assert configured == text(folder / f"proofCanon{suffix}.txt").encode()
    assert suite.digest(configuration, hash_name).hex() == text(folder / f"proofHash{suffix}.txt")

    data = suite.hash_data(document, configuration, hash_name)
    assert data.hex() == text(folder / f"combinedHash{suffix}.txt")

    signature = bytes.fromhex(text(folder / f"sigHex{suffix}.txt"))
    key.public.verify(signature, data)
    assert Deterministic(key, "").sign(data) == signature
    assert multibase_encode(signature) == text(folder / f"sigBTC58{suffix}.txt")


@pytest.mark.parametrize(("name", "algorithm"), RUNS)
def test_the_signed_document(name, algorithm):
    folder, suffix = files(name, algorithm)
    expected, document = load(folder / f"signed{suffix}.json"), load(FOLDER / "unsigned.json")
    configuration, key = load(folder / f"proofConfig{suffix}.json"), key_of(algorithm)
    assert verify_proof(expected, expected["proof"], key.public) == document
    given = {
        "suite": name,
        "signer": Deterministic(key, configuration["verificationMethod"]),
        "created": datetime.fromisoformat(configuration["created"]),
    }
    assert add_proof(document, **given) == expected


@pytest.mark.parametrize(("name", "algorithm"), RUNS)
def test_the_product_hedges_its_nonces(name, algorithm):
    key = key_of(algorithm)
    document = load(FOLDER / "unsigned.json")
    options = {"suite": name, "signer": MemorySigner(key, "did:example:a#k"), "created": None}
    one, two = (create_proof(document, **options) for _ in range(2))
    assert one["proofValue"] != two["proofValue"]
    for proof in (one, two):
        verify_proof(document, proof, key.public)


@pytest.mark.parametrize("algorithm", CURVES)
def test_a_context_nobody_pinned_is_refused(algorithm):
    folder, suffix = files("ecdsa-rdfc-2019", algorithm)
    signed = load(folder / "employ" / f"signed{suffix}.json")
    with pytest.raises(Malformed) as refusal:
        verify_proof(signed, signed["proof"], key_of(algorithm).public)
    assert refusal.value.code == "structure.unknown_context"


@pytest.mark.parametrize(("name", "algorithm"), RUNS)
def test_the_other_hash_is_no_substitute(name, algorithm):
    """A document hashed with the other curve's hash and signed by this key doesn't verify."""
    other = "sha384" if CURVES[algorithm][4] == "sha256" else "sha256"
    key, suite = key_of(algorithm), SUITES[name]
    document = load(FOLDER / "unsigned.json")
    proof = create_proof(
        document, suite=name, signer=MemorySigner(key, "did:example:a#k"), created=None
    )
    configuration = {k: v for k, v in proof.items() if k != "proofValue"}
    configuration["@context"] = document["@context"]
    forged = key.sign(suite.hash_data(document, configuration, other))
    with pytest.raises(InvalidProof):
        verify_proof(document, {**proof, "proofValue": multibase_encode(forged)}, key.public)
