"""What everybody may see: registered activities, their versions, and the decisions on them."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import F, QuerySet

from registry.activities.models import Activity, ActivityVersion, Decision
from registry.common.errors import NotFound
from schemas.frameworks import framework as framework_of

# What an authority told a provider about an unregistered text isn't for everybody.
PUBLIC_DECISIONS = (
    Decision.Kind.REGISTER,
    Decision.Kind.SUSPEND,
    Decision.Kind.RESUME,
    Decision.Kind.END,
)


def get_public(activity_id: uuid.UUID) -> Activity:
    """An activity that was ever registered. Raises ``NotFound``."""
    rows = Activity.objects.select_related("institution", "current").filter(pk=activity_id)
    row = rows.first()
    if row is None or row.current is None:
        raise NotFound("There is no such activity.")
    return row


def list_versions(activity: Activity) -> QuerySet[ActivityVersion]:
    """All registered versions with what was cleared for them, newest first."""
    rows = ActivityVersion.objects.filter(activity=activity).prefetch_related("clearances")
    return rows.order_by("-number")


def list_public_versions(ids: Collection[uuid.UUID]) -> list[ActivityVersion]:
    """The version in force, or the last that was, of each that has one; one query."""
    rows = ActivityVersion.objects.filter(activity__in=ids, activity__current=F("pk"))
    return list(rows.select_related("activity__institution"))


def current_version(activity: Activity) -> ActivityVersion:
    """The version in force, or the last that was. Raises ``NotFound``."""
    if activity.current is None:
        raise NotFound("This activity isn't registered.")
    return activity.current


def get_version(activity_id: uuid.UUID, number: int) -> ActivityVersion:
    """A registered version. Raises ``NotFound``."""
    row = (
        ActivityVersion.objects.select_related("activity__institution")
        .prefetch_related("clearances")
        .filter(activity_id=activity_id, number=number)
        .first()
    )
    if row is None:
        raise NotFound("There is no such version.")
    return row


def award_types_of(activity_id: uuid.UUID, number: int) -> frozenset[str] | None:
    """What a version's awards are: its route, and its class; ``None`` for no such version."""
    rows = ActivityVersion.objects.filter(activity_id=activity_id, number=number)
    version = rows.select_related("activity").first()
    return award_types(version) if version is not None else None


def award_types(version: ActivityVersion) -> frozenset[str]:
    """What a version's awards are: its route, and its class where the route has classes."""
    for route in framework_of(version.activity.framework).routes:
        if route.version == version.route_version:
            return route.award_types_of(version.payload)
    return frozenset({version.route})


def list_decisions(activity: Activity, *, public: bool = False) -> QuerySet[Decision]:
    """The decisions on an activity, newest first; with ``public`` those that everybody may see."""
    rows = Decision.objects.filter(activity=activity).select_related("version")
    if public:
        rows = rows.filter(kind__in=PUBLIC_DECISIONS)
    return rows.order_by("-decided_at", "-pk")
