"""The public pages: home, catalogue, comparison, institutions, frameworks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.activities import selectors as activities
from registry.catalogue import selectors as catalogue
from registry.catalogue.wishes import Wish
from registry.issuers import selectors as issuers
from registry.web import comparison, search_page
from registry.web.errors import told
from schemas import frameworks

NEWEST = 6
OF_INSTITUTION = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, in one screen."""
    found = catalogue.search(Wish(), at=timezone.now(), size=NEWEST)
    counts = {
        "activities": found.total,
        "institutions": issuers.list_institutions().count(),
        "frameworks": len(frameworks.frameworks()),
    }
    return render(request, "web/home.html", {"newest": found.hits, "counts": counts})


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Search the registered activities."""
    wish, page = search_page.asked(request.GET)
    if not search_page.is_canonical(request, wish, page):
        return HttpResponseRedirect(f"{request.path}{search_page.address(wish, page)}")
    found = catalogue.search(
        wish,
        at=timezone.now(),
        start=(page - 1) * search_page.PAGE,
        size=search_page.PAGE,
        facets=search_page.facets_for(wish),
    )
    return render(request, "web/catalogue.html", search_page.context(wish, found))


@require_safe
@told
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four activities side by side."""
    chosen = comparison.chosen(request.GET.getlist("id"))
    versions = activities.list_public_versions(chosen)
    return render(request, "web/compare.html", comparison.context(chosen, versions))


@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """All institutions."""
    return render(request, "web/institutions.html", {"rows": issuers.list_institutions()})


@require_safe
@told
def institution(request: HttpRequest, slug: str) -> HttpResponse:
    """One institution: what it offers, and what it is accredited for."""
    row, offered = issuers.get_institution(slug), Wish(filters={"provider": (slug,)})
    context = {
        "institution": row,
        "accreditations": issuers.list_accreditations(row),
        "found": catalogue.search(offered, at=timezone.now(), size=OF_INSTITUTION),
        "more": search_page.address(offered),
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
