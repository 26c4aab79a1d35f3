"""In force or not, at any time: the periods, cut by the last days of their versions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet

from registry.activities.lifecycle import IN_FORCE, State
from registry.activities.models import Activity, ActivityVersion, Standing
from registry.activities.selectors.scope import frameworks_of
from registry.common.actors import Actor


def _not_before(name: str, day: date) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": day})


def state_on(activity: Activity, at: datetime) -> State:
    """Where the activity stands, whether or not its last days have been written down yet."""
    state, version, day = State(activity.state), activity.current, at.astimezone(UTC).date()
    if version is None or state not in IN_FORCE:
        return state
    if version.registration_end is not None and version.registration_end < day:
        return State.ENDED
    if version.review_on is not None and version.review_on < day:
        return State.SUSPENDED
    return state


def _covering(at: datetime) -> QuerySet[Standing]:
    rows = Standing.objects.filter(valid_from__lte=at)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def registered_at(at: datetime) -> QuerySet[Standing]:
    """The periods in which an activity was registered, and not suspended, at that time."""
    day = at.astimezone(UTC).date()
    rows = _covering(at).filter(kind=Standing.Kind.REGISTERED)
    rows = rows.filter(_not_before("version__review_on", day))
    return rows.filter(_not_before("version__registration_end", day))


def was_registered(activity_id: uuid.UUID, at: datetime) -> bool:
    """Whether the activity was registered, and not suspended, at that time."""
    return registered_at(at).filter(activity_id=activity_id).exists()


def awardable_at(activity_id: uuid.UUID, at: datetime) -> QuerySet[Standing]:
    """The period in which a credential could be issued at that time; empty if it could not.

    The end of a registration isn't the end of achievements: until the last achievement that the
    text names, awards go on (SAQA; DOMAIN section 3, trap 8).
    """
    day, end = at.astimezone(UTC).date(), F("version__registration_end")
    taught_out = Q(version__last_achievement__gte=day)
    in_force = _not_before("version__review_on", day)
    in_force &= _not_before("version__registration_end", day)
    # The registration ended by its date, and no review had suspended it by then.
    reviewed = Q(version__review_on__isnull=True) | Q(version__review_on__gte=end)
    ended = Q(version__registration_end__lt=day) & reviewed & taught_out
    registered = Q(kind=Standing.Kind.REGISTERED) & (in_force | ended)
    after = Q(kind=Standing.Kind.TEACH_OUT) & taught_out
    return _covering(at).filter(registered | after, activity_id=activity_id)


def was_awardable(activity_id: uuid.UUID, at: datetime) -> bool:
    """Whether a credential could be issued for the activity at that time."""
    return awardable_at(activity_id, at).exists()


def version_on(activity_id: uuid.UUID, day: date) -> ActivityVersion | None:
    """The version that an achievement on ``day`` belongs to; ``None`` before the first."""
    end = datetime.combine(day + timedelta(days=1), time.min, UTC)
    rows = ActivityVersion.objects.select_related("activity__institution")
    rows = rows.filter(activity_id=activity_id, registered_at__lt=end)
    return rows.order_by("-number").first()


def list_overdue(at: datetime) -> Iterator[uuid.UUID]:
    """The activities whose review date has passed and that still stand as registered."""
    rows = Activity.objects.filter(
        state=State.REGISTERED, current__review_on__lt=at.astimezone(UTC).date()
    )
    return _ids(rows)


def list_expired(at: datetime) -> Iterator[uuid.UUID]:
    """The activities whose registration has ended by its date and that don't stand as ended."""
    rows = Activity.objects.filter(
        state__in=sorted(IN_FORCE), current__registration_end__lt=at.astimezone(UTC).date()
    )
    return _ids(rows)


def _ids(rows: QuerySet[Activity]) -> Iterator[uuid.UUID]:
    """All ids, a chunk at a time and from where the last chunk ended."""
    last: uuid.UUID | None = None
    while True:
        left = rows if last is None else rows.filter(pk__gt=last)
        chunk = list(left.order_by("pk").values_list("pk", flat=True)[:200])
        yield from chunk
        if not chunk:
            return
        last = chunk[-1]


def list_assurance_ending(actor: Actor, *, day: date, days: int) -> QuerySet[Activity]:
    """What the actor answers for whose quality assurance ends within ``days``, the first first.

    An officer answers for the activities of their frameworks, a provider for its own. What has
    ended already and is still registered stands in the list too.
    """
    until = day + timedelta(days=days)
    rows = _answered_for(actor).filter(current__assured_until__lte=until)
    return rows.annotate(ends_on=F("current__assured_until")).order_by("ends_on", "pk")


def list_reviews_due(actor: Actor, *, day: date, days: int) -> QuerySet[Activity]:
    """What the actor answers for whose review date lies within ``days``, the first first."""
    until = day + timedelta(days=days)
    rows = _answered_for(actor).filter(current__review_on__lte=until)
    return rows.annotate(ends_on=F("current__review_on")).order_by("ends_on", "pk")


def _answered_for(actor: Actor) -> QuerySet[Activity]:
    own = {organisation for _, organisation in actor.roles}
    mine = Q(framework__in=frameworks_of(actor)) | Q(institution_id__in=own)
    rows = Activity.objects.filter(mine, state__in=sorted(IN_FORCE))
    return rows.select_related("institution", "current")
