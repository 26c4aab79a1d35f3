"""What the authority watches over: registered activities and institutions, and acts on them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
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
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from registry.accounts.selectors import authority_countries
from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.awards import selectors as awards
from registry.common.errors import DomainError, NotFound
from registry.issuers import selectors as issuers
from registry.issuers import services as issuer_services
from registry.web.deadline_words import due
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
from schemas import frameworks

if TYPE_CHECKING:
    from registry.activities.models import Activity
    from registry.common.actors import Actor
    from registry.issuers.models import Institution

PAGE = 50
STATES: Mapping[str, Promise] = {
    "REGISTERED": pgettext_lazy("one activity", "Registered"),
    "SUSPENDED": pgettext_lazy("one activity", "Suspended"),
    "ENDED": pgettext_lazy("one activity", "Ended"),
}
Act = Callable[..., object]
ACTIVITY_ACTS: Mapping[str, tuple[Act, Promise]] = {
    "suspend": (activity_services.suspend_activity, _later("Suspended. Nothing is awarded now.")),
    "resume": (activity_services.resume_activity, _later("Resumed. It can be awarded again.")),
    "end": (activity_services.end_activity, _later("Its registration is ended.")),
}
INSTITUTION_ACTS: Mapping[str, tuple[Act, Promise]] = {
    "suspend": (
        issuer_services.suspend_institution,
        _later("Suspended. It neither submits nor awards now."),
    ),
    "resume": (
        issuer_services.resume_institution,
        _later("Resumed. The institution is in good standing again."),
    ),
}
_NEEDS_REASONS: Mapping[str, Promise] = {
    "suspend": _later("Say why it is suspended."),
    "end": _later("Say why it is ended."),
}


def _problems(form: Mapping[str, str], acts: Mapping[str, object]) -> Problems:
    """What is missing before the act; each act has its own field for the reasons."""
    act, found = form.get("act", ""), Problems()
    if act not in acts:
        return {"act": _("Choose what to do.")}
    missing = str(_NEEDS_REASONS.get(act, ""))
    if fault := fault_of(form.get(f"{act}-reasons", ""), missing=missing):
        found[f"{act}-reasons"] = fault
    if act == "end" and form.get("sure") != "yes":
        found["sure"] = _("Say that you know it can’t be undone.")
    return found


@officer
@require_safe
def overseen(request: HttpRequest) -> HttpResponse:
    """What is or was registered in my frameworks."""
    actor, query, state = actor_of(request), request.GET.get("q", ""), request.GET.get("state", "")
    chosen = state if state in STATES else ""
    rows = activities.list_overseen(actor, query=query, state=chosen)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = desk_context(actor, "registered") | {
        "rows": [(row, STATES[row.state], _frame_name(row)) for row in found],
        "found": found,
        "q": query,
        "state": chosen,
        "states": STATES.items(),
        "query": urlencode({"q": query, "state": chosen}) + "&",
    }
    return render(request, "web/officer/overseen.html", context)


def _frame_name(row: Activity) -> str:
    return frameworks.framework(row.framework).abbreviation


@officer
@require_http_methods(["GET", "HEAD", "POST"])
def overseen_activity(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """One registered activity: how it stands, what an act would touch, and the acts."""
    actor, at = actor_of(request), timezone.now()
    row = activities.get_for(activity_id, actor)
    if row.framework not in activities.frameworks_of(actor) or row.current is None:
        raise NotFound("There is no such activity.")
    if request.method != "POST":
        return _activity_page(request, row, actor, at)
    problems, act = _problems(request.POST, ACTIVITY_ACTS), request.POST.get("act", "")
    if problems:
        return _activity_page(request, row, actor, at, problems=problems)
    service, done = ACTIVITY_ACTS[act]
    try:
        service(activity=row, reasons=request.POST.get(f"{act}-reasons", ""), actor=actor, at=at)
    except DomainError as error:
        row.refresh_from_db()
        return _activity_page(request, row, actor, at, refusal=refusal_of(error))
    messages.success(request, str(done))
    return redirect("overseen-activity", activity_id=row.pk)


def _activity_page(
    request: HttpRequest,
    row: Activity,
    actor: Actor,
    at: datetime,
    *,
    problems: Problems | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    version, today = activities.current_version(row), at.astimezone(UTC).date()
    state = activities.state_on(row, at)
    own = any(organisation == row.institution_id for _role, organisation in actor.roles)
    context = desk_context(actor, "registered") | {
        "activity": row,
        "version": version,
        "framework": frameworks.framework(row.framework),
        "state": state,
        "state_words": STATES[state],
        "touched": awards.touched_by_activity(row),
        "review_due": due(version.review_on, today) if version.review_on else None,
        "assured": due(version.assured_until, today) if version.assured_until else None,
        "decisions": activities.list_decisions(row)[:20],
        "may_act": not own,
        "typed": request.POST,
    }
    return answer(request, "overseen_activity.html", context, problems=problems, refusal=refusal)


@officer
@require_safe
def overseen_institutions(request: HttpRequest) -> HttpResponse:
    """Institutions: those whose standing is ours to decide on, or all that could be accredited."""
    actor, query = actor_of(request), request.GET.get("q", "")
    everywhere = request.GET.get("where", "") == "all"
    rows, countries = issuers.find_institutions(query), authority_countries(actor)
    if not everywhere:
        rows = rows.filter(country__in=countries)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = desk_context(actor, "institutions") | {
        "rows": found,
        "found": found,
        "q": query,
        "everywhere": everywhere,
        "countries": ", ".join(sorted(countries)),
        "query": urlencode({"q": query, "where": "all" if everywhere else ""}) + "&",
    }
    return render(request, "web/officer/institutions.html", context)


@officer
@require_http_methods(["GET", "HEAD", "POST"])
def overseen_institution(request: HttpRequest, slug: str) -> HttpResponse:
    """One institution: its standing, what we accredited it for, and the acts."""
    actor, at = actor_of(request), timezone.now()
    row = issuers.get_institution(slug)
    if request.method != "POST":
        return _institution_page(request, row, actor, at)
    problems, act = _problems(request.POST, INSTITUTION_ACTS), request.POST.get("act", "")
    if problems:
        return _institution_page(request, row, actor, at, problems=problems)
    service, done = INSTITUTION_ACTS[act]
    try:
        service(institution=row, reasons=request.POST.get(f"{act}-reasons", ""), actor=actor, at=at)
    except DomainError as error:
        return _institution_page(request, row, actor, at, refusal=refusal_of(error))
    messages.success(request, str(done))
    return redirect("overseen-institution", slug=slug)


def _institution_page(
    request: HttpRequest,
    row: Institution,
    actor: Actor,
    at: datetime,
    *,
    problems: Problems | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    today, ours = at.astimezone(UTC).date(), row.country in authority_countries(actor)
    granted = list(issuers.list_granted(actor).filter(institution=row))
    here = activities.list_overseen(actor).filter(institution=row)
    context = desk_context(actor, "institutions") | {
        "institution": row,
        "ours": ours,
        "suspension": issuers.open_suspension(row),
        "suspensions": issuers.list_suspensions(row)[:20],
        "touched": awards.touched_by_institution(row) if ours else None,
        "granted": [(one, one.holds_on(today)) for one in granted],
        "activities": [(one, STATES[one.state]) for one in here[:20]],
        "activity_count": here.count(),
        "typed": request.POST,
    }
    return answer(request, "institution.html", context, problems=problems, refusal=refusal)
