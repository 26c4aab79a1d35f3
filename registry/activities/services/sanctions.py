"""What happens to a registered activity later: suspend, resume, end, and what its dates do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from registry.accounts.models import Membership
from registry.activities import listing, selectors
from registry.activities.models import Activity, Decision
from registry.activities.services import standing
from registry.activities.services.decisions import ReviewOverdue, given_reasons, require_reviewer
from registry.activities.services.moves import locked, move
from registry.common.actors import SYSTEM, Actor
from registry.common.errors import NotAllowed

CHUNK = 200


@transaction.atomic
def suspend_activity(*, activity: Activity, reasons: str, actor: Actor, at: datetime) -> Decision:
    """Nothing is awarded for it until it is resumed; what was awarded keeps its value."""
    require_reviewer(activity, actor)
    reasons = given_reasons(reasons, "Say why it is suspended.")
    row = locked(activity.pk)
    standing.settle(row, at)
    effective = standing.suspend(row, actor, at, at)
    made = standing.decide(
        row, Decision.Kind.SUSPEND, actor, at, reasons=reasons, effective_at=effective
    )
    activity.refresh_from_db()
    return made


@transaction.atomic
def resume_activity(
    *, activity: Activity, actor: Actor, at: datetime, reasons: str = ""
) -> Decision:
    """It is registered again, as it was. Raises ``ReviewOverdue`` if its review date passed."""
    require_reviewer(activity, actor)
    reasons = given_reasons(reasons, "", needed=False)
    row = locked(activity.pk)
    standing.settle(row, at)
    version = row.current
    review = version.review_on if version is not None else None
    if review is not None and review < at.astimezone(UTC).date():
        message = "The review was due on %(day)s; register a reviewed version first."
        raise ReviewOverdue(message, params={"day": str(review)})
    move(row, "resume", actor, at)
    if version is not None:
        standing.open_standing(version, at)
        listing.show(row)
    made = standing.decide(row, Decision.Kind.RESUME, actor, at, reasons=reasons)
    activity.refresh_from_db()
    return made


@transaction.atomic
def end_activity(*, activity: Activity, actor: Actor, at: datetime, reasons: str = "") -> Decision:
    """Its registration ends; credentials already issued keep their value.

    The institution ends its own activity at will, the authority any of its framework with reasons.
    """
    own = actor.has_role(Membership.Role.REGISTRAR, activity.institution_id)
    if not own:
        require_reviewer(activity, actor)
    reasons = given_reasons(reasons, "Say why it is ended.", needed=not own)
    row = locked(activity.pk)
    standing.settle(row, at)
    effective = standing.end(row, actor, at, at)
    by = Decision.By.INSTITUTION if own else Decision.By.AUTHORITY
    made = standing.decide(
        row, Decision.Kind.END, actor, at, reasons=reasons, by=by, effective_at=effective
    )
    activity.refresh_from_db()
    return made


def suspend_overdue(*, at: datetime, actor: Actor = SYSTEM) -> int:
    """Write down which activities their review date has suspended; says how many. Twice is once."""
    return _settled(at, actor, selectors.list_overdue(at), Decision.Kind.SUSPEND)


def end_expired(*, at: datetime, actor: Actor = SYSTEM) -> int:
    """Write down which registrations have ended by their date; says how many. Twice is once."""
    return _settled(at, actor, selectors.list_expired(at), Decision.Kind.END)


def _settled(at: datetime, actor: Actor, rows: Iterator[UUID], kind: Decision.Kind) -> int:
    if actor.user_id is not None:
        raise NotAllowed("The registry does this by itself.")
    count = 0
    for activity_id in rows:
        # One transaction for each: a fault in one keeps nobody else's from being written down.
        with transaction.atomic():
            done = standing.settle(locked(activity_id), at)
        count += any(decision.kind == kind for decision in done)
    return count
