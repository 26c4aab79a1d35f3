"""What happens to a credential after issuing: revoked, suspended, resumed, superseded, undone.

1. permission, reason, state: refused with the reason named; the award is locked;
2. one transaction: the change, the values in the status lists, ledger entry, audit;
3. the lists are signed anew at once; where that fails, the next round does it;
4. the learner is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from registry.accounts.models import Membership
from registry.awards.facts import RecipientData
from registry.awards.models import Award, StatusChange
from registry.awards.notices import tell_learner
from registry.awards.recorded import recorded_change
from registry.awards.selectors import last_change
from registry.awards.services import award_credential
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, StateConflict
from registry.ledger.services import append_entry
from registry.statuses.services import publish_status_lists, set_values

Kind, Standing = StatusChange.Kind, StatusChange.Standing
UNDO_WITHIN: Final = timedelta(minutes=10)
REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.REVOKE: ("assessment_error", "misconduct", "issued_in_error", "key_compromised", "other"),
    Kind.SUSPEND: ("investigation", "complaint", "other"),
    Kind.RESUME: ("cleared", "other"),
    Kind.SUPERSEDE: ("typo", "name_change"),
    Kind.UNDO: ("mistake",),
}
"""Reason codes. ``other`` needs a note."""
_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    Kind.REVOKE: frozenset({"ACTIVE", "SUSPENDED"}),
    Kind.SUSPEND: frozenset({"ACTIVE"}),
    Kind.RESUME: frozenset({"SUSPENDED"}),
    Kind.SUPERSEDE: frozenset({"ACTIVE", "SUSPENDED"}),
}
_STANDING: Final[Mapping[str, str]] = {
    Kind.REVOKE: Standing.REVOKED,
    Kind.SUSPEND: Standing.SUSPENDED,
    Kind.RESUME: Standing.ACTIVE,
    Kind.SUPERSEDE: Standing.SUPERSEDED,
}
_MESSAGE: Final = {"typo": 1, "name_change": 2}
MAX_NOTE: Final = 500


@dataclass(frozen=True)
class _Asked:
    """A change that somebody asks for."""

    kind: str
    reason: str
    note: str = ""
    replacement: Award | None = None


def values_of(standing: str, reason: str = "") -> dict[str, int]:
    """What the lists say of a credential, by purpose."""
    values = {"revocation": 0, "suspension": 0, "refresh": 0, "message": 0}
    if standing == Standing.SUSPENDED:
        return values | {"suspension": 1}
    if standing == Standing.REVOKED:
        return values | {"revocation": 1}
    if standing == Standing.SUPERSEDED:
        # Whoever reads one list only must learn that it doesn't count; the others say why.
        return values | {"revocation": 1, "refresh": 1, "message": _MESSAGE[reason]}
    return values


def revoke_award(
    *, award: Award, reason: str, actor: Actor, at: datetime, note: str = ""
) -> StatusChange:
    """Take a credential back, for good."""
    return _change(award, _Asked(Kind.REVOKE, reason, note), actor, at)


def suspend_award(
    *, award: Award, reason: str, actor: Actor, at: datetime, note: str = ""
) -> StatusChange:
    """For now it doesn't count."""
    return _change(award, _Asked(Kind.SUSPEND, reason, note), actor, at)


def resume_suspended(
    *, award: Award, reason: str, actor: Actor, at: datetime, note: str = ""
) -> StatusChange:
    """It counts again."""
    return _change(award, _Asked(Kind.RESUME, reason, note), actor, at)


def supersede_award(
    *,
    award: Award,
    reason: str,
    recipient: RecipientData,
    actor: Actor,
    at: datetime,
    grade: str | None = None,
    awarded_on: date | None = None,
    note: str = "",
) -> StatusChange:
    """Issue a corrected credential, and let the old one point to it.

    The new one is issued first: a crash in between leaves both, and the same request goes on where
    it stopped.
    """
    _checked(award, _Asked(Kind.SUPERSEDE, reason, note), actor, at)
    day, result = awarded_on or award.awarded_on, award.grade if grade is None else grade
    old = award.recipient
    same = (recipient.full_name, recipient.given_name, recipient.family_name)
    if (day, result, *same) == (
        award.awarded_on,
        award.grade,
        old.full_name,
        old.given_name,
        old.family_name,
    ):
        raise BadInput("Nothing is different in the new one.", params={"field": "full_name"})
    facts = [*same, recipient.email, str(recipient.date_of_birth), str(day), result]
    new = award_credential(
        activity=award.version.activity,
        recipient=recipient,
        awarded_on=day,
        grade=result,
        suite=award.suite,
        idempotency_key=f"supersede {award.pk} {sha256(canonicalize(facts)).hex()[:32]}",
        actor=actor,
        at=at,
    )
    return _change(award, _Asked(Kind.SUPERSEDE, reason, note, new), actor, at)


def undo_change(*, award: Award, actor: Actor, at: datetime) -> StatusChange:
    """Take the last change back, within ten minutes. What was replaced can't be undone."""
    return _change(award, _Asked(Kind.UNDO, "mistake"), actor, at)


def _change(award: Award, asked: _Asked, actor: Actor, at: datetime) -> StatusChange:
    with transaction.atomic():
        Award.objects.select_for_update(no_key=True).get(pk=award.pk)
        before = _checked(award, asked, actor, at)  # 1
        change = StatusChange.objects.create(  # 2
            award=award,
            number=before.number + 1 if before else 1,
            kind=asked.kind,
            standing=_STANDING.get(asked.kind) or _standing_before(award, before),
            reason=asked.reason,
            note=asked.note.strip(),
            replacement=asked.replacement,
            actor_id=actor.user_id,
            actor_name=actor.name,
            at=at,
        )
        set_values(subjects=[award.pk], values=values_of(change.standing, asked.reason))
        _enter(change, before, actor, at)
    publish_status_lists(at=at, institution=award.institution)  # 3
    tell_learner(change)  # 4
    return change


def can_undo(last: StatusChange, at: datetime) -> bool:
    """Whether the last change can still be taken back."""
    return last.kind not in {Kind.UNDO, Kind.SUPERSEDE} and at - last.at <= UNDO_WITHIN


def _standing_before(award: Award, undone: StatusChange | None) -> str:
    """What it was before the change that is taken back."""
    number = undone.number if undone else 0
    rows = StatusChange.objects.filter(award=award, number__lt=number)
    earlier = rows.order_by("-number").first()
    return str(earlier.standing) if earlier else Standing.ACTIVE.value


def _enter(change: StatusChange, before: StatusChange | None, actor: Actor, at: datetime) -> None:
    digest = sha256(canonicalize(recorded_change(change)))
    append_entry(kind="status", payload_digest=digest, subject_id=change.pk, at=at)
    was = str(before.standing) if before else Standing.ACTIVE.value
    subject: tuple[str, uuid.UUID] = ("award", change.award_id)
    audit.record_change(
        actor=actor,
        act=f"award.{change.kind.lower()}",
        subject=subject,
        at=at,
        before={"standing": was},
        after={"standing": str(change.standing), "reason": change.reason},
    )


def _checked(award: Award, asked: _Asked, actor: Actor, at: datetime) -> StatusChange | None:
    """The last change, if this one may follow it."""
    actor.require_role(Membership.Role.ISSUER, award.institution_id)
    if asked.reason not in REASONS[asked.kind]:
        known = ", ".join(REASONS[asked.kind])
        message = "The reason is one of %(known)s."
        raise BadInput(message, params={"field": "reason", "known": known})
    if len(asked.note) > MAX_NOTE or (asked.reason == "other" and not asked.note.strip()):
        message = "Say why, in at most %(most)s characters."
        raise BadInput(message, params={"field": "note", "most": str(MAX_NOTE)})
    before = last_change(award)
    if asked.kind == Kind.UNDO:
        if before is None or not can_undo(before, at):
            raise StateConflict("Only the last change can be undone, within ten minutes.")
        return before
    state = str(before.standing) if before else Standing.ACTIVE.value
    if state not in _ALLOWED[asked.kind]:
        message = "This credential is %(state)s: that can't be done now."
        raise StateConflict(message, params={"state": state.lower()})
    return before
