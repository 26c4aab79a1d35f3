"""When a version is in force: the periods, and what its own last days do to them.

Nothing here waits for a job. The periods together with the last days of their versions say how an
activity stood at any time; ``settle`` only writes down what the calendar has already done.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from registry.activities import listing
from registry.activities.lifecycle import State
from registry.activities.models import Activity, ActivityVersion, Decision, Standing
from registry.activities.selectors import awardable_at
from registry.activities.services.moves import locked, move
from registry.common.actors import SYSTEM, Actor
from registry.common.errors import DomainError, Kind
from registry.common.moments import after_last, first_moment_after
from registry.ledger.services import append_entry


class ActivityNotOpen(DomainError):
    """The activity isn't registered, or is suspended or ended: nothing is awarded for it."""

    kind = Kind.CONFLICT
    code = "activity_not_open"


def open_standing(
    version: ActivityVersion,
    at: datetime,
    kind: Standing.Kind = Standing.Kind.REGISTERED,
) -> None:
    """From now on this version is in force; it takes the place of the one before."""
    # A credential's time has whole seconds: what is issued in this second lies in the period.
    start = close_standing(version.activity_id, at.replace(microsecond=0))
    Standing.objects.create(
        activity_id=version.activity_id, version=version, kind=kind, valid_from=start
    )


def close_standing(activity_id: uuid.UUID, at: datetime) -> datetime:
    """End the open period at ``at``, or after the last credential issued in it; says when."""
    standing = Standing.objects.filter(activity_id=activity_id, valid_until__isnull=True).first()
    if standing is None:
        return at
    end = max(after_last(at, standing.last_award_at), standing.valid_from)
    Standing.objects.filter(pk=standing.pk).update(valid_until=end)
    return end


def hold_open(*, activity_id: uuid.UUID, at: datetime) -> None:
    """Make sure, inside the transaction that issues a credential, that it may be issued at ``at``.

    The activity is locked: a suspension that is being decided comes before or after, and one that
    comes after takes effect after. Raises ``ActivityNotOpen``.
    """
    row = locked(activity_id)
    standing = awardable_at(activity_id, at).first()
    if standing is None:
        raise not_open(row)
    newest = max(at, standing.last_award_at or at)
    Standing.objects.filter(pk=standing.pk).update(last_award_at=newest)


def not_open(row: Activity) -> ActivityNotOpen:
    """The refusal, with the reason that a person can do something about."""
    if row.state == State.REGISTERED:
        return ActivityNotOpen("The activity's last day has passed; nothing is awarded for it.")
    message = "The activity is %(state)s; nothing is awarded for it."
    return ActivityNotOpen(message, params={"state": State(row.state).lower()})


@transaction.atomic
def settle(row: Activity, at: datetime) -> list[Decision]:
    """Write down what the last days of the version in force have done by ``at``; twice is once.

    A review date that passed suspends; the end of the registration ends. ``row`` is locked.
    """
    version, today = row.current, at.astimezone(UTC).date()
    done: list[Decision] = []
    if version is None:
        return done
    review, end = version.review_on, version.registration_end
    first = review is not None and (end is None or review < end)
    if row.state == State.REGISTERED and first and review is not None and review < today:
        done.append(_lapse(row, "suspend", review, f"The review was due on {review}.", at))
    if row.state in (State.REGISTERED, State.SUSPENDED) and end is not None and end < today:
        done.append(_lapse(row, "end", end, f"The registration ended on {end}.", at))
    return done


def _lapse(row: Activity, act: str, last: date, reasons: str, at: datetime) -> Decision:
    change, kind = (
        (suspend, Decision.Kind.SUSPEND) if act == "suspend" else (end, Decision.Kind.END)
    )
    effective = change(row, SYSTEM, at, first_moment_after(last))
    return decide(
        row, kind, SYSTEM, at, reasons=reasons, by=Decision.By.DATE, effective_at=effective
    )


def suspend(row: Activity, actor: Actor, at: datetime, effective_at: datetime) -> datetime:
    """Move to SUSPENDED and end the period; says when that takes effect."""
    move(row, "suspend", actor, at)
    listing.withdraw(row)
    return close_standing(row.pk, effective_at)


def end(row: Activity, actor: Actor, at: datetime, effective_at: datetime) -> datetime:
    """Move to ENDED; where the text names a later last achievement, awards go on until then."""
    open_until_now, version = row.state == State.REGISTERED, row.current
    move(row, "end", actor, at, **without_revision(row))
    listing.withdraw(row)
    closed = close_standing(row.pk, effective_at)
    if version is not None and open_until_now and _taught_out_after(version, closed):
        open_standing(version, closed, Standing.Kind.TEACH_OUT)
    return closed


def _taught_out_after(version: ActivityVersion, at: datetime) -> bool:
    last = version.last_achievement
    return last is not None and at < first_moment_after(last)


def without_revision(row: Activity) -> dict[str, Any]:
    """The fields of an activity whose text in preparation is the one in force."""
    payload = row.current.payload if row.current is not None else row.payload
    return {"payload": payload, "revision_route": "", "submitted_at": None, "due_on": None}


def decide(
    row: Activity,
    kind: Decision.Kind,
    actor: Actor,
    at: datetime,
    *,
    reasons: str = "",
    by: Decision.By = Decision.By.AUTHORITY,
    effective_at: datetime | None = None,
    **fields: Any,
) -> Decision:
    """A decision's row, and its entry in the ledger."""
    if actor.user_id is None and by != Decision.By.DATE:
        by = Decision.By.SYSTEM
    decision = Decision.objects.create(
        activity_id=row.pk,
        version=fields.pop("version", row.current),
        kind=kind,
        by=by,
        reasons=reasons.strip(),
        reviewer_id=actor.user_id,
        reviewer_name=actor.name,
        decided_at=at,
        effective_at=effective_at or at,
        **fields,
    )
    facts = {
        "activity": str(row.pk),
        "kind": str(kind),
        "by": str(by),
        "reasons": decision.reasons,
        "reviewer": decision.reviewer_name,
        "decidedAt": at.isoformat(),
        "effectiveAt": decision.effective_at.isoformat(),
    }
    digest = sha256(canonicalize(facts))
    append_entry(kind="decision", payload_digest=digest, subject_id=decision.pk, at=at)
    return decision
