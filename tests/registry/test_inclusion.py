"""What the registry's own report says of the log: waiting, proven, never entered."""

import json
from datetime import timedelta

import pytest

from credentials.issue import prepare_document, sign
from credentials.verify import PUBLIC, STRICT, PinnedSources, Verdict, verify
from registry.common.ids import uuid7
from registry.issuers.selectors import signer_at
from registry.ledger import services
from registry.ledger.models import LedgerSalt
from registry.ledger.selectors import proof_file
from registry.verification.services import trust_file, verify_upload
from tests.conftest import AT

pytestmark = pytest.mark.django_db


def said(raw, policy=STRICT):
    report = verify_upload(bytes(raw), at=AT, policy=policy)
    (finding,) = [f for f in report.findings if f.check == "inclusion"]
    return report.verdict, finding


def test_an_award_waits_and_then_stands_in_the_log(award):
    assert said(award.secured)[1].code == "inclusion.pending"
    services.publish_checkpoint(at=AT + timedelta(minutes=1))
    verdict, finding = said(award.secured)
    assert (verdict, finding.code) == (Verdict.VALID, "inclusion.proven")
    assert finding.params["entered"] == (AT + timedelta(minutes=1)).isoformat()


def test_its_proof_is_checked_without_the_registry(award):
    services.publish_checkpoint(at=AT)
    raw, proof = bytes(award.secured), bytes(proof_file(award.pk, bytes(award.digest)))
    sources = PinnedSources([json.loads(json.dumps(trust_file()))], proofs=[proof])
    assert verify(raw, sources=sources, at=AT, policy=STRICT).verdict is Verdict.VALID


def signed_elsewhere(award, suite, **changes):
    """The credential, changed and signed with the institution's key outside the registry."""
    document = json.loads(bytes(award.secured)) | changes
    del document["proof"]
    signer = signer_at(award.institution, AT)
    return sign(prepare_document(document, at=AT), signer=signer, at=AT, suite=suite).raw


def test_another_form_of_a_known_credential_is_not_known(award):
    verdict, finding = said(signed_elsewhere(award, "eddsa-jcs-2022"))
    assert (verdict, finding.code) == (Verdict.INDETERMINATE, "inclusion.no_proof")


def test_a_credential_the_registry_never_entered_is_refused(award):
    """The key was used elsewhere: the signature is right, and the book doesn't know it."""
    raw = signed_elsewhere(award, "eddsa-rdfc-2022", id=f"urn:uuid:{uuid7()}")
    verdict, finding = said(raw, policy=PUBLIC)
    assert (verdict, finding.code) == (Verdict.INVALID, "inclusion.not_entered")


def test_an_erased_salt_is_not_known(award):
    services.publish_checkpoint(at=AT)
    LedgerSalt.objects.filter(subject_id=str(award.pk)).delete()
    assert said(award.secured)[1].code == "inclusion.no_proof"


def test_damaged_files_of_the_log_make_no_honest_credential_wrong(award, ledger_folder):
    services.publish_checkpoint(at=AT)
    (path,) = (path for path in (ledger_folder / "tile/0").rglob("*") if path.is_file())
    whole = path.read_bytes()
    for data in (bytes(len(whole)), whole[:-1], b""):
        path.write_bytes(data)
        verdict, finding = said(award.secured, policy=PUBLIC)
        assert (verdict, finding.code) == (Verdict.VALID, "inclusion.no_proof")


def test_lost_files_of_the_log_are_not_known(award, ledger_folder):
    services.publish_checkpoint(at=AT)
    for path in (ledger_folder / "tile/0").rglob("*"):
        if path.is_file():
            path.unlink()
    assert said(award.secured)[1].code == "inclusion.no_proof"
    assert said(award.secured)[0] is Verdict.INDETERMINATE
