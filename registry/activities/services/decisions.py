"""The authority's acts: register, return, suspend, resume, end."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from registry.accounts.models import Membership
from registry.activities import selectors
from registry.activities.models import Activity, ActivityVersion, Review, Standing
from registry.activities.services.moves import move, open_standing, record
from registry.activities.services.texts import check
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotAllowed
from registry.common.texts import normalise
from registry.ledger.services import append_entry
from schemas import frameworks

ROLE = Membership.Role


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
        move(activity, "return", actor, at)
    else:
        move(activity, "register", actor, at, registered_at=at, search_text=_search_text(activity))
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
    record(activity, "activity.decided", actor, at, after=after)
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
    open_standing(activity, at)
    append_entry(kind="activity_version", payload_digest=digest, subject_id=version.pk, at=at)
    return version


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
    move(activity, "suspend", actor, at)
    Standing.objects.filter(activity=activity, valid_until__isnull=True).update(valid_until=at)


@transaction.atomic
def resume_activity(*, activity: Activity, actor: Actor, at: datetime) -> None:
    """It is registered again, as it was."""
    _require_reviewer(activity, actor)
    move(activity, "resume", actor, at)
    open_standing(activity, at)


@transaction.atomic
def end_activity(*, activity: Activity, actor: Actor, at: datetime) -> None:
    """Its registration ends; credentials already issued keep their value."""
    if not actor.has_role(ROLE.REGISTRAR, activity.institution_id):
        _require_reviewer(activity, actor)
    move(activity, "end", actor, at)
    Standing.objects.filter(activity=activity, valid_until__isnull=True).update(valid_until=at)
