"""The provider's desk: one institution's activities by what is to do with them next."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, Q, QuerySet

from registry.activities.lifecycle import IN_FORCE, Revision, State
from registry.activities.models import Activity, Decision
from registry.common.actors import Actor
from registry.common.errors import NotFound

# In the order of what presses most. An activity in force stands in its own group, and in another
# one if a revision of it is under way.
GROUPS: Mapping[str, Q] = {
    "returned": Q(state=State.RETURNED) | Q(revision=Revision.RETURNED),
    "drafts": Q(state=State.DRAFT) | Q(revision=Revision.DRAFT),
    "submitted": Q(state=State.SUBMITTED) | Q(revision=Revision.SUBMITTED),
    "registered": Q(state=State.REGISTERED),
    "suspended": Q(state=State.SUSPENDED),
    "ended": Q(state=State.ENDED),
}


def list_desk_group(institution_id: uuid.UUID, group: str, actor: Actor) -> QuerySet[Activity]:
    """The activities of one group, the newest first. Raises ``NotFound``."""
    if group not in GROUPS or not _is_own(institution_id, actor):
        raise NotFound("There is no such list.")
    rows = Activity.objects.filter(GROUPS[group], institution_id=institution_id)
    return rows.select_related("institution", "current").order_by("-created_at", "-pk")


def count_desk_groups(institution_id: uuid.UUID, actor: Actor) -> dict[str, int]:
    """How many activities stand in each group; one query."""
    if not _is_own(institution_id, actor):
        return dict.fromkeys(GROUPS, 0)
    counts = {name: Count("pk", filter=condition) for name, condition in GROUPS.items()}
    return Activity.objects.filter(institution_id=institution_id).aggregate(**counts)


def _is_own(institution_id: uuid.UUID, actor: Actor) -> bool:
    own = any(organisation == institution_id for _, organisation in actor.roles)
    return own or actor.user_id is None


def newest_decisions(
    activities: Iterable[Activity], kinds: Collection[str]
) -> dict[uuid.UUID, Decision]:
    """The newest decision of those kinds on each of the activities; one query."""
    ids = [activity.pk for activity in activities]
    rows = Decision.objects.filter(activity_id__in=ids, kind__in=kinds)
    return {row.activity_id: row for row in rows.order_by("decided_at", "pk")}


def titles_on_desk(institution_id: uuid.UUID, framework: str) -> set[str]:
    """The titles of the institution's activities that haven't ended, in every language."""
    rows = Activity.objects.filter(institution_id=institution_id, framework=framework)
    rows = rows.exclude(state=State.ENDED)
    found: set[str] = set()
    for titles in rows.values_list("payload__title", flat=True).iterator():
        if isinstance(titles, dict):
            found |= {text for text in titles.values() if isinstance(text, str) and text}
    return found


def list_for_export(
    institution_id: uuid.UUID, framework: str, routes: Collection[str], actor: Actor
) -> QuerySet[Activity]:
    """The activities of an institution on those routes, the oldest first. Raises ``NotFound``."""
    if not _is_own(institution_id, actor):
        raise NotFound("There is no such list.")
    rows = Activity.objects.filter(institution_id=institution_id, framework=framework)
    on_route = Q(revision_route__in=routes) | Q(revision_route="", route__in=routes)
    return rows.filter(on_route).order_by("created_at", "pk")


def is_in_force(activity: Activity) -> bool:
    """Whether a version of it is in force or suspended, so that it can be revised and ended."""
    return State(activity.state) in IN_FORCE
