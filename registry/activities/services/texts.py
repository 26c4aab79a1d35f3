"""Texts on the desk: draft, change, submit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from credentials.encoding import canonicalize
from credentials.errors import CredentialError
from registry.accounts.models import Membership
from registry.activities.lifecycle import EDITABLE
from registry.activities.models import Activity
from registry.activities.services.moves import move, record
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, StateConflict
from registry.issuers.models import Institution
from registry.issuers.selectors import suspension_at
from schemas import frameworks
from schemas.rules import Body, check_activity
from schemas.validation import Violation

ROLE = Membership.Role


class ActivityNotAcceptable(DomainError):
    """The activity breaks a rule; ``violations`` say which, where and by what source."""

    kind = Kind.MALFORMED
    code = "activity_not_acceptable"


def check(
    institution: Institution, framework: str, route: str, payload: Mapping[str, Any], at: datetime
) -> tuple[Violation, ...]:
    """The one validation: errors and warnings of a payload under a route in force at ``at``.

    Raises ``BadInput`` for an unknown framework or route.
    """
    body = Body(
        institution.provider_type, institution.can_award, institution.country, institution.slug
    )
    day = at.astimezone(UTC).date()
    try:
        return check_activity(
            payload, framework=framework, route=route, day=day, awarding_body=body
        )
    except KeyError as error:
        raise BadInput(f"There is no route {route} in {framework} on {day}.") from error


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
    _storable(payload)
    try:
        frameworks.framework(framework).route(route, at.astimezone(UTC).date())
    except KeyError as error:
        raise BadInput(f"There is no route {route} in {framework} today.") from error
    activity = Activity.objects.create(
        institution=institution,
        framework=framework,
        route=route,
        payload=dict(payload),
        created_at=at,
    )
    after = {"framework": framework, "route": route}
    record(activity, "activity.drafted", actor, at, after=after)
    return activity


@transaction.atomic
def update_draft(
    *, activity: Activity, payload: Mapping[str, Any], actor: Actor, at: datetime
) -> Activity:
    """Another text for a draft, or a new version of a registered activity under preparation."""
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    _storable(payload)
    changed = Activity.objects.filter(pk=activity.pk, state__in=EDITABLE)
    if not changed.update(payload=dict(payload)):
        raise StateConflict("Only a draft or a returned activity can be changed.")
    record(activity, "activity.changed", actor, at)
    activity.refresh_from_db()
    return activity


def _storable(payload: Mapping[str, Any]) -> None:
    try:
        canonicalize(dict(payload))
    except CredentialError as error:
        raise BadInput(f"The payload can't be stored: {error}") from error
    if "\\u0000" in canonicalize(dict(payload)).decode():
        raise BadInput("The payload holds U+0000, which isn't text.")


def submit_activity(*, activity: Activity, actor: Actor, at: datetime) -> tuple[Violation, ...]:
    """Hold the draft against its framework and put it before the authority.

    Returns the warnings. Raises ``ActivityNotAcceptable`` with everything that is wrong.
    """
    actor.require_role(ROLE.REGISTRAR, activity.institution_id)
    institution = activity.institution
    if suspension_at(institution, at) is not None:
        raise StateConflict("The institution is suspended and can't submit.")
    found = check(institution, activity.framework, activity.route, activity.payload, at)
    errors = [violation for violation in found if violation.severity == "error"]
    if errors:
        message = f"The activity breaks {len(errors)} rule(s) of its framework."
        raise ActivityNotAcceptable(message, violations=found)
    with transaction.atomic():
        move(activity, "submit", actor, at, submitted_at=at)
    return found
