"""Sets and chains at the door, a proof's own end, and credentials of the data model 1.1."""

import json

import pytest

from credentials import prepare_document, sign, verify
from credentials.encoding import canonicalize
from credentials.errors import Malformed
from credentials.identifiers import did_key
from credentials.keys import Algorithm, PrivateKey
from credentials.proofs import add_proof, data_integrity
from credentials.signers import MemorySigner
from credentials.verify import PROOF_ONLY, Verdict
from tests.credentials.envelopes.forge import codes
from tests.credentials.world import AT, Issuer

FIRST, SECOND, THIRD = (f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")


def issuer_for(suite):
    return Issuer(algorithm=Algorithm.ED25519 if suite.startswith("eddsa") else Algorithm.P384)


def bare(issuer):
    document = json.loads(issuer.issue("eddsa-jcs-2022" if issuer_is_ed(issuer) else SUITES[3]))
    del document["proof"]
    return document


def issuer_is_ed(issuer):
    return issuer.key.public.algorithm is Algorithm.ED25519


def witness(algorithm=Algorithm.ED25519):
    key = PrivateKey.generate(algorithm)
    return MemorySigner(key, f"{did_key(key.public)}#{key.public.multibase}")


def report_on(document, issuer):
    raw = canonicalize(document)
    return verify(raw, sources=issuer.sources, at=AT, policy=PROOF_ONLY)


def chained(issuer, suite):
    """Somebody else's proof first, the issuer's over it."""
    first = add_proof(
        bare(issuer), suite="eddsa-jcs-2022", signer=witness(), created=AT, proof_id=FIRST
    )
    return add_proof(
        first, suite=suite, signer=issuer.signer, created=AT, proof_id=SECOND, previous=FIRST
    )


@pytest.mark.parametrize("suite", SUITES)
def test_a_chain_whose_first_link_is_another_partys(suite):
    issuer = issuer_for(suite)
    document = chained(issuer, suite)
    assert report_on(document, issuer).verdict is Verdict.VALID
    turned = {**document, "proof": document["proof"][::-1]}
    assert report_on(turned, issuer).verdict is Verdict.VALID


@pytest.mark.parametrize("suite", SUITES)
def test_every_proof_of_a_set_must_be_right(suite):
    issuer = issuer_for(suite)
    signed = add_proof(bare(issuer), suite=suite, signer=issuer.signer, created=AT)
    both = add_proof(signed, suite="ecdsa-rdfc-2019", signer=witness(Algorithm.P256), created=AT)
    assert report_on(both, issuer).verdict is Verdict.VALID
    for place in (0, 1):
        for change in ({"created": "2026-03-02T10:00:01Z"}, {"cryptosuite": "bbs-2023"}):
            proofs = [*both["proof"]]
            proofs[place] = {**proofs[place], **change}
            report = report_on({**both, "proof": proofs}, issuer)
            assert report.verdict is Verdict.INVALID, (place, change)


@pytest.mark.parametrize("suite", SUITES)
def test_strangers_alone_are_no_issuer(suite):
    issuer = issuer_for(suite)
    document = add_proof(bare(issuer), suite="eddsa-rdfc-2022", signer=witness(), created=AT)
    document = add_proof(document, suite="eddsa-jcs-2022", signer=witness(), created=AT)
    report = report_on(document, issuer)
    assert (report.verdict, "key.not_issuers" in codes(report)) == (Verdict.INVALID, True)


@pytest.mark.parametrize("suite", SUITES)
def test_links_that_lead_nowhere(suite):
    issuer = issuer_for(suite)
    one, two = chained(issuer, suite)["proof"]
    document = bare(issuer)
    cases = {
        "gone": ([two], "proof.previous_not_found"),
        "dangling": ([one, {**two, "previousProof": THIRD}], "proof.previous_not_found"),
        "one of two": ([one, {**two, "previousProof": [FIRST, THIRD]}], "proof.previous_not_found"),
        "itself": ([one, {**two, "previousProof": SECOND}], "proof.previous_cycle"),
        "circle": ([{**one, "previousProof": SECOND}, two], "proof.previous_cycle"),
        "number": ([one, {**two, "previousProof": 5}], "proof.malformed"),
        "object": ([one, {**two, "previousProof": {"id": FIRST}}], "proof.malformed"),
        "null": ([one, {**two, "previousProof": None}], "proof.malformed"),
        "empty": ([one, {**two, "previousProof": []}], "proof.malformed"),
        "nested": ([one, {**two, "previousProof": [[FIRST]]}], "proof.malformed"),
        "twice": ([one, one, two], None),
    }
    for name, (proofs, code) in cases.items():
        report = report_on({**document, "proof": proofs}, issuer)
        assert report.verdict is Verdict.INVALID, name
        assert code is None or code in codes(report), (name, codes(report))


def test_a_long_circle():
    issuer = issuer_for(SUITES[1])
    document = bare(issuer)
    proof = add_proof(document, suite=SUITES[1], signer=issuer.signer, created=AT)["proof"]
    ids = [f"urn:x:{n}" for n in range(8)]
    proofs = [{**proof, "id": a, "previousProof": ids[n - 1]} for n, a in enumerate(ids)]
    report = report_on({**document, "proof": proofs}, issuer)
    assert "proof.previous_cycle" in codes(report)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("previous", [FIRST, [FIRST], [FIRST, THIRD]])
def test_the_link_isnt_exchanged_under_the_one_above(suite, previous):
    issuer = issuer_for(suite)
    document = bare(issuer)
    for name in (FIRST, THIRD):
        document = add_proof(
            document, suite="eddsa-jcs-2022", signer=witness(), created=AT, proof_id=name
        )
    document = add_proof(
        document, suite=suite, signer=issuer.signer, created=AT, proof_id=SECOND, previous=previous
    )
    assert report_on(document, issuer).verdict is Verdict.VALID
    another = add_proof(
        bare(issuer) | {k: v for k, v in document.items() if k != "proof"},
        suite="eddsa-jcs-2022",
        signer=witness(),
        created=AT,
        proof_id=FIRST,
    )["proof"]
    swapped = {**document, "proof": [another, *document["proof"][1:]]}
    report = report_on(swapped, issuer)
    assert (report.verdict, "proof.invalid_signature" in codes(report)) == (Verdict.INVALID, True)


@pytest.mark.parametrize("suite", SUITES)
def test_a_proof_has_an_end(suite):
    issuer = issuer_for(suite)
    document = bare(issuer)

    proof = add_proof(document, suite=suite, signer=issuer.signer, created=AT)["proof"]
    for expires, verdict in (
        ("2026-03-02T10:00:01Z", Verdict.VALID),
        ("2026-03-02T09:59:59Z", Verdict.INVALID),
    ):
        value = {k: v for k, v in proof.items() if k != "proofValue"} | {"expires": expires}
        row = data_integrity.SUITES[suite]
        key = issuer.key.public
        configuration = data_integrity._configuration(document, value, row)
        data = row.hash_data(document, configuration, row.hash_name(key))
        value["proofValue"] = data_integrity.multibase_encode(issuer.key.sign(data))
        report = report_on({**document, "proof": value}, issuer)
        assert report.verdict is verdict, (expires, report.findings)
        if verdict is Verdict.INVALID:
            assert "validity.signature_expired" in codes(report)


# --- VC 1.1 -------------------------------------------------------------------------------------

V1 = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
    "type": ["VerifiableCredential"],
    "issuer": Issuer().did,
    "issuanceDate": "2020-03-16T22:37:26Z",
    "credentialSubject": {"id": "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b"},
}


@pytest.mark.parametrize("suite", SUITES)
def test_credentials_of_the_older_model(suite):
    issuer = issuer_for(suite)
    signer = issuer.signer
    row = issuer.sources.methods[issuer.method]
    old = row.__class__(row.id, row.controller, row.public_key)
    issuer.sources.methods[issuer.method] = old
    secured = sign(prepare_document(V1, at=AT), signer=signer, at=AT, suite=suite)
    document = json.loads(secured.raw)
    assert document["@context"][1:] == ["https://w3id.org/security/data-integrity/v2"]
    report = report_on(document, issuer)
    assert report.verdict is Verdict.VALID, report.findings
    for end, verdict in (("2026-03-02T10:00:00Z", Verdict.VALID), ("2026-03-02T09:59:59Z", None)):
        changed = {**V1, "expirationDate": end}
        if verdict is None:
            with pytest.raises(Malformed):
                prepare_document(changed, at=AT)
        document = add_proof(
            changed | {"@context": document["@context"]}, suite=suite, signer=signer, created=AT
        )
        report = report_on(document, issuer)
        assert report.verdict is (verdict or Verdict.INVALID)
        assert verdict or "validity.expired" in codes(report)


@pytest.mark.parametrize(
    "change",
    [
        {"issuanceDate": None},
        {"issuanceDate": "2020-03-16"},
        {"issuanceDate": "2020-03-16T22:37:26"},
        {"issuanceDate": ["2020-03-16T22:37:26Z"]},
        {"expirationDate": "2019-03-16T22:37:26Z"},
        {"expirationDate": 5},
        {"issuer": None},
        {"issuer": {"id": None}},
        {"credentialSubject": None},
        {"type": "VerifiablePresentation"},
        {"made_up": 1},
        {"@context": "https://www.w3.org/2018/credentials/v1"},
        {"@context": ["https://www.w3.org/2018/credentials/examples/v1"]},
    ],
    ids=str,
)
def test_the_older_model_is_kept_strictly(change):
    document = {k: v for k, v in (V1 | change).items() if v is not None or k == "issuer"}
    with pytest.raises(Malformed):
        prepare_document(document, at=AT)


def test_the_newer_model_takes_no_old_dates():
    document = V1 | {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    with pytest.raises(Malformed):
        prepare_document(document, at=AT)
    prepare_document({k: v for k, v in document.items() if k != "issuanceDate"}, at=AT)
