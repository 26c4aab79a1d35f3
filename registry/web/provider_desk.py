"""The provider's desk: what is to do, and beginning something new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.awards import selectors as awards
from registry.common.errors import BadInput
from registry.web.activity_form import language_options
from registry.web.activity_form import told as help_told
from registry.web.errors import told
from registry.web.form_controls import Told
from registry.web.forms import actor_of
from registry.web.institution_choice import chosen, required
from schemas import frameworks
from schemas.forms import blank, form_for, size_words
from schemas.frameworks import Framework, Route

if TYPE_CHECKING:
    from registry.activities.models import Activity
    from registry.issuers.models import Institution

FIRST, PAGE = 10, 50
GROUP_TITLES: Mapping[str, Any] = {
    "returned": _("Returned to you"),
    "drafts": _("Drafts"),
    "submitted": _("Waiting for a decision"),
    "registered": _("Registered"),
    "suspended": _("Suspended"),
    "ended": _("Ended"),
}
_REASONED = {"returned": ("RETURN",), "suspended": ("SUSPEND",)}


@login_required
@require_safe
@told
def desk(request: HttpRequest) -> HttpResponse:
    """What my institution has on its desk, by what is to do with it next."""
    actor = actor_of(request)
    institution, rows = chosen(request, actor)
    context: dict[str, Any] = {"institution": institution, "institutions": rows}
    if institution is not None:
        counts = activities.count_desk_groups(institution.pk, actor)
        context["groups"] = [
            _group(institution, name, counts[name], actor) for name in GROUP_TITLES
        ]
        context["total"] = sum(counts.values())
        context["awards"] = awards.list_for_desk(actor).filter(institution=institution)[:FIRST]
        context["may_write"] = actor.has_role("REGISTRAR", institution.pk)
        context["may_award"] = actor.has_role("ISSUER", institution.pk)
    return render(request, "web/desk/desk.html", context)


def _group(institution: Institution, name: str, count: int, actor: Any) -> dict[str, Any]:
    rows = list(activities.list_desk_group(institution.pk, name, actor)[:FIRST]) if count else []
    return {
        "name": name,
        "title": GROUP_TITLES[name],
        "count": count,
        "rows": _reasoned(name, rows),
    }


@dataclass(frozen=True)
class DeskRow:
    """An activity in a list, with the decision that put it there and the names of its way."""

    activity: Activity
    decision: Any
    framework: Framework
    route: Mapping[str, str]


def _reasoned(name: str, rows: list[Activity]) -> list[DeskRow]:
    kinds = _REASONED.get(name, ())
    reasons = activities.newest_decisions(rows, kinds) if kinds else {}
    found = []
    for row in rows:
        frame = frameworks.framework(row.framework)
        names = [route.name for route in frame.routes if route.code == row.working_route]
        route = names[-1] if names else {"en": row.working_route}
        found.append(DeskRow(row, reasons.get(row.pk), frame, route))
    return found


@login_required
@require_safe
@told
def desk_group(request: HttpRequest, group: str) -> HttpResponse:
    """All activities of one group."""
    actor = actor_of(request)
    institution = required(request, actor)
    rows = activities.list_desk_group(institution.pk, group, actor)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "institution": institution,
        "group": {
            "name": group,
            "title": GROUP_TITLES[group],
            "count": found.paginator.count,
            "rows": _reasoned(group, list(found)),
        },
        "found": found,
        "may_write": actor.has_role("REGISTRAR", institution.pk),
        "may_award": actor.has_role("ISSUER", institution.pk),
    }
    return render(request, "web/desk/group.html", context)


@dataclass(frozen=True)
class Way:
    """A route as a choice: what it is called, how big, at which level, for whom."""

    framework: Framework
    route: Route
    told: list[Told]

    @property
    def names(self) -> list[tuple[str, str]]:
        """Its name in the other languages it has, each with its language."""
        wanted = (get_language() or "en").partition("-")[0]
        shown = wanted if wanted in self.route.name else "en"
        return [(code, text) for code, text in self.route.name.items() if code != shown]

    @property
    def types(self) -> list[str]:
        """The types of body that may use it."""
        return sorted(self.route.provider_types)

    @property
    def address(self) -> str:
        """How a form names it."""
        return f"{self.framework.code}/{self.route.code}"


def ways(institution: Institution, day: date) -> tuple[list[Way], list[Way]]:
    """The routes in force that a body of this type may use, its own country's first; the others."""
    mine: list[Way] = []
    others: list[Way] = []
    for frame, route in _routes(institution, day):
        way = Way(frame, route, help_told([size_words(route.size)]))
        own = {institution.provider_type, "any"} & route.provider_types
        (mine if own else others).append(way)
    return mine, others


def _is_near(frame: Framework, institution: Institution) -> bool:
    """Whether it is the framework of the body's own country, or the one of the European Union."""
    return frame.country.partition("-")[0] in {institution.country, "EU"}


def _routes(institution: Institution, day: date) -> Iterator[tuple[Framework, Route]]:
    def near(frame: Framework) -> tuple[bool, bool, str]:
        home = frame.country.partition("-")[0] == institution.country
        return (not home, frame.country != "EU", frame.code)

    for frame in sorted(frameworks.frameworks(), key=near):
        for route in frame.routes_on(day):
            yield frame, route


def own_language(institution: Institution, day: date) -> str:
    """The language a text is probably written in: that of the country's own names."""
    for frame, route in _routes(institution, day):
        if frame.country.partition("-")[0] == institution.country:
            names = [*route.name, *frame.name]
            return next((code for code in names if code != "en"), "en")
    return "en"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def new_draft(request: HttpRequest) -> HttpResponse:
    """A new activity: first its route, then its text."""
    actor = actor_of(request)
    institution, today = required(request, actor), timezone.localdate()
    if request.method == "POST":
        row = activity_services.create_draft(
            institution=institution,
            actor=actor,
            at=timezone.now(),
            **_begun(request.POST.get("route", ""), request.POST.get("language", ""), today),
        )
        return redirect("draft", activity_id=row.pk)
    mine, others = ways(institution, today)
    context = {
        "institution": institution,
        "near": [way for way in mine if _is_near(way.framework, institution)],
        "far": [way for way in mine if not _is_near(way.framework, institution)],
        "others": others,
        "languages": language_options(own_language(institution, today)),
        "may_write": actor.has_role("REGISTRAR", institution.pk),
    }
    return render(request, "web/desk/new.html", context)


def _begun(address: str, language: str, day: date) -> dict[str, Any]:
    code, _sep, route_code = address.partition("/")
    try:
        frame = frameworks.framework(code)
        form = form_for(frame, frame.route(route_code, day))
    except KeyError as error:
        raise BadInput(gettext("Choose a route that is in force.")) from error
    payload = blank(form, language or "en")
    return {"framework": code, "route": route_code, "payload": payload}
