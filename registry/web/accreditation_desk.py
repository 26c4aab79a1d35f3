"""Accreditations: list, grant, change and withdraw, as dated rows that stay."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_safe

from registry.accounts.selectors import list_authorities
from registry.common.errors import BadInput, DomainError
from registry.issuers import selectors as issuers
from registry.issuers import services as issuer_services
from registry.web import accreditation_form
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
from schemas.frameworks import Framework

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from registry.accounts.models import Organisation
    from registry.common.actors import Actor
    from registry.issuers.models import Accreditation, Institution
    from registry.web.accreditation_form import Typed

PAGE = 50
WHEN: Mapping[str, Promise] = {
    "now": _later("In force"),
    "coming": _later("Coming"),
    "over": _later("Over"),
    "all": _later("All"),
}


def _standing(row: Accreditation, today: date) -> str:
    """``now``, ``coming`` or ``over``; one that was changed before it began never held."""
    if row.until is not None and row.until <= max(today, row.valid_from):
        return "over"
    return "coming" if row.valid_from > today else "now"


def _of_time(rows: QuerySet[Accreditation], when: str, today: date) -> QuerySet[Accreditation]:
    if when == "over":
        over = Q(valid_until__lte=today) | Q(ended_on__lte=today)
        return rows.filter(over | Q(ended_on__lte=F("valid_from")))
    # Said in the positive: what is unknown of an end isn't an end.
    still = Q(valid_until__isnull=True) | Q(valid_until__gt=today)
    later = Q(ended_on__gt=today) & Q(ended_on__gt=F("valid_from"))
    still &= Q(ended_on__isnull=True) | later
    if when == "now":
        return rows.filter(still, valid_from__lte=today)
    return rows.filter(still, valid_from__gt=today) if when == "coming" else rows


@officer
@require_safe
def accreditations(request: HttpRequest) -> HttpResponse:
    """What my authority has accredited, by framework and by whether it holds."""
    actor, today = actor_of(request), timezone.now().astimezone(UTC).date()
    when, code = request.GET.get("when", "now"), request.GET.get("framework", "")
    when = when if when in WHEN else "now"
    rows = _of_time(issuers.list_granted(actor), when, today)
    if code:
        rows = rows.filter(framework=code) if _named(code, actor) else rows.none()
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = desk_context(actor, "accreditations") | {
        "rows": [(row, WHEN[_standing(row, today)], last_day(row)) for row in found],
        "found": found,
        "when": when,
        "whens": WHEN.items(),
        "framework": code,
        "my_frameworks": _mine(actor),
        "query": urlencode({"when": when, "framework": code}) + "&",
    }
    return render(request, "web/officer/accreditations.html", context)


def last_day(row: Accreditation) -> date | None:
    """The last day on which it holds; ``None`` while no end is known."""
    return row.until - timedelta(days=1) if row.until else None


def _mine(actor: Actor) -> list[Framework]:
    countries = {one.country for one in list_authorities(actor)}
    return [frame for frame in frameworks.frameworks() if frame.country in countries]


def _named(code: str, actor: Actor) -> Framework | None:
    return next((one for one in _mine(actor) if one.code == code), None)


def _authority_for(frame: Framework, actor: Actor) -> Organisation:
    """The actor's authority of the framework's country. Raises ``BadInput``."""
    for one in list_authorities(actor):
        if one.country == frame.country:
            return one
    raise BadInput(_("Choose a framework of your authority."))


@officer
@require_safe
def accreditation(request: HttpRequest, accreditation_id: uuid.UUID) -> HttpResponse:
    """One accreditation, with what ended it and what took its place."""
    actor, at = actor_of(request), timezone.now()
    row = issuers.get_accreditation(accreditation_id)
    return _detail(request, row, actor, at)


def _detail(
    request: HttpRequest,
    row: Accreditation,
    actor: Actor,
    at: datetime,
    *,
    problems: Problems | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    today = at.astimezone(UTC).date()
    standing = _standing(row, today)
    context = desk_context(actor, "accreditations") | {
        "row": row,
        "framework": frameworks.framework(row.framework),
        "standing": standing,
        "standing_words": WHEN[standing],
        "last_day": last_day(row),
        "ends": issuers.list_ends(row),
        "follower": issuers.replaced_by(row),
        "may_act": actor.has_role("REVIEWER", row.authority_id) and standing != "over",
        "earliest": max(today, row.valid_from),
        "typed": request.POST,
    }
    return answer(request, "accreditation.html", context, problems=problems, refusal=refusal)


@officer
@require_http_methods(["POST"])
def withdraw(request: HttpRequest, accreditation_id: uuid.UUID) -> HttpResponse:
    """End an accreditation from a day on, with reasons."""
    actor, at, form = actor_of(request), timezone.now(), request.POST
    row, problems = issuers.get_accreditation(accreditation_id), Problems()
    earliest = max(at.astimezone(UTC).date(), row.valid_from)
    day = accreditation_form.day(form.get("from_day", ""))
    if day is None or day < earliest:
        words = _("Give a day as year-month-day, %(day)s or later.")
        problems["from_day"] = words % {"day": earliest}
    if fault := fault_of(form.get("withdraw-reasons", ""), missing=_("Say why it is withdrawn.")):
        problems["withdraw-reasons"] = fault
    if problems or day is None:
        return _detail(request, row, actor, at, problems=problems)
    try:
        issuer_services.withdraw_accreditation(
            accreditation=row,
            from_day=day,
            reasons=form.get("withdraw-reasons", ""),
            actor=actor,
            at=at,
        )
    except DomainError as error:
        return _detail(request, row, actor, at, refusal=refusal_of(error))
    messages.success(request, _("Withdrawn from %(day)s on.") % {"day": day})
    return redirect("accreditation", accreditation_id=row.pk)


@officer
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, slug: str) -> HttpResponse:
    """A new accreditation of an institution: first its framework, then what it covers."""
    actor, at = actor_of(request), timezone.now()
    institution = issuers.get_institution(slug)
    if request.method != "POST":
        mine = _mine(actor)
        frame = mine[0] if len(mine) == 1 else _named(request.GET.get("framework", ""), actor)
        typed = accreditation_form.Typed(first_day=at.astimezone(UTC).date().isoformat())
        return _grant_page(request, institution, actor, frame, typed)
    typed = accreditation_form.read(request.POST)
    frame = _named(typed.framework, actor)
    if frame is None:
        problems: Problems = {"framework": _("Choose a framework of your authority.")}
        return _grant_page(request, institution, actor, None, typed, problems=problems)
    value, problems = accreditation_form.check(typed, frame)
    if value is None:
        return _grant_page(request, institution, actor, frame, typed, problems=problems)
    try:
        row = issuer_services.grant_accreditation(
            institution=institution,
            authority=_authority_for(frame, actor),
            framework=frame.code,
            reference=value.reference,
            valid_from=value.first_day,
            valid_until=value.until,
            actor=actor,
            at=at,
            **value.scope(),
        )
    except DomainError as error:
        refusal = refusal_of(error)
        return _grant_page(request, institution, actor, frame, typed, refusal=refusal)
    messages.success(request, _("Accredited."))
    return redirect("accreditation", accreditation_id=row.pk)


def _grant_page(
    request: HttpRequest,
    institution: Institution,
    actor: Actor,
    frame: Framework | None,
    typed: Typed,
    *,
    problems: Problems | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = desk_context(actor, "accreditations") | {
        "institution": institution,
        "framework": frame,
        "my_frameworks": _mine(actor),
        "form": typed,
        "choices": _choices(frame) if frame else {},
    }
    return answer(request, "grant.html", context, problems=problems, refusal=refusal)


def _choices(frame: Framework) -> Mapping[str, Any]:
    """What the boxes of a framework say: its levels, and its types of award with their names."""
    names: dict[str, tuple[Mapping[str, str], str]] = {}
    for route in frame.routes:
        for one in route.award_types:
            names[one] = (route.name, one.partition("/")[2])
    return {"levels": frame.levels, "award_types": [(code, *names[code]) for code in names]}


@officer
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, accreditation_id: uuid.UUID) -> HttpResponse:
    """Another scope or end from a day on: the old one ends and a new one begins."""
    actor, at = actor_of(request), timezone.now()
    row = issuers.get_accreditation(accreditation_id)
    frame, today = frameworks.framework(row.framework), at.astimezone(UTC).date()
    earliest = max(today, row.valid_from)
    if request.method != "POST":
        return _change_page(request, row, actor, accreditation_form.of(row, earliest))
    typed = accreditation_form.read(request.POST)
    value, problems = accreditation_form.check(typed, frame, today=earliest)
    if value is None:
        return _change_page(request, row, actor, typed, problems=problems)
    try:
        new = issuer_services.change_accreditation(
            accreditation=row,
            from_day=value.first_day,
            reference=value.reference,
            valid_until=value.until,
            reasons=typed.reasons,
            actor=actor,
            at=at,
            **value.scope(),
        )
    except DomainError as error:
        return _change_page(request, row, actor, typed, refusal=refusal_of(error))
    messages.success(
        request, _("Changed. This is what holds from %(day)s on.") % {"day": value.first_day}
    )
    return redirect("accreditation", accreditation_id=new.pk)


def _change_page(
    request: HttpRequest,
    row: Accreditation,
    actor: Actor,
    typed: Typed,
    *,
    problems: Problems | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor.require_role("REVIEWER", row.authority_id)
    frame = frameworks.framework(row.framework)
    context = desk_context(actor, "accreditations") | {
        "row": row,
        "institution": row.institution,
        "framework": frame,
        "form": typed,
        "choices": _choices(frame),
        "changing": True,
    }
    return answer(request, "change.html", context, problems=problems, refusal=refusal)
