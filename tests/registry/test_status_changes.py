"""Revoke, suspend, resume, supersede, undo: who may, when, what it changes, who is told."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from credentials.verify import Verdict
from registry.awards import changes, selectors
from registry.awards.facts import RecipientData
from registry.awards.models import Award, StatusChange
from registry.common.audit import broken_links
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.common.models import AuditEvent
from registry.ledger.models import LedgerEntry
from registry.statuses.selectors import values_of
from registry.verification.services import verify_upload
from tests.conftest import AT
from tests.registry import acts

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def said(award, at):
    report = verify_upload(bytes(award.secured), at=at)
    (finding,) = [f for f in report.findings if f.check == "status"]
    return report.verdict.value, finding.code


def revoke(world, award, at=AT + HOUR, reason="assessment_error", **more):
    return changes.revoke_award(award=award, reason=reason, actor=world.issuer, at=at, **more)


def suspend(world, award, at=AT + HOUR):
    return changes.suspend_award(award=award, reason="complaint", actor=world.issuer, at=at)


def resume(world, award, at=AT + 2 * HOUR):
    return changes.resume_suspended(award=award, reason="cleared", actor=world.issuer, at=at)


def supersede(world, award, at=AT + HOUR, name="Łucja Nowak", reason="name_change", **more):
    return changes.supersede_award(
        award=award,
        reason=reason,
        recipient=RecipientData(name, email=world.learner.email),
        actor=world.issuer,
        at=at,
        **more,
    )


def test_revoked_for_good(world, award):
    assert said(award, AT + HOUR) == ("VALID", "status.clear")
    revoke(world, award)
    assert said(award, AT + HOUR) == ("INVALID", "status.revoked")
    assert selectors.standing_of(award) == "REVOKED"
    for act in (revoke, suspend, resume, supersede):
        with pytest.raises(StateConflict):
            act(world, award, at=AT + 3 * HOUR)


def test_suspended_and_resumed(world, award):
    suspend(world, award)
    assert said(award, AT + HOUR) == ("INVALID", "status.suspended")
    with pytest.raises(StateConflict):
        suspend(world, award)
    resume(world, award)
    assert said(award, AT + 2 * HOUR) == ("VALID", "status.clear")
    with pytest.raises(StateConflict):
        resume(world, award)
    suspend(world, award, at=AT + 3 * HOUR)
    revoke(world, award, at=AT + 4 * HOUR)
    assert said(award, AT + 4 * HOUR) == ("INVALID", "status.revoked")


def test_superseded_by_a_corrected_one(world, award):
    change = supersede(world, award, note="Name on the new passport")
    new = change.replacement
    assert said(award, AT + HOUR) == ("INVALID", "status.superseded")
    assert said(new, AT + HOUR) == ("VALID", "status.clear")
    assert (new.awarded_on, new.grade, new.version_id) == (
        award.awarded_on,
        award.grade,
        award.version_id,
    )
    assert "Łucja Nowak" in bytes(new.secured).decode()
    assert dict(values_of(award.pk)) == {
        "revocation": 1,
        "suspension": 0,
        "refresh": 1,
        "message": 2,
    }
    assert [step.replacement for step in selectors.superseded_by(award)] == [new]
    again = supersede(world, new, at=AT + 2 * HOUR, name="Łucja Nowak-Kowal", reason="typo")
    assert [step.replacement for step in selectors.superseded_by(award)] == [new, again.replacement]
    with pytest.raises(StateConflict):
        supersede(world, award, name="Other", at=AT + 3 * HOUR)


def test_a_corrected_grade_or_day(world, award):
    same = RecipientData(award.recipient.full_name, email=award.recipient.email)
    with pytest.raises(BadInput):
        changes.supersede_award(
            award=award, reason="typo", recipient=same, actor=world.issuer, at=AT + HOUR
        )
    change = changes.supersede_award(
        award=award, reason="typo", recipient=same, grade="B", actor=world.issuer, at=AT + HOUR
    )
    assert change.replacement.grade == "B"


def test_a_crash_between_the_new_and_the_old_is_made_good_by_the_same_request(
    world, award, monkeypatch
):
    def crash(*args):
        raise RuntimeError("power cut")

    monkeypatch.setattr(changes, "_change", crash)
    with pytest.raises(RuntimeError):
        supersede(world, award)
    monkeypatch.undo()
    assert selectors.standing_of(award) == "ACTIVE"
    change = supersede(world, award, at=AT + 2 * HOUR)
    assert Award.objects.count() == 2
    assert change.replacement.state == "ISSUED"


@pytest.mark.parametrize("act", [revoke, suspend])
def test_a_mistake_is_undone_within_ten_minutes(world, award, act):
    act(world, award)
    undone = changes.undo_change(award=award, actor=world.issuer, at=AT + HOUR + 10 * MINUTE)
    assert undone.standing == "ACTIVE"
    assert said(award, AT + 2 * HOUR) == ("VALID", "status.clear")
    with pytest.raises(StateConflict):
        changes.undo_change(award=award, actor=world.issuer, at=AT + HOUR + 10 * MINUTE)
    act(world, award, at=AT + 3 * HOUR)
    with pytest.raises(StateConflict):
        changes.undo_change(award=award, actor=world.issuer, at=AT + 4 * HOUR)
    assert selectors.standing_of(award) in {"REVOKED", "SUSPENDED"}


def test_undoing_leads_back_to_what_it_was_before(world, award):
    suspend(world, award)
    revoke(world, award, at=AT + 2 * HOUR)
    changes.undo_change(award=award, actor=world.issuer, at=AT + 2 * HOUR + MINUTE)
    assert said(award, AT + 3 * HOUR) == ("INVALID", "status.suspended")
    change = supersede(world, award, at=AT + 4 * HOUR)
    assert change.standing == "SUPERSEDED"
    with pytest.raises(StateConflict):
        changes.undo_change(award=award, actor=world.issuer, at=AT + 4 * HOUR + MINUTE)


def test_only_the_institutions_issuer(world, award):
    others = (world.registrar, world.reviewer, world.learner, world.stranger)
    for actor in others:
        for act in (revoke, suspend, resume, supersede):
            with pytest.raises(NotAllowed):
                act(replace(world, issuer=actor), award)
        with pytest.raises(NotAllowed):
            changes.undo_change(award=award, actor=actor, at=AT)
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    ("reason", "note"), [("nothing", ""), ("other", ""), ("other", "  "), ("misconduct", "x" * 501)]
)
def test_every_change_has_its_reason(world, award, reason, note):
    with pytest.raises(BadInput):
        revoke(world, award, reason=reason, note=note)
    assert revoke(world, award, reason="other", note=" A reason ").note == "A reason"


def test_it_is_entered_recorded_and_cannot_be_changed(world, award):
    change = revoke(world, award)
    assert LedgerEntry.objects.order_by("-pk").first().kind == "status"
    event = AuditEvent.objects.order_by("-sequence").first()
    assert (event.act, event.actor_name) == ("award.revoke", "issuer")
    assert event.after == {"standing": "REVOKED", "reason": "assessment_error"}
    assert broken_links() == []
    for act in (change.delete, lambda: StatusChange.objects.update(reason="typo")):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            act()


def test_a_failure_inside_changes_nothing(world, award, monkeypatch):
    def fail(*args, **more):
        raise RuntimeError("disk")

    monkeypatch.setattr(changes, "append_entry", fail)
    with pytest.raises(RuntimeError):
        revoke(world, award)
    assert not StatusChange.objects.exists()
    assert set(values_of(award.pk).values()) == {0}


def test_the_learner_is_told_in_their_language(world, award, settings):
    from registry.accounts.models import User

    revoke(world, award, note="Task 3 was marked twice.")
    (one,) = mail.outbox
    assert one.to == [world.learner.email]
    assert one.subject == "Your credential was revoked"
    assert "an error in the assessment" in one.body
    assert "Task 3 was marked twice." in one.body
    assert "Łucja" not in one.body
    User.objects.filter(email=world.learner.email).update(language="fr")
    changes.undo_change(award=award, actor=world.issuer, at=AT + HOUR)
    assert mail.outbox[1].subject == "Un changement de votre attestation a été annulé"


def test_a_mail_that_cannot_be_sent_undoes_nothing(world, award, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    revoke(world, award)
    assert said(award, AT + HOUR)[1] == "status.revoked"


def test_a_credential_from_before_there_were_lists_is_told(world, registered, settings):
    settings.STATUS_PURPOSES = []
    row = acts.award(world, registered)
    assert "credentialStatus" not in json.loads(bytes(row.secured))
    with pytest.raises(StateConflict):
        revoke(world, row)
    assert verify_upload(bytes(row.secured), at=AT).verdict is Verdict.VALID
