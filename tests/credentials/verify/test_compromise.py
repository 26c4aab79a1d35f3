"""A stolen key: what is signed later is refused, what is older must be shown to be."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from credentials.errors import Malformed
from credentials.identifiers import did_document, parse_did_document
from credentials.issue import prepare, sign
from credentials.verify import OFFLINE, InclusionAnswer, PinnedSources, Verdict, verify
from tests.credentials.logs import entered
from tests.credentials.verify.test_status import URL, entry, made
from tests.credentials.verify.test_status import credential as with_status
from tests.credentials.world import AT, DID, FACTS, Issuer

DAY = timedelta(days=1)


@pytest.fixture
def issuer():
    return Issuer()


def disowned(issuer, since):
    method = issuer.sources.methods[issuer.method]
    issuer.sources.methods[issuer.method] = replace(method, distrusted_from=since)


def said(issuer, raw, proof=None, log=None, policy=OFFLINE):
    answer = InclusionAnswer((bytes(proof),), (log.verifier,)) if proof else None
    issuer.sources.proven = answer
    report = verify(raw, sources=issuer.sources, at=AT + 3 * DAY, policy=policy)
    codes = {f.code for f in report.findings if f.check in {"key", "compromise"}}
    return report.verdict, codes


def test_an_honest_key(issuer):
    assert said(issuer, issuer.issue()) == (Verdict.VALID, {"key.issuers", "compromise.none"})


def test_what_is_signed_from_then_on_is_refused(issuer):
    raw = issuer.issue()
    for since in (AT, AT - DAY):
        disowned(issuer, since)
        verdict, codes = said(issuer, raw)
        assert (verdict, "key.compromised" in codes) == (Verdict.INVALID, True)


def test_what_is_older_counts_if_the_log_shows_it(issuer):
    raw = issuer.issue()
    disowned(issuer, AT + DAY)
    log, proof = entered(raw, late=timedelta(minutes=1))
    assert said(issuer, raw) == (Verdict.INDETERMINATE, {"key.issuers", "compromise.not_proven"})
    assert said(issuer, raw, proof, log)[1] == {"key.issuers", "compromise.entered_before"}
    assert said(issuer, raw, proof, log)[0] is Verdict.VALID


def test_a_thief_who_dates_back_is_caught_by_the_log(issuer):
    raw = issuer.issue()
    disowned(issuer, AT + timedelta(hours=1))
    log, proof = entered(raw, late=timedelta(hours=1))
    verdict, codes = said(issuer, raw, proof, log)
    assert (verdict, "compromise.entered_after" in codes) == (Verdict.INVALID, True)


def test_a_proof_of_anothers_proves_nothing(issuer):
    raw = issuer.issue()
    disowned(issuer, AT + DAY)
    log, _ = entered(issuer.issue(grade="B"))
    verdict, codes = said(issuer, raw, log.proof(0), log)
    assert (verdict, "compromise.not_proven" in codes) == (Verdict.INVALID, True)


def test_a_list_signed_with_a_stolen_key_says_nothing(issuer):
    other = Issuer()
    raw = with_status(issuer, entry())
    issuer.sources.lists = {URL: made(issuer)}
    log, proof = entered(raw)
    assert said(issuer, raw, proof, log)[0] is Verdict.VALID
    disowned(issuer, AT + DAY)
    assert said(issuer, raw, proof, log)[0] is Verdict.INDETERMINATE
    # Signed anew with a key that nobody stole, it counts again.
    other.method = f"{DID}#{other.key.public.thumbprint()}"
    method = issuer.sources.methods[issuer.method]
    issuer.sources.methods[other.method] = replace(
        method, id=other.method, public_key=other.key.public, distrusted_from=None
    )
    issuer.sources.lists = {URL: made(other)}
    assert said(issuer, raw, proof, log)[0] is Verdict.VALID


def test_the_did_document_says_it(issuer):
    since = AT + DAY
    disowned(issuer, since)
    rows = [replace(issuer.sources.methods[issuer.method], valid_until=AT + 2 * DAY)]
    document = json.loads(json.dumps(did_document(DID, rows)))
    (row,) = document["verificationMethod"]
    assert (row["revoked"], row["expires"]) == ("2026-03-03T10:00:00Z", "2026-03-04T10:00:00Z")
    (read,) = parse_did_document(document, DID)
    assert (read.distrusted_from, read.valid_until) == (since, AT + 2 * DAY)
    raw = sign(prepare(FACTS, at=AT), signer=issuer.signer, at=AT).raw
    log, proof = entered(raw)
    trust = {"didDocuments": [document], "ledger": {"verifier": str(log.verifier)}}
    for proofs, verdict in (([bytes(proof)], Verdict.VALID), ([], Verdict.INDETERMINATE)):
        report = verify(raw, sources=PinnedSources([trust], proofs=proofs), at=AT, policy=OFFLINE)
        assert report.verdict is verdict
    for bad in ("2026-03-03", "x", 7):
        row["revoked"] = bad
        with pytest.raises(Malformed):
            parse_did_document(document, DID)
