"""Before rules change: which of the texts in preparation would break on that day (R35)?"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from registry.activities.lifecycle import NEW, UNDER_WAY
from registry.activities.models import Activity
from registry.activities.selectors.scope import frameworks_of
from registry.common.actors import Actor
from registry.common.errors import BadInput
from schemas.frameworks import framework as framework_of
from schemas.rules import Body, Draft, preview
from schemas.validation import Violation

CHUNK = 50
MAX_EXAMINED = 2_000


@dataclass(frozen=True)
class Broken:
    """A text that would break, with the errors that it would have."""

    activity: Activity
    violations: tuple[Violation, ...]


@dataclass(frozen=True)
class RulePreview:
    """What a look at the texts of one route came to.

    ``route`` is the route in force on that day, ``None`` if there is none. ``after`` continues the
    look where it stopped, ``None`` when all texts were examined.
    """

    route: str | None
    examined: int
    broken: tuple[Broken, ...]
    after: uuid.UUID | None


def preview_rule_change(
    *,
    framework: str,
    route: str,
    day: date,
    actor: Actor,
    after: uuid.UUID | None = None,
    limit: int = MAX_EXAMINED,
) -> RulePreview:
    """Hold drafts, submitted and returned texts of a route against the rules of a day.

    An officer sees all texts of their framework, others those of their own institutions. At most
    ``limit`` texts are examined, a few at a time. Raises ``BadInput`` for an unknown route.
    """
    try:
        then = framework_of(framework).route_in_force(route, day)
    except KeyError as error:
        message = "There is no route %(route)s in %(framework)s."
        raise BadInput(message, params={"route": route, "framework": framework}) from error
    rows = _in_preparation(framework, route, actor)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    examined, last = 0, after
    broken: list[Broken] = []
    limit = max(1, min(limit, MAX_EXAMINED))
    for chunk in _chunks(rows.order_by("pk")[:limit]):
        by_id = {str(row.pk): row for row in chunk}
        drafts = {name: Draft(row.payload, _body(row)) for name, row in by_id.items()}
        found = preview(drafts, framework=framework, route=route, day=day)
        broken += [Broken(by_id[name], violations) for name, violations in found.items()]
        examined, last = examined + len(chunk), chunk[-1].pk
    more = rows.filter(pk__gt=last).exists() if examined == limit and last else False
    return RulePreview(then.code if then else None, examined, tuple(broken), last if more else None)


def _in_preparation(framework: str, route: str, actor: Actor) -> QuerySet[Activity]:
    new = Q(state__in=sorted(NEW), route=route)
    revision = Q(revision__in=sorted(UNDER_WAY), revision_route=route)
    rows = Activity.objects.filter(new | revision, framework=framework)
    if actor.user_id is not None and framework not in frameworks_of(actor):
        own = {organisation for _, organisation in actor.roles}
        rows = rows.filter(institution_id__in=own)
    return rows.select_related("institution")


def _chunks(rows: QuerySet[Activity]) -> Iterator[list[Activity]]:
    chunk: list[Activity] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _body(row: Activity) -> Body:
    one = row.institution
    return Body(one.provider_type, one.can_award, one.country, one.slug)
