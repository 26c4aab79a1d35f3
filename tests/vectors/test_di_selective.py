"""ecdsa-sd-2023: the standard's two examples, from the derived document to each signature."""

import json

import pytest

from credentials.encoding import multibase_decode, sha256
from credentials.errors import CredentialError, Unsupported
from credentials.keys import PublicKey
from credentials.linked_data import canonical_nquads, to_quads
from credentials.proofs import ecdsa_sd
from tests.conftest import ROOT

FOLDER = ROOT / "fixtures/vectors/w3c-vc-di-ecdsa-sd"
# Not a context that credentials may use here: it is read for these examples alone.
CITIZENSHIP = {
    "https://w3id.org/citizenship/v4rc1": json.loads(
        (FOLDER / "citizenship-v4rc1.jsonld").read_text()
    )
}
RUNS = pytest.mark.parametrize("name", ["prc", "employ"])


def load(name, step):
    return json.loads((FOLDER / "ecdsa-sd-2023" / name / f"{step}.json").read_text())


def taken_apart(name):
    document = load(name, "derivedRevealDocument")
    proof = document.pop("proof")
    configuration = {k: v for k, v in proof.items() if k != "proofValue"}
    configuration["@context"] = document["@context"]
    return document, configuration, proof


@RUNS
def test_every_intermediate_value(name):
    document, configuration, proof = taken_apart(name)
    parts = ecdsa_sd.parse_proof_value(multibase_decode(proof["proofValue"]))
    expected = load(name, "verifyDerivedProofValue")
    assert parts.base_signature.hex() == expected["baseSignature"]
    assert [one.hex() for one in parts.signatures] == expected["signatures"]
    assert sorted(parts.mandatory) == expected["mandatoryIndexes"]
    assert parts.labels == {f"_:{a}": f"_:{b}" for a, b in expected["labelMap"]}
    quads = ecdsa_sd.labelled(to_quads(document, extra_contexts=CITIZENSHIP), parts.labels)
    assert quads == load(name, "verifyNQuads")
    data = load(name, "verifyCreateVerifyData")
    configured = canonical_nquads(to_quads(configuration, extra_contexts=CITIZENSHIP))
    assert sha256(configured.encode()).hex() == data["proofHash"]
    mandatory = "".join(quads[index] for index in sorted(parts.mandatory))
    assert sha256(mandatory.encode()).hex() == data["mandatoryHash"]
    assert [q for i, q in enumerate(quads) if i not in parts.mandatory] == data["nonMandatory"]


@RUNS
def test_the_derived_proof_verifies_and_one_changed_claim_does_not(name):
    document, configuration, proof = taken_apart(name)
    key = PublicKey.from_multibase(proof["verificationMethod"].partition("#")[2])
    value = multibase_decode(proof["proofValue"])

    def check():
        return ecdsa_sd.check(
            document, configuration, proof, value, key, extra_contexts=CITIZENSHIP
        )

    assert check() == document
    document["credentialSubject"]["birthCountry"] += "!"
    with pytest.raises(CredentialError):
        check()


@RUNS
def test_a_base_proof_is_the_holders_alone(name):
    value = load(name, "addSignedSDBase")["proof"]["proofValue"]
    with pytest.raises(Unsupported) as caught:
        ecdsa_sd.parse_proof_value(multibase_decode(value))
    assert caught.value.code == "proof.base_proof"
