"""Texts on the desk: draft, change, submit; and the text that is to follow a registered one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from credentials.errors import CredentialError
from registry.accounts.models import Membership
from registry.activities.lifecycle import IN_FORCE, step_for
from registry.activities.links import link_violations
from registry.activities.models import Activity
from registry.activities.recorded import recorded
from registry.activities.services.moves import locked, move, record, stands
from registry.activities.services.standing import settle, without_revision
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, StateConflict
from registry.issuers.models import Institution
from registry.issuers.selectors import suspension_at
from schemas import frameworks
from schemas.days import months_after
from schemas.rules import Body, check_activity
from schemas.validation import Violation

ROLE = Membership.Role
MAX_TEXT = 256 * 1024
# A larger number of a text would come back from one of the databases as another one.
MAX_NUMBER = 2**53


class ActivityNotAcceptable(DomainError):
    """The activity breaks a rule; ``violations`` say which, where and by what source."""

    kind = Kind.MALFORMED
    code = "activity_not_acceptable"


class TextChanged(DomainError):
    """Somebody changed the text since it was read."""

    kind = Kind.CONFLICT
    code = "text_changed"


def check(
    institution: Institution,
    framework: str,
    route: str,
    payload: Mapping[str, Any],
    at: datetime,
    *,
    activity_id: uuid.UUID | None = None,
) -> tuple[Violation, ...]:
    """The one validation: errors and warnings of a payload under a route in force at ``at``.

    With ``activity_id`` its links are held against the others of the register, too: no circle.
    Raises ``BadInput`` for an unknown framework or route.
    """
    body = Body(
        institution.provider_type, institution.can_award, institution.country, institution.slug
    )
    day = at.astimezone(UTC).date()
    try:
        found = check_activity(
            payload, framework=framework, route=route, day=day, awarding_body=body
        )
    except KeyError as error:
        message = "There is no route %(route)s in %(framework)s on %(day)s."
        params = {"route": route, "framework": framework, "day": str(day)}
        raise BadInput(message, params=params) from error
    found += link_violations(institution, payload, activity_id=activity_id)
    return tuple(sorted(found, key=lambda violation: violation.severity))


def check_text(activity: Activity, at: datetime) -> tuple[Violation, ...]:
    """Errors and warnings of the text in preparation, under the route it is written for.

    A route that has ended meanwhile is an error among the others: the text can be moved.
    """
    day, frame = at.astimezone(UTC).date(), frameworks.framework(activity.framework)
    code = activity.working_route
    if not any(route.code == code and route.holds_on(day) for route in frame.routes):
        then = frame.route_in_force(code, day)
        move_to = f" Move the text to {then.code}." if then is not None else ""
        message = f"On {day} nothing can be registered on the route {code}.{move_to}"
        return (Violation("route_not_in_force", "", message, params={"day": str(day)}),)
    return check(
        activity.institution,
        activity.framework,
        code,
        activity.payload,
        at,
        activity_id=activity.pk,
    )


def text_digest(activity: Activity) -> str:
    """SHA-256 of the text in preparation, in hex: what a form says that it was filled in for."""
    return sha256(canonicalize(activity.payload)).hex()


@transaction.atomic
def create_draft(
    *,
    institution: Institution,
    framework: str,
    route: str,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Activity:
    """A draft; it may still break every rule but the choice of the route."""
    actor.require_role(ROLE.REGISTRAR, institution.pk)
    require_storable(payload)
    require_route(framework, route, at)
    activity = Activity.objects.create(
        institution=institution,
        framework=framework,
        route=route,
        payload=dict(payload),
        created_at=at,
    )
    record(activity, "activity.drafted", actor, at, {})
    return activity


@transaction.atomic
def update_draft(
    *,
    activity: Activity,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    route: str | None = None,
    seen: str = "",
) -> Activity:
    """Another text for a draft, or for a revision of a registered activity.

    ``route`` moves the text to another route in force; a revision can only follow its own route.
    With ``seen``, the ``text_digest`` of what was edited, nobody else's change is written over.
    """
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    require_storable(payload)
    row = locked(activity.pk)
    if not row.is_editable:
        raise StateConflict("Only a draft, a revision or a returned text can be changed.")
    require_seen(row, seen)
    before, fields = recorded(row), {}
    if route is not None and route != row.working_route:
        require_route(row.framework, route, at)
        if row.revision and route != _successor(row, at):
            message = "A revision follows its own route; it can't move to %(route)s."
            raise BadInput(message, params={"route": route})
        fields["revision_route" if row.revision else "route"] = route
    Activity.objects.filter(pk=row.pk).update(payload=dict(payload), **fields)
    record(row, "activity.changed", actor, at, before)
    activity.refresh_from_db()
    return activity


@transaction.atomic
def start_revision(*, activity: Activity, actor: Actor, at: datetime) -> Activity:
    """Begin a new version from the one in force, which stays in force. Raises ``StateConflict``.

    Where the route has ended, the new text is written for the route that took its place.
    """
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    row = locked(activity.pk)
    settle(row, at)
    if row.state not in IN_FORCE or row.current is None:
        message = "The activity is %(state)s; only a registered one is revised."
        raise StateConflict(message, params={"state": stands(row)})
    route = _successor(row, at)
    move(row, "start_revision", actor, at, payload=row.current.payload, revision_route=route)
    activity.refresh_from_db()
    return activity


@transaction.atomic
def withdraw_revision(*, activity: Activity, actor: Actor, at: datetime) -> Activity:
    """Give up the text in preparation; the version in force stays as it is."""
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    row = locked(activity.pk)
    move(row, "withdraw_revision", actor, at, **without_revision(row))
    activity.refresh_from_db()
    return activity


@transaction.atomic
def withdraw_submission(*, activity: Activity, actor: Actor, at: datetime) -> Activity:
    """Take a submitted text back to the desk before it is decided on."""
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    row = locked(activity.pk)
    move(row, step_for("withdraw", row.state), actor, at, submitted_at=None, due_on=None)
    activity.refresh_from_db()
    return activity


@transaction.atomic
def submit_activity(*, activity: Activity, actor: Actor, at: datetime) -> tuple[Violation, ...]:
    """Hold the text against its framework and put it before the authority.

    Returns the warnings. Raises ``ActivityNotAcceptable`` with everything that is wrong.
    """
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    row = locked(activity.pk)
    if suspension_at(row.institution, at) is not None:
        raise StateConflict("The institution is suspended and can't submit.")
    settle(row, at)
    if not row.is_editable:
        message = "The activity is %(state)s; there is nothing to submit."
        raise StateConflict(message, params={"state": stands(row)})
    found = acceptable(row, at)
    due = due_on(row.framework, row.working_route, at)
    move(row, step_for("submit", row.state), actor, at, submitted_at=at, due_on=due)
    activity.refresh_from_db()
    return found


def acceptable(row: Activity, at: datetime) -> tuple[Violation, ...]:
    """The warnings of the text in preparation. Raises ``ActivityNotAcceptable`` for an error."""
    found = check_text(row, at)
    errors = [violation for violation in found if violation.severity == "error"]
    if errors:
        message = "The activity breaks %(count)s rule(s) of its framework."
        params = {"count": str(len(errors))}
        raise ActivityNotAcceptable(message, violations=found, params=params)
    return found


def due_on(framework: str, route: str, at: datetime) -> date | None:
    """The last day for the decision on what is submitted at ``at``; ``None`` if none is known."""
    day = at.astimezone(UTC).date()
    fact = frameworks.framework(framework).route(route, day).decision_period
    return months_after(day, fact.value["months"]) if fact is not None else None


def _successor(row: Activity, at: datetime) -> str:
    day = at.astimezone(UTC).date()
    route = frameworks.framework(row.framework).route_in_force(row.route, day)
    if route is None:
        message = "On %(day)s nothing can be registered on the route %(route)s."
        raise BadInput(message, params={"day": str(day), "route": row.route})
    return route.code


def require_route(framework: str, route: str, at: datetime) -> None:
    """Refuse a route that isn't in force. Raises ``BadInput``."""
    try:
        frameworks.framework(framework).route(route, at.astimezone(UTC).date())
    except KeyError as error:
        message = "There is no route %(route)s in %(framework)s today."
        params = {"route": route, "framework": framework}
        raise BadInput(message, params=params) from error


def require_seen(row: Activity, seen: str) -> None:
    """Refuse an act on a text that isn't the one that was read. Raises ``TextChanged``."""
    if seen and seen != text_digest(row):
        raise TextChanged("The text was changed since you read it; read it again.")


def require_storable(payload: Mapping[str, Any]) -> None:
    """Refuse a text that the databases wouldn't give back as it is. Raises ``BadInput``."""
    try:
        text = canonicalize(dict(payload))
    except CredentialError as error:
        message = "The payload can't be stored: %(fault)s"
        raise BadInput(message, params={"fault": str(error)}) from error
    if "\\u0000" in text.decode():
        raise BadInput("The payload holds U+0000, which isn't text.")
    if len(text) > MAX_TEXT:
        message = "The payload is larger than %(limit)s KiB."
        raise BadInput(message, params={"limit": str(MAX_TEXT // 1024)})
    if any(abs(number) >= MAX_NUMBER for number in _numbers(payload)):
        raise BadInput("The payload holds a number beyond 2^53.")


def _numbers(value: Any) -> list[float]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, int | float) else []
