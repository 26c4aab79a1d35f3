"""The authority's desk: what waits, and the decision on it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.common.errors import DomainError, NotFound
from registry.web.deadline_words import SOON, Due, due
from registry.web.forms import actor_of
from registry.web.officer import (
    Problems,
    Refusal,
    answer,
    desk_context,
    fault_of,
    officer,
    refusal_of,
)
from registry.web.review_page import CLEARANCE, clearance_id, look_at
from schemas import frameworks
from schemas.frameworks import Framework

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from registry.activities.models import Activity
    from registry.activities.selectors import Deadline
    from registry.common.actors import Actor

PAGE = 50
URGENCIES: Mapping[str, Promise] = {
    "": _later("All"),
    "overdue": _later("Overdue"),
    "soon": _later("Due within 14 days"),
}
DONE: Mapping[str, Promise] = {
    "REGISTER": _later("Registered. It is public now."),
    "RETURN": _later("Returned. The institution sees your reasons."),
}


@dataclass(frozen=True)
class QueueRow:
    """An application in the queue. ``period`` is what the law says, where anything is known."""

    activity: Activity
    framework: Framework
    route: Mapping[str, str]
    due: Due
    period: Deadline | None
    extended: bool


@officer
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, by the last day that the law gives."""
    actor, today = actor_of(request), timezone.now().astimezone(UTC).date()
    code, urgency = request.GET.get("framework", ""), request.GET.get("urgency", "")
    mine = [f for f in frameworks.frameworks() if f.code in activities.frameworks_of(actor)]
    rows = activities.list_for_review(actor)
    if code:
        known = any(code == one.code for one in mine)
        rows = rows.filter(framework=code) if known else rows.none()
    sizes = {name: _urgent(rows, name, today).count() for name in URGENCIES}
    chosen = urgency if urgency in URGENCIES else ""
    found = Paginator(_urgent(rows, chosen, today), PAGE).get_page(request.GET.get("page"))
    context = desk_context(actor, "queue") | {
        "rows": [_row(row, today) for row in found],
        "found": found,
        "my_frameworks": mine,
        "framework": code,
        "urgency": chosen,
        "query": urlencode({"framework": code, "urgency": chosen}) + "&",
        "urgencies": [(name, words, sizes[name]) for name, words in URGENCIES.items()],
    }
    return render(request, "web/officer/queue.html", context)


def _urgent(rows: QuerySet[Activity], urgency: str, today: date) -> QuerySet[Activity]:
    if urgency == "overdue":
        return rows.filter(due_on__lt=today)
    if urgency == "soon":
        return rows.filter(due_on__gte=today, due_on__lte=today + timedelta(days=SOON))
    return rows


def _row(row: Activity, today: date) -> QueueRow:
    frame = frameworks.framework(row.framework)
    names = [route.name for route in frame.routes if route.code == row.working_route]
    return QueueRow(
        activity=row,
        framework=frame,
        route=names[-1] if names else {"en": row.working_route},
        due=due(row.due_on, today),
        period=activities.deadline_of(row),
        extended=bool(vars(row)["extended"]),
    )


def _asked(activity_id: uuid.UUID, actor: Actor) -> Activity:
    """An activity of the officer's frameworks. Raises ``NotFound``."""
    row = activities.get_for(activity_id, actor)
    if row.framework not in activities.frameworks_of(actor):
        raise NotFound("There is no such activity.")
    return row


@officer
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """One application: what it says, what is new, what is doubtful; and the decision."""
    actor, at = actor_of(request), timezone.now()
    row = _asked(activity_id, actor)
    if request.method != "POST":
        return _page(request, row, actor, at)
    form, decision = request.POST, request.POST.get("decision", "")
    clearances = {
        name.removeprefix(CLEARANCE): str(reason)
        for name, reason in form.items()
        if name.startswith(CLEARANCE) and decision == "REGISTER"
    }
    problems = _missing(form.dict(), decision, clearances)
    if problems:
        return _page(request, row, actor, at, problems=problems)
    try:
        activity_services.decide_review(
            activity=row,
            decision=decision,
            reasons=form.get("reasons", ""),
            clearances=clearances,
            seen=form.get("seen", ""),
            actor=actor,
            at=at,
        )
    except DomainError as error:
        row.refresh_from_db()
        return _page(request, row, actor, at, refusal=refusal_of(error))
    messages.success(request, str(DONE[decision]))
    return redirect("queue")


def _missing(form: Mapping[str, str], decision: str, clearances: Mapping[str, str]) -> Problems:
    """What is still to be written before this decision can be entered."""
    found: Problems = {}
    if decision not in DONE:
        found["decision"] = _("Choose to register it or to return it.")
    why = _("Say why it is returned and what to change.") if decision == "RETURN" else ""
    if fault := fault_of(form.get("reasons", ""), missing=why):
        found["reasons"] = fault
    for word, reason in clearances.items():
        why = _("Say why “%(word)s” may stand, or return the text.") % {"word": word}
        if fault := fault_of(reason, missing=why):
            found[clearance_id(word)] = fault
    return found


def _page(
    request: HttpRequest,
    row: Activity,
    actor: Actor,
    at: datetime,
    *,
    problems: Problems | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = desk_context(actor, "queue") | {
        "page": look_at(row, actor, at),
        "activity": row,
        "typed": request.POST,
        "reviewer": actor.name,
    }
    return answer(request, "review.html", context, problems=problems, refusal=refusal)


@officer
@require_POST
def extend(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """More time for the decision, once, with a reason."""
    actor, at, reasons = actor_of(request), timezone.now(), request.POST.get("more-time", "")
    row = _asked(activity_id, actor)
    if fault := fault_of(reasons, missing=_("Say why more time is needed.")):
        problems: Problems = {"more-time": fault}
        return _page(request, row, actor, at, problems=problems)
    try:
        made = activity_services.extend_review(activity=row, reasons=reasons, actor=actor, at=at)
    except DomainError as error:
        row.refresh_from_db()
        return _page(request, row, actor, at, refusal=refusal_of(error))
    messages.success(request, _("The last day is now %(day)s.") % {"day": made.due_on})
    return redirect("review", activity_id=row.pk)
