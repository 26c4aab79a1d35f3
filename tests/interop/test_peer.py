"""An implementation that nobody here wrote verifies what we sign, and signs what we verify."""

import json

import pytest

from credentials.identifiers import did_document, did_key
from credentials.keys import Algorithm
from credentials.verify import PROOF_ONLY, Verdict, verify, verify_presentation
from tests.credentials.world import AT, Issuer
from tests.interop.node import asking

pytestmark = pytest.mark.npm
# Suite, and the curve of its key as the peer names it (its EdDSA keys need no name).
SUITES = (
    ("eddsa-rdfc-2022", None),
    ("eddsa-jcs-2022", None),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
)


@pytest.fixture(scope="module")
def peer():
    with asking("peer.mjs") as ask:
        yield lambda op, **request: ask(op=op, **request)


@pytest.mark.parametrize(("suite", "curve"), SUITES)
def test_the_peer_verifies_what_we_sign(peer, suite, curve):
    issuer = Issuer(algorithm=Algorithm(curve or "Ed25519"))
    document = json.loads(issuer.issue(suite))
    methods = [issuer.sources.methods[issuer.method]]
    documents = {issuer.did: did_document(issuer.did, methods)}
    request = {"suite": suite, "documents": documents, "now": AT.isoformat()}
    good = peer("verify", credential=document, **request)
    assert good["verified"], good["error"]
    document["credentialSubject"]["achievement"]["name"] += "!"
    assert not peer("verify", credential=document, **request)["verified"]


@pytest.mark.parametrize(("suite", "curve"), SUITES)
def test_we_verify_what_the_peer_signs(peer, suite, curve):
    holder = peer("key", curve=curve)
    issuer = Issuer()
    document = json.loads(issuer.issue())
    del document["proof"], document["validUntil"]
    document["issuer"]["id"] = holder["did"]
    signed = peer("sign", suite=suite, key=holder["key"], credential=document)["credential"]
    raw = json.dumps(signed).encode()
    report = verify(raw, sources=issuer.sources, at=AT, policy=PROOF_ONLY)
    now = json.loads(raw)["validFrom"]
    assert report.verdict is Verdict.VALID, (now, report.findings)
    signed["credentialSubject"]["achievement"]["name"] += "!"
    bad = verify(json.dumps(signed).encode(), sources=issuer.sources, at=AT, policy=PROOF_ONLY)
    assert bad.verdict is Verdict.INVALID


@pytest.mark.parametrize(("suite", "curve"), SUITES)
def test_we_verify_the_peers_presentation(peer, suite, curve):
    holder, issuer = peer("key", curve=curve), Issuer()
    assert holder["did"] == did_key_of(holder)
    credential = json.loads(issuer.issue())
    request = {"suite": suite, "key": holder["key"], "credential": credential}
    shown = peer("present", challenge="c-1", domain="d-1", **request)["presentation"]
    raw = json.dumps(shown).encode()
    ask = {"sources": issuer.sources, "at": AT, "policy": PROOF_ONLY}
    report, inner = verify_presentation(raw, challenge="c-1", domain="d-1", **ask)
    assert report.verdict is Verdict.VALID, (report.findings, inner)
    for wrong in ({"challenge": "c-2"}, {"domain": "d-2"}):
        report, _ = verify_presentation(raw, **wrong, **ask)
        assert report.verdict is Verdict.INVALID


def did_key_of(holder):
    from credentials.keys import PublicKey

    return did_key(PublicKey.from_multibase(holder["key"]["publicKeyMultibase"]))
