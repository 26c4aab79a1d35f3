"""The public pages: home, catalogue, institutions, frameworks."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.activities import selectors as activities
from registry.issuers import selectors as issuers
from registry.web.errors import told
from schemas import frameworks

PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, in one screen."""
    registered = activities.list_registered(at=timezone.now())
    newest = registered[:6]
    counts = {
        "activities": registered.count(),
        "institutions": issuers.list_institutions().count(),
        "frameworks": len(frameworks.frameworks()),
    }
    return render(request, "web/home.html", {"newest": newest, "counts": counts})


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Search the registered activities."""
    query, framework = request.GET.get("q", "").strip(), request.GET.get("framework", "")
    rows = activities.list_registered(
        query=query.replace("\0", ""), framework=framework, at=timezone.now()
    )
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "q": query, "framework": framework}
    return render(request, "web/catalogue.html", {**context, "frameworks": frameworks.frameworks()})


@require_safe
<<<<<<< HEAD
=======
@told
def activity(request: HttpRequest, activity_id: uuid.UUID) -> HttpResponse:
    """One registered activity, as its newest version says."""
    row = activities.get_public(activity_id)
    version = activities.current_version(row)
    frame = frameworks.framework(row.framework)
    code = version.payload["level"].get("national")
    context = {
        "activity": row,
        "state": activities.state_on(row, timezone.now()),
        "version": version,
        "versions": activities.list_versions(row),
        "p": version.payload,
        "framework": frame,
        "level": frame.level(code) if code else None,
        "field": isced.fields().get(version.payload["isced_f"]),
    }
    return render(request, "web/activity.html", context)


@require_safe
>>>>>>> wt-a
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
        "rows": activities.list_registered(institution=slug, at=timezone.now()),
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
