"""The credential cases of the fixtures get their expected verdicts."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from credentials.verify import PUBLIC, PinnedSources, verify
from registry.activities.services import end_activity
from registry.awards.changes import (
    resume_suspended,
    revoke_award,
    supersede_award,
    suspend_award,
)
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential
from registry.common.actors import SYSTEM
from registry.common.errors import StateConflict
from registry.issuers.models import SigningKey
from registry.issuers.services import (
    create_signing_key,
    resume_institution,
    suspend_institution,
)
from registry.ops import demo as demo_module
from registry.sharing.selectors import NotShared
from registry.sharing.services import close_share, create_share
from registry.statuses.services import publish_status_lists
from registry.verification.services import trust_file, verify_share, verify_upload
from tests.conftest import FIXTURES

pytestmark = pytest.mark.django_db
CASES = {case["id"]: case for case in FIXTURES["credential_cases"]}
CASES["c-08-again"] = CASES["c-08"]
LEARNERS = {row["id"]: row for row in FIXTURES["learners"]}
NOW = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def demo():
    made = demo_module.Demo(FIXTURES)
    demo_module._bodies(made)
    demo_module._activities(made)
    return made


def issue(demo, name):
    case = CASES[name]
    day = date.fromisoformat(case["issued"])
    return award_credential(
        activity=demo.activities[case["activity"]],
        recipient=demo_module.recipient(LEARNERS[case["learner"]]),
        awarded_on=day,
        actor=SYSTEM,
        at=datetime.combine(day, time(12), UTC),
    )


def verdict(raw):
    publish_status_lists(at=NOW)
    report = verify_upload(bytes(raw), at=NOW)
    return report.verdict.value, {finding.code for finding in report.findings}


def test_ordinary_cases_are_valid(demo):
    for name in ("c-01", "c-05", "c-14"):
        assert verdict(issue(demo, name).secured)[0] == "VALID", name


def test_c02_has_expired(demo):
    value, codes = verdict(issue(demo, "c-02").secured)
    assert (value, "validity.expired" in codes, "proof.verified" in codes) == (
        "INVALID",
        True,
        True,
    )


def on(day, hour=12):
    return datetime.combine(date.fromisoformat(day), time(hour), UTC)


def test_c03_was_revoked(demo):
    award = issue(demo, "c-03")
    assert verdict(award.secured)[0] == "VALID"
    events = CASES["c-03"]["events"]
    revoke_award(award=award, reason=events["reason"], actor=SYSTEM, at=on(events["revoked"]))
    value, codes = verdict(award.secured)
    assert (value, "status.revoked" in codes, "proof.verified" in codes) == ("INVALID", True, True)
    value, codes = offline(award.secured)
    assert (value, "status.revoked" in codes) == ("INVALID", True)


def test_c04_was_superseded_by_c05_after_a_change_of_name(demo):
    award = issue(demo, "c-04")
    _, token = create_share(award=award, expires_at=NOW + timedelta(days=9), actor=SYSTEM, at=NOW)
    assert verdict(award.secured)[0] == "VALID"
    change = supersede_award(
        award=award,
        reason="name_change",
        recipient=RecipientData("Łucja Nowak", "Łucja", "Nowak"),
        actor=SYSTEM,
        at=on(CASES["c-05"]["issued"]),
    )
    value, codes = verdict(award.secured)
    assert (value, "status.superseded" in codes) == ("INVALID", True)
    assert verdict(change.replacement.secured)[0] == "VALID"
    report, shown = verify_share(token, at=NOW)
    assert report.verdict.value == "VALID"
    assert report.credential["id"] == f"urn:uuid:{change.replacement.pk}"
    assert [step.reason for step in shown.superseded] == ["name_change"]


def test_c06_was_issued_outside_registration(demo):
    award = issue(demo, "c-06")
    ended = CASES["c-06"]["events"]["activity_registration_ended"]
    at = datetime.combine(date.fromisoformat(ended), time(23), UTC)
    end_activity(activity=demo.activities["mc-fr-001"], actor=SYSTEM, at=at)
    value, codes = verdict(award.secured)
    assert (value, "accreditation.not_registered" in codes) == ("INVALID", True)


def suspend(award, name):
    day = date.fromisoformat(CASES[name]["events"]["issuer_suspended"])
    at = datetime.combine(day, time.min, UTC)
    suspend_institution(institution=award.institution, reasons="Audit", actor=SYSTEM, at=at)


def offline(raw):
    publish_status_lists(at=NOW)
    sources = PinnedSources([json.loads(json.dumps(trust_file()))])
    report = verify(bytes(raw), sources=sources, at=NOW, policy=PUBLIC)
    return report.verdict.value, {finding.code for finding in report.findings}


def test_c07_is_valid_with_the_notice_that_its_issuer_was_suspended_later(demo):
    award = issue(demo, "c-07")
    assert "accreditation.confirmed" in verdict(award.secured)[1]
    suspend(award, "c-07")
    for value, codes in (verdict(award.secured), offline(award.secured)):
        assert value == "VALID"
        assert "accreditation.confirmed_suspended_since" in codes
    resume_institution(institution=award.institution, actor=SYSTEM, at=NOW)
    for value, codes in (verdict(award.secured), offline(award.secured)):
        assert (value, "accreditation.confirmed" in codes) == ("VALID", True)


def test_c08_was_issued_while_its_issuer_was_suspended(demo):
    award = issue(demo, "c-08")
    suspend(award, "c-08")
    for value, codes in (verdict(award.secured), offline(award.secured)):
        assert (value, "accreditation.issuer_suspended" in codes) == ("INVALID", True)
    with pytest.raises(StateConflict):
        issue(demo, "c-08-again")


def test_c09_was_changed_after_signing(demo):
    document = json.loads(bytes(issue(demo, "c-09").secured))
    document["credentialSubject"]["achievement"]["notionalWorkloadHours"] = "400"
    value, codes = verdict(json.dumps(document).encode())
    assert (value, "proof.invalid_signature" in codes) == ("INVALID", True)


def test_c10_outlives_its_key(demo):
    award = issue(demo, "c-10")
    rotated = date.fromisoformat(CASES["c-10"]["events"]["key_rotated"])
    keys = SigningKey.objects.filter(institution=award.institution)
    at = datetime.combine(rotated, time.min, UTC)
    keys.update(valid_until=at)
    create_signing_key(institution=award.institution, actor=SYSTEM, at=at)
    assert verdict(award.secured)[0] == "VALID"


def test_c11_closed_link_says_nothing(demo):
    award = issue(demo, "c-11")
    share, token = create_share(
        award=award, expires_at=NOW + timedelta(days=9), actor=SYSTEM, at=NOW
    )
    close_share(share=share, actor=SYSTEM, at=NOW)
    with pytest.raises(NotShared):
        verify_share(token, at=NOW)


def test_c12_was_suspended_for_a_month_and_counts_again(demo):
    award, events = issue(demo, "c-12"), CASES["c-12"]["events"]
    suspend_award(award=award, reason="investigation", actor=SYSTEM, at=on(events["suspended"]))
    publish_status_lists(at=on("2025-03-20"))
    during = verify_upload(bytes(award.secured), at=on("2025-03-20"))
    assert during.verdict.value == "INVALID"
    assert "status.suspended" in {finding.code for finding in during.findings}
    resume_suspended(award=award, reason="cleared", actor=SYSTEM, at=on(events["until"]))
    assert verdict(award.secured)[0] == "VALID"
    again = verify_upload(bytes(award.secured), at=on("2025-03-20"))
    assert again.verdict.value == "INVALID"
    assert verify_upload(bytes(award.secured), at=on("2025-03-01")).verdict.value == "VALID"


def test_c13_is_signed_by_a_key_nobody_knows(demo):
    award = issue(demo, "c-13")
    raw = bytes(award.secured)
    SigningKey.objects.filter(institution=award.institution).delete()
    value, codes = verdict(raw)
    assert (value, "key.not_found" in codes) == ("INVALID", True)
