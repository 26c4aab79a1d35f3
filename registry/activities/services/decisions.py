"""The authority's decision on a submitted text: register it, return it, or ask for more time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from registry.activities import listing, selectors
from registry.activities.lifecycle import State, step_for
from registry.activities.links import record_links, require_links
from registry.activities.models import Activity, ActivityVersion, Clearance, Decision
from registry.activities.recorded import recorded
from registry.activities.services.moves import locked, move, record, stands
from registry.activities.services.standing import decide, open_standing, settle
from registry.activities.services.texts import acceptable, require_seen
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, NotAllowed, StateConflict
from registry.ledger.services import append_entry
from schemas import frameworks
from schemas.days import months_after
from schemas.rules import life
from schemas.validation import Violation

RESERVED = "title_word_reserved"
MAX_REASONS = 5000


class ReservedWordNotCleared(DomainError):
    """A reserved word stands in a title and no reviewer cleared it; ``violations`` say where."""

    kind = Kind.MALFORMED
    code = "reserved_word_not_cleared"


class ReviewOverdue(DomainError):
    """The review date of the text has passed: it would be suspended as soon as it is in force."""

    kind = Kind.CONFLICT
    code = "review_overdue"


def require_reviewer(activity: Activity, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless the actor decides on activities of this framework."""
    if actor.user_id is None:
        return
    if activity.framework not in selectors.frameworks_of(actor):
        raise NotAllowed("Only the authority of the framework decides.")
    if any(organisation == activity.institution_id for _, organisation in actor.roles):
        raise NotAllowed("Nobody decides on an activity of their own institution.")


def given_reasons(reasons: str, message: str, *, needed: bool = True) -> str:
    """The reasons without the space around them. Raises ``BadInput`` with ``message``."""
    text = reasons.strip()
    if needed and not text:
        raise BadInput(message, params={"field": "reasons"})
    if len(text) > MAX_REASONS:
        message = "The reasons have at most %(limit)s characters."
        raise BadInput(message, params={"field": "reasons", "limit": str(MAX_REASONS)})
    return text


@transaction.atomic
def decide_review(
    *,
    activity: Activity,
    decision: str,
    reasons: str,
    actor: Actor,
    at: datetime,
    clearances: Mapping[str, str] | None = None,
    seen: str = "",
) -> Decision:
    """An authority registers the text that waits, or returns it with reasons.

    ``clearances`` maps each reserved word of the title to the reason why it may stand. ``seen`` is
    the ``text_digest`` of what the officer read: another text isn't decided on.
    """
    require_reviewer(activity, actor)
    if decision not in (Decision.Kind.REGISTER, Decision.Kind.RETURN):
        raise BadInput("The decision is REGISTER or RETURN.")
    returned = decision == Decision.Kind.RETURN
    message = "Say why it is returned and what to change."
    reasons = given_reasons(reasons, message, needed=returned)
    row = locked(activity.pk)
    settle(row, at)
    if not row.is_waiting:
        message = "The activity is %(state)s; there is nothing to decide."
        raise StateConflict(message, params={"state": stands(row)})
    require_seen(row, seen)
    made = (
        _return(row, reasons, actor, at)
        if returned
        else _register(row, reasons, actor, at, clearances or {})
    )
    activity.refresh_from_db()
    return made


def _return(row: Activity, reasons: str, actor: Actor, at: datetime) -> Decision:
    about = _about(row)
    move(row, step_for("return", row.state), actor, at, submitted_at=None, due_on=None)
    return decide(row, Decision.Kind.RETURN, actor, at, reasons=reasons, version=None, **about)


def _about(row: Activity) -> dict[str, Any]:
    """What a decision keeps of the submission that it is about."""
    digest = sha256(canonicalize(row.payload))
    return {"submitted_at": row.submitted_at, "due_on": row.due_on, "text_digest": digest}


def _register(
    row: Activity, reasons: str, actor: Actor, at: datetime, clearances: Mapping[str, str]
) -> Decision:
    require_links(row)
    found = acceptable(row, at)
    cleared = _cleared(found, clearances)
    version, about = _new_version(row, found, at), _about(row)
    lapsed = _lapsed_by_review(row)
    move(
        row,
        step_for("register", row.state),
        actor,
        at,
        current=version,
        route=version.route,
        revision_route="",
        registered_at=row.registered_at or at,
        submitted_at=None,
        due_on=None,
    )
    made = decide(row, Decision.Kind.REGISTER, actor, at, reasons=reasons, **about)
    for violation in cleared:
        _clear(made, version, violation, clearances)
    if lapsed:
        # It was suspended for want of a review, and here is the reviewed text.
        move(row, "resume", actor, at)
        decide(row, Decision.Kind.RESUME, actor, at, reasons="A reviewed version was registered.")
    if row.state == State.REGISTERED:
        open_standing(version, at)
        listing.show(row)
    return made


def _cleared(found: Sequence[Violation], clearances: Mapping[str, str]) -> tuple[Violation, ...]:
    """The reserved words that are cleared. Raises ``ReservedWordNotCleared`` for any that isn't."""
    reserved = tuple(violation for violation in found if violation.code == RESERVED)
    given = {word.casefold(): reason.strip() for word, reason in clearances.items()}
    unknown = set(given) - {violation.params["word"].casefold() for violation in reserved}
    if unknown:
        message = '"%(word)s" isn\'t a reserved word of this title; nothing is to be cleared.'
        raise BadInput(message, params={"field": "clearances", "word": min(unknown)})
    left = [v for v in reserved if not given.get(v.params["word"].casefold())]
    if left:
        places = ", ".join(f'"{v.params["word"]}" ({v.pointer})' for v in left)
        message = "A reserved word isn't cleared: %(places)s. Give the reason why it may stand."
        raise ReservedWordNotCleared(message, violations=left, params={"places": places})
    return reserved


def _clear(
    made: Decision, version: ActivityVersion, violation: Violation, clearances: Mapping[str, str]
) -> None:
    word = violation.params["word"]
    reason = next(text for name, text in clearances.items() if name.casefold() == word.casefold())
    Clearance.objects.create(
        version=version,
        decision=made,
        word=word,
        pointer=violation.pointer,
        reason=given_reasons(reason, "Give the reason why the word may stand."),
        reviewer_id=made.reviewer_id,
        reviewer_name=made.reviewer_name,
        cleared_at=made.decided_at,
    )


def _new_version(row: Activity, found: Sequence[Violation], at: datetime) -> ActivityVersion:
    day, last = at.astimezone(UTC).date(), selectors.list_versions(row).first()
    route = frameworks.framework(row.framework).route(row.working_route, day)
    ends = life(row.payload, framework=row.framework, route=route.code, day=day)
    if ends.review_on is not None and ends.review_on < day:
        message = "The review was due on %(day)s; return it for a later date."
        raise ReviewOverdue(message, params={"day": str(ends.review_on)})
    digest = sha256(canonicalize(row.payload))
    version = ActivityVersion.objects.create(
        activity=row,
        number=last.number + 1 if last else 1,
        payload=row.payload,
        route=route.code,
        route_version=route.version,
        warnings=[{**asdict(v), "params": dict(v.params)} for v in found],
        digest=digest,
        registered_at=at,
        **asdict(ends),
    )
    record_links(version)
    append_entry(kind="activity_version", payload_digest=digest, subject_id=version.pk, at=at)
    return version


def _lapsed_by_review(row: Activity) -> bool:
    """Whether it stands suspended because its review date passed, and for no other reason."""
    if row.state != State.SUSPENDED:
        return False
    kinds = (Decision.Kind.SUSPEND, Decision.Kind.RESUME)
    last = selectors.list_decisions(row).filter(kind__in=kinds).first()
    return last is not None and last.by == Decision.By.DATE


@transaction.atomic
def extend_review(*, activity: Activity, reasons: str, actor: Actor, at: datetime) -> Decision:
    """More time for a decision, once, as the law of the framework allows. Returns the decision.

    Raises ``StateConflict`` where nothing waits, no extension is known, or the time has run out.
    """
    require_reviewer(activity, actor)
    reasons = given_reasons(reasons, "Say why more time is needed.")
    row, day = locked(activity.pk), at.astimezone(UTC).date()
    deadline = selectors.deadline_of(row)
    if not row.is_waiting or deadline is None or row.due_on is None:
        raise StateConflict("There is no deadline here that could be moved.")
    if not deadline.extension_months or selectors.was_extended(row):
        raise StateConflict("The time for this decision can't be made longer, or was already.")
    if row.due_on < day:
        message = "The time for this decision ran out on %(day)s."
        raise StateConflict(message, params={"day": str(row.due_on)})
    before, about = recorded(row), _about(row)
    due = months_after(row.due_on, deadline.extension_months)
    Activity.objects.filter(pk=row.pk).update(due_on=due)
    record(row, "activity.extend", actor, at, before)
    made = decide(row, Decision.Kind.EXTEND, actor, at, reasons=reasons, **about | {"due_on": due})
    activity.refresh_from_db()
    return made
