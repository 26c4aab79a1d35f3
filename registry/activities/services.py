"""Draft, submit, decide, suspend, resume, end: the acts on an activity."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from credentials.errors import CredentialError
from registry.accounts.models import Membership
from registry.activities import selectors
from registry.activities.lifecycle import EDITABLE, TRANSITIONS, State
from registry.activities.models import Activity, ActivityVersion, Review, Standing
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, NotAllowed, StateConflict
from registry.common.texts import normalise
from registry.issuers.models import Institution
from registry.issuers.selectors import suspension_at
from registry.ledger.services import append_entry
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
        message = "There is no route %(route)s in %(framework)s on %(day)s."
        params = {"route": route, "framework": framework, "day": str(day)}
        raise BadInput(message, params=params) from error


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
        message = "There is no route %(route)s in %(framework)s today."
        params = {"route": route, "framework": framework}
        raise BadInput(message, params=params) from error
    activity = Activity.objects.create(
        institution=institution,
        framework=framework,
        route=route,
        payload=dict(payload),
        created_at=at,
    )
    after = {"framework": framework, "route": route}
    _audit(activity, "activity.drafted", actor, at, after=after)
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
    _audit(activity, "activity.changed", actor, at)
    activity.refresh_from_db()
    return activity


def _storable(payload: Mapping[str, Any]) -> None:
    try:
        canonicalize(dict(payload))
    except CredentialError as error:
        message = "The payload can't be stored: %(fault)s"
        raise BadInput(message, params={"fault": str(error)}) from error
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
        message = "The activity breaks %(count)s rule(s) of its framework."
        params = {"count": str(len(errors))}
        raise ActivityNotAcceptable(message, violations=found, params=params)
    with transaction.atomic():
        _move(activity, "submit", actor, at, submitted_at=at)
    return found


@transaction.atomic
def decide_review(
    *, activity: Activity, decision: str, reasons: str, actor: Actor, at: datetime
) -> Review:
    """An authority registers the activity or returns it with reasons."""
    _require_reviewer(activity, actor)
    if decision not in Review.Decision.values:
        raise BadInput("The decision is REGISTER or RETURN.")
    if decision == Review.Decision.RETURN and not reasons.strip():
        raise BadInput("Say why it is returned and what to change.")
    if decision == Review.Decision.RETURN:
        _move(activity, "return", actor, at)
    else:
        _move(activity, "register", actor, at, registered_at=at, search_text=_search_text(activity))
        _register_version(activity, at)
    review = Review.objects.create(
        activity=activity,
        decision=decision,
        reasons=reasons.strip(),
        reviewer_id=actor.user_id,
        reviewer_name=actor.name,
        decided_at=at,
    )
    after = {"decision": str(decision), "reasons": reasons.strip()}
    _audit(activity, "activity.decided", actor, at, after=after)
    return review


def _require_reviewer(activity: Activity, actor: Actor) -> None:
    if actor.user_id is None:
        return
    if activity.framework not in selectors.frameworks_of(actor):
        raise NotAllowed("Only the authority of the framework decides.")
    if any(organisation == activity.institution_id for _, organisation in actor.roles):
        raise NotAllowed("Nobody decides on an activity of their own institution.")


def _register_version(activity: Activity, at: datetime) -> ActivityVersion:
    found = check(activity.institution, activity.framework, activity.route, activity.payload, at)
    route = frameworks.framework(activity.framework).route(
        activity.route, at.astimezone(UTC).date()
    )
    last = ActivityVersion.objects.filter(activity=activity).order_by("-number").first()
    digest = sha256(canonicalize(activity.payload))
    version = ActivityVersion.objects.create(
        activity=activity,
        number=last.number + 1 if last else 1,
        payload=activity.payload,
        route_version=route.version,
        warnings=[{**asdict(v), "params": dict(v.params)} for v in found],
        digest=digest,
        registered_at=at,
    )
    _open_standing(activity, at)
    append_entry(kind="activity_version", payload_digest=digest, subject_id=version.pk, at=at)
    return version


def _open_standing(activity: Activity, at: datetime) -> None:
    # A credential's time has whole seconds: what is issued in this second lies in the period.
    Standing.objects.create(activity=activity, valid_from=at.replace(microsecond=0))


def _search_text(activity: Activity) -> str:
    payload = activity.payload
    texts = [*payload.get("title", {}).values(), *activity.institution.legal_name.values()]
    for outcome in payload.get("learning_outcomes", []):
        texts += outcome.get("text", {}).values()
    return normalise(" ".join(texts))


@transaction.atomic
def suspend_activity(*, activity: Activity, reasons: str, actor: Actor, at: datetime) -> None:
    """Nothing is awarded for it until it is resumed."""
    _require_reviewer(activity, actor)
    if not reasons.strip():
        raise BadInput("Say why it is suspended.")
    _move(activity, "suspend", actor, at)
    Standing.objects.filter(activity=activity, valid_until__isnull=True).update(valid_until=at)


@transaction.atomic
def resume_activity(*, activity: Activity, actor: Actor, at: datetime) -> None:
    """It is registered again, as it was."""
    _require_reviewer(activity, actor)
    _move(activity, "resume", actor, at)
    _open_standing(activity, at)


@transaction.atomic
def end_activity(*, activity: Activity, actor: Actor, at: datetime) -> None:
    """Its registration ends; credentials already issued keep their value."""
    if not actor.has_role(ROLE.REGISTRAR, activity.institution_id):
        _require_reviewer(activity, actor)
    _move(activity, "end", actor, at)
    Standing.objects.filter(activity=activity, valid_until__isnull=True).update(valid_until=at)


def _move(activity: Activity, act: str, actor: Actor, at: datetime, **fields: Any) -> None:
    """Compare-and-swap: of two at once one wins, the other is told."""
    sources, target = TRANSITIONS[act]
    before = activity.state
    rows = Activity.objects.filter(pk=activity.pk, state=before, state__in=sources)
    if not rows.update(state=target, **fields):
        current = State(Activity.objects.values_list("state", flat=True).get(pk=activity.pk))
        message = "The activity is %(state)s; this can't be done now."
        raise StateConflict(message, params={"state": current.lower()})
    states = ({"state": str(before)}, {"state": target.value})
    _audit(activity, f"activity.{act}", actor, at, before=states[0], after=states[1])
    activity.refresh_from_db()


def _audit(
    activity: Activity,
    act: str,
    actor: Actor,
    at: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    subject: tuple[str, uuid.UUID] = ("activity", activity.pk)
    audit.record(actor=actor, act=act, subject=subject, at=at, before=before, after=after)
