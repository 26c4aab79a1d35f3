"""The public pages: home, catalogue, institutions, frameworks."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.activities import selectors as activities
from registry.issuers import selectors as issuers
from registry.web.errors import told
from registry.web.pathway import is_personal, pathway_context
from schemas import frameworks, isced

PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, in one screen."""
    newest = activities.list_registered()[:6]
    counts = {
        "activities": activities.list_registered().count(),
        "institutions": issuers.list_institutions().count(),
        "frameworks": len(frameworks.frameworks()),
    }
    return render(request, "web/home.html", {"newest": newest, "counts": counts})


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Search the registered activities."""
    query, framework = request.GET.get("q", "").strip(), request.GET.get("framework", "")
    rows = activities.list_registered(query=query.replace("\0", ""), framework=framework)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "q": query, "framework": framework}
    return render(request, "web/catalogue.html", {**context, "frameworks": frameworks.frameworks()})


@require_safe
@told
def activity(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """One registered activity, as its newest version says."""
    row = activities.get_public(activity_id)
    version = activities.current_version(row)
    frame = frameworks.framework(row.framework)
    code = version.payload["level"].get("national")
    context = {
        "activity": row,
        "version": version,
        "versions": activities.list_versions(row),
        "p": version.payload,
        "framework": frame,
        "level": frame.level(code) if code else None,
        "field": isced.fields().get(version.payload["isced_f"]),
        **pathway_context(request, row),
    }
    response = render(request, "web/activity.html", context)
    if is_personal(request):
        response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """All institutions."""
    return render(request, "web/institutions.html", {"rows": issuers.list_institutions()})


@require_safe
@told
def institution(request: HttpRequest, slug: str) -> HttpResponse:
    """One institution: what it offers, and what it is accredited for."""
    row = issuers.get_institution(slug)
    context = {
        "institution": row,
        "accreditations": issuers.list_accreditations(row),
        "rows": activities.list_registered(institution=slug),
    }
    return render(request, "web/institution.html", context)


@require_safe
def framework_list(request: HttpRequest) -> HttpResponse:
    """All frameworks."""
    return render(request, "web/frameworks.html", {"rows": frameworks.frameworks()})


@require_safe
def framework_page(request: HttpRequest, code: str) -> HttpResponse:
    """One framework: levels, routes, and where each fact was read."""
    try:
        frame = frameworks.framework(code)
    except KeyError as error:
        raise Http404 from error
    return render(request, "web/framework.html", {"framework": frame})
