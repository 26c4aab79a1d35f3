"""What is coming: evidence that ends, reviews that are due, rules that will change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.activities import selectors as activities
from registry.common.errors import NotAllowed, NotFound
from registry.web.accreditation_form import day as day_of
from registry.web.deadline_words import Due, due
from registry.web.forms import MAX_LIST, actor_of
from registry.web.officer import Problems, desk_context, officer
from schemas import frameworks
from schemas.frameworks import Framework, Route

if TYPE_CHECKING:
    from registry.activities.models import Activity
    from registry.common.actors import Actor

MAX_DAYS = 3660
DAYS = 90
AT_ONCE = 200


@dataclass(frozen=True)
class Ending:
    """A registered activity, and the day on which something of it ends."""

    activity: Activity
    framework: Framework
    due: Due


@dataclass(frozen=True)
class Change:
    """Rules of a later day: the route that begins, and the one whose texts it will meet.

    ``meets`` is ``None`` for a route that takes no other's place: no text in preparation has it.
    """

    framework: Framework
    route: Route
    meets: str | None
    due: Due


@officer
@require_safe
def ahead(request: HttpRequest) -> HttpResponse:
    """Everything with a day that lies ahead, the nearest first."""
    actor, today = actor_of(request), timezone.now().astimezone(UTC).date()
    problems: Problems = {}
    text, days = request.GET.get("days", str(DAYS)).strip(), DAYS
    if text.isdecimal() and int(text) <= MAX_DAYS:
        days = int(text)
    else:
        problems["days"] = _("Give a number of days from 0 to %(n)s.") % {"n": MAX_DAYS}
    since = day_of(request.GET.get("since") or today.isoformat())
    if since is None:
        problems["since"] = _("Give the day as year-month-day.")
    since = since or today
    evidence = activities.list_assurance_ending(actor, day=since, days=days)
    reviews = activities.list_reviews_due(actor, day=since, days=days)
    context = desk_context(actor, "ahead") | {
        "days": text,
        "since": request.GET.get("since") or today.isoformat(),
        "evidence": [_ending(row, since) for row in _mine(evidence, actor)],
        "reviews": [_ending(row, since) for row in _mine(reviews, actor)],
        "changes": changes(actor, since),
        "most": MAX_LIST,
        "problems": problems,
    }
    return render(request, "web/officer/ahead.html", context, status=400 if problems else 200)


def _mine(rows: object, actor: Actor) -> list[Activity]:
    # An officer may belong to an institution too: its own activities are no business of this desk.
    found: list[Activity] = list(
        rows.filter(framework__in=activities.frameworks_of(actor))[:MAX_LIST]  # type: ignore[attr-defined]
    )
    return found


def _ending(row: Activity, today: date) -> Ending:
    return Ending(row, frameworks.framework(row.framework), due(vars(row)["ends_on"], today))


def changes(actor: Actor, today: date) -> list[Change]:
    """The announced routes of the actor's frameworks, the nearest first."""
    mine = activities.frameworks_of(actor)
    return [
        Change(frame, route, _met(frame, route), due(route.valid_from, today))
        for frame, route in frameworks.announced(today)
        if frame.code in mine
    ]


def _met(frame: Framework, route: Route) -> str | None:
    """The code of the texts that the route's first day will meet: its own, or its predecessor's."""
    earlier = [
        one for one in frame.routes if one.code == route.code and one.valid_from != route.valid_from
    ]
    return route.code if earlier else route.succeeds


@officer
@require_safe
def rule_preview(request: HttpRequest, code: str, route: str, day: str) -> HttpResponse:
    """The texts in preparation that the rules of a later day would break, with each fault."""
    actor, then = actor_of(request), day_of(day)
    if code not in {frame.code for frame in frameworks.frameworks()} or then is None:
        raise NotFound("There is no such framework or day.")
    if code not in activities.frameworks_of(actor):
        raise NotAllowed("Only the authority of the framework sees its drafts.")
    found = activities.preview_rule_change(
        framework=code, route=route, day=then, actor=actor, after=_uuid(request), limit=AT_ONCE
    )
    frame = frameworks.framework(code)
    context = desk_context(actor, "ahead") | {
        "framework": frame,
        "day": then,
        "old": _route_name(frame, route),
        "new": _route_name(frame, found.route) if found.route else None,
        "found": found,
    }
    return render(request, "web/officer/rule_preview.html", context)


def _uuid(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError:
        return None


def _route_name(frame: Framework, code: str) -> object:
    return next(
        (route.name for route in reversed(frame.routes) if route.code == code), {"en": code}
    )
