"""The desks: what one's own institution writes, and what waits for a decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import islice

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from registry.accounts.models import Membership
from registry.activities.lifecycle import Revision, State
from registry.activities.models import Activity, Decision
from registry.activities.selectors.scope import frameworks_of
from registry.common.actors import Actor
from registry.common.errors import NotFound
from registry.common.texts import normalise
from schemas.frameworks import Fact, framework

__all__ = [
    "Deadline",
    "deadline_of",
    "frameworks_of",
    "get_for",
    "get_visible",
    "last_review",
    "list_for_desk",
    "list_for_review",
    "list_overseen",
    "was_extended",
]
MAX_QUERY = 100
MAX_FOUND = 500


def get_for(activity_id: uuid.UUID, actor: Actor) -> Activity:
    """An activity that the actor may see before it is public. Raises ``NotFound``."""
    row, inside = _seen_by(activity_id, actor)
    if row is None or not inside:
        raise NotFound("There is no such activity.")
    return row


def get_visible(activity_id: uuid.UUID, actor: Actor | None) -> tuple[Activity, bool]:
    """An activity that is public or the actor's own, and whether its texts in preparation are too.

    Raises ``NotFound``.
    """
    row, inside = _seen_by(activity_id, actor)
    if row is None or (row.current is None and not inside):
        raise NotFound("There is no such activity.")
    return row, inside


def _seen_by(activity_id: uuid.UUID, actor: Actor | None) -> tuple[Activity | None, bool]:
    rows = Activity.objects.select_related("institution", "current").filter(pk=activity_id)
    row = rows.first()
    if row is None or actor is None:
        return row, False
    own = any(organisation == row.institution_id for _, organisation in actor.roles)
    return row, own or actor.user_id is None or row.framework in frameworks_of(actor)


def list_for_review(actor: Actor) -> QuerySet[Activity]:
    """What waits for the actor's decision, new activities and revisions; never their own's.

    By the last day of the time that the law gives, then by age; ``due_first`` is that day, and the
    end of the calendar where none is known. ``extended`` says whether it was made longer.
    """
    own = {organisation for _, organisation in actor.roles}
    rows = Activity.objects.filter(
        Q(state=State.SUBMITTED) | Q(revision=Revision.SUBMITTED),
        framework__in=frameworks_of(actor),
    )
    rows = rows.exclude(institution_id__in=own).select_related("institution", "current")
    end = Value(date.max, output_field=DateField())
    longer = Decision.objects.filter(
        activity=OuterRef("pk"), kind=Decision.Kind.EXTEND, submitted_at=OuterRef("submitted_at")
    )
    rows = rows.annotate(due_first=Coalesce("due_on", end), extended=Exists(longer))
    return rows.order_by("due_first", "submitted_at", "pk")


def list_for_desk(actor: Actor) -> QuerySet[Activity]:
    """The activities of the actor's institutions, newest first."""
    own = {organisation for role, organisation in actor.roles if role != Membership.Role.REVIEWER}
    rows = Activity.objects.filter(institution_id__in=own)
    return rows.select_related("institution", "current").order_by("-created_at", "-pk")


def list_overseen(actor: Actor, *, query: str = "", state: str = "") -> QuerySet[Activity]:
    """What is or was registered in the actor's frameworks, the newest first.

    Every word of ``query`` must occur in a title or a name of the institution, in any script;
    ``state`` is that of the activity. Of what a query finds the first ``MAX_FOUND``.
    """
    rows = Activity.objects.filter(framework__in=frameworks_of(actor), current__isnull=False)
    if state:
        rows = rows.filter(state=state)
    rows = rows.order_by("-registered_at", "-pk")
    if words := normalise(query[:MAX_QUERY]).split():
        rows = rows.filter(pk__in=list(islice(_with_words(rows, words), MAX_FOUND)))
    return rows.select_related("institution", "current")


def _with_words(rows: QuerySet[Activity], words: Sequence[str]) -> Iterator[uuid.UUID]:
    # The catalogue's index has what is open only. Here what is suspended or ended is found too, so
    # titles are read and folded one by one: neither database folds the letters of a JSON value.
    names = rows.values_list("pk", "current__payload__title", "institution__legal_name")
    for pk, title, name in names.iterator():
        text = normalise(" ".join([*title.values(), *name.values()]))
        if all(word in text for word in words):
            yield pk


def last_review(activity: Activity) -> Decision | None:
    """The newest decision on a text of the activity: registered, or returned with reasons."""
    kinds = (Decision.Kind.REGISTER, Decision.Kind.RETURN)
    rows = Decision.objects.filter(activity=activity, kind__in=kinds)
    return rows.order_by("-decided_at", "-pk").first()


@dataclass(frozen=True)
class Deadline:
    """The time that the law gives for a decision. ``verified``: somebody read it in a source."""

    due_on: date | None
    months: int
    extension_months: int
    fact: Fact

    @property
    def verified(self) -> bool:
        """Whether the period was read in a source; if not, it is shown as such."""
        return self.fact.verified


def deadline_of(activity: Activity) -> Deadline | None:
    """The deadline of the decision on the text that waits; ``None`` where no period is known."""
    if activity.submitted_at is None:
        return None
    day = activity.submitted_at.astimezone(UTC).date()
    fact = framework(activity.framework).route(activity.working_route, day).decision_period
    if fact is None:
        return None
    longer = fact.value.get("extension_months", 0)
    return Deadline(activity.due_on, fact.value["months"], longer, fact)


def was_extended(activity: Activity) -> bool:
    """Whether the time for the decision on the text that waits was made longer already."""
    rows = Decision.objects.filter(activity=activity, kind=Decision.Kind.EXTEND)
    return rows.filter(submitted_at=activity.submitted_at).exists()
