"""What may be learned, what waits for a decision, and how it stood on a day."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from registry.accounts.models import Membership
from registry.accounts.selectors import authority_countries
from registry.activities.lifecycle import State
from registry.activities.models import Activity, ActivityVersion, Review, Standing
from registry.common.actors import Actor
from registry.common.errors import NotFound
from schemas.frameworks import frameworks


def get_public(activity_id: uuid.UUID) -> Activity:
    """An activity that was ever registered. Raises ``NotFound``."""
    row = Activity.objects.select_related("institution").filter(pk=activity_id).first()
    if row is None or row.registered_at is None:
        raise NotFound("There is no such activity.")
    return row


def get_for(activity_id: uuid.UUID, actor: Actor) -> Activity:
    """An activity that the actor may see before it is public. Raises ``NotFound``."""
    row = Activity.objects.select_related("institution").filter(pk=activity_id).first()
    if row is None or not _may_see(row, actor):
        raise NotFound("There is no such activity.")
    return row


def _may_see(row: Activity, actor: Actor) -> bool:
    own = any(organisation == row.institution_id for _, organisation in actor.roles)
    return own or actor.user_id is None or row.framework in frameworks_of(actor)


def frameworks_of(actor: Actor) -> frozenset[str]:
    """The frameworks on whose activities the actor decides."""
    countries = authority_countries(actor)
    return frozenset(frame.code for frame in frameworks() if frame.country in countries)


def list_for_review(actor: Actor) -> QuerySet[Activity]:
    """What waits for the actor's decision, oldest first; never their own institution's."""
    own = {organisation for _, organisation in actor.roles}
    rows = Activity.objects.filter(state=State.SUBMITTED, framework__in=frameworks_of(actor))
    rows = rows.exclude(institution_id__in=own).select_related("institution")
    return rows.order_by("submitted_at", "pk")


def list_for_desk(actor: Actor) -> QuerySet[Activity]:
    """The activities of the actor's institutions, newest first."""
    own = {organisation for role, organisation in actor.roles if role != Membership.Role.REVIEWER}
    rows = Activity.objects.filter(institution_id__in=own).select_related("institution")
    return rows.order_by("-created_at", "-pk")


def list_versions(activity: Activity) -> QuerySet[ActivityVersion]:
    """All registered versions, newest first."""
    return ActivityVersion.objects.filter(activity=activity).order_by("-number")


def current_version(activity: Activity) -> ActivityVersion:
    """The newest registered version. Raises ``NotFound``."""
    row = list_versions(activity).first()
    if row is None:
        raise NotFound("This activity isn't registered.")
    return row


def list_public_versions(ids: Collection[uuid.UUID]) -> list[ActivityVersion]:
    """The newest registered version of each of these activities that has one; one query."""
    newest = ActivityVersion.objects.filter(activity=OuterRef("activity")).order_by("-number")
    rows = ActivityVersion.objects.filter(
        activity__in=ids, number=Subquery(newest.values("number")[:1])
    )
    return list(rows.select_related("activity__institution"))


def get_version(activity_id: uuid.UUID, number: int) -> ActivityVersion:
    """A registered version. Raises ``NotFound``."""
    row = (
        ActivityVersion.objects.select_related("activity__institution")
        .filter(activity_id=activity_id, number=number)
        .first()
    )
    if row is None:
        raise NotFound("There is no such version.")
    return row


def was_registered(activity_id: uuid.UUID, at: datetime) -> bool:
    """Whether the activity was registered, and not suspended, at that time."""
    rows = Standing.objects.filter(activity_id=activity_id, valid_from__lte=at)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at)).exists()


def last_review(activity: Activity) -> Review | None:
    """The newest decision."""
    return Review.objects.filter(activity=activity).order_by("-decided_at", "-pk").first()
