"""The public pages: catalogue, institutions, frameworks, verification, and what programs fetch."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from credentials.encoding import LIMITS
from credentials.verify import Report
from registry.activities import selectors as activities
from registry.common.errors import DomainError
from registry.issuers import selectors as issuers
from registry.sharing.selectors import open_share
from registry.verification import services as verification
from registry.web import messages
from registry.web.errors import refusal
from schemas import catalogue, frameworks, isced

View = Callable[..., HttpResponse]
PAGE = 20


def told(view: View) -> View:
    """A domain error becomes its page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refusal(request, error)

    return wrapped


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
    }
    return render(request, "web/activity.html", context)


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


def shown(report: Report) -> dict[str, Any]:
    """A report for a template: verdict and findings in words, then what was signed."""
    title, words = messages.VERDICTS[report.verdict]
    findings = [
        {
            "check": messages.CHECKS.get(finding.check, finding.check),
            "outcome": finding.outcome.value,
            "sentence": messages.sentence(finding),
            "finding": finding,
        }
        for finding in report.findings
    ]
    document = report.credential
    subject = document["credentialSubject"] if document else {}
    subject = subject[0] if isinstance(subject, list) else subject
    achievement = subject.get("achievement", {}) if isinstance(subject, dict) else {}
    return {
        "report": report,
        "verdict": report.verdict.value,
        "title": title,
        "words": words,
        "findings": findings,
        "document": document,
        "names": _names(subject),
        "achievement": achievement if isinstance(achievement, dict) else {},
        "alignments": _alignments(achievement),
        "issuer": _issuer(document),
    }


def _names(subject: Any) -> list[str]:
    rows = subject.get("identifier", []) if isinstance(subject, dict) else []
    rows = rows if isinstance(rows, list) else [rows]
    return [
        str(row.get("identityHash"))
        for row in rows
        if isinstance(row, dict) and row.get("identityType") == "name" and not row.get("hashed")
    ]


def _alignments(achievement: Any) -> dict[str, list[Any]]:
    rows = achievement.get("alignment", []) if isinstance(achievement, dict) else []
    groups: dict[str, list[Any]] = {"outcomes": [], "levels": [], "quality": [], "towards": []}
    place = {
        "ext:LearningOutcome": "outcomes",
        "ext:EQF": "levels",
        "ext:NQF": "levels",
        "ext:QualityAssurance": "quality",
        "ext:StackableTowards": "towards",
    }
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("targetType") in place:
            groups[place[row["targetType"]]].append(row)
    return groups


def _issuer(document: Any) -> Any:
    issuer = document.get("issuer") if document else None
    return issuer if isinstance(issuer, dict) else {"id": issuer, "name": issuer}


@require_http_methods(["GET", "HEAD", "POST"])
@told
def verify(request: HttpRequest) -> HttpResponse:
    """Paste, choose a file, or give a link: one verdict in words."""
    raw, url = b"", request.GET.get("url", "")
    if request.method == "POST":
        file = request.FILES.get("file")
        given = request.POST.get("text", "").strip()
        url = request.POST.get("url", "").strip()
        if file is not None:
            raw = file.read(LIMITS.size + 1)
        elif given.startswith(("http://", "https://")):
            url = given
        else:
            raw = given.encode("utf-8", "surrogatepass")
    context: dict[str, Any] = {"empty": request.method == "POST" and not raw and not url}
    if raw:
        context |= shown(verification.verify_upload(raw, at=timezone.now()))
    elif url:
        try:
            context |= shown(verification.verify_url(url, at=timezone.now()))
        except DomainError as error:
            context["refused"] = error.message
    return render(request, "web/verify.html", context)


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def share(request: HttpRequest, token: str) -> HttpResponse:
    """What a learner shows under a link; closed and unknown links look the same."""
    try:
        report, row = verification.verify_share(token, at=timezone.now())
    except DomainError:
        return _private(render(request, "web/not_shared.html", status=404))
    context = {**shown(report), "share": row, "token": token}
    return _private(render(request, "web/share.html", context))


@require_safe
def share_file(request: HttpRequest, token: str) -> HttpResponse:
    """The shared credential, byte for byte as it was signed."""
    try:
        row = open_share(token, timezone.now())
    except DomainError:
        return _private(render(request, "web/not_shared.html", status=404))
    response = HttpResponse(bytes(row.award.secured or b""), content_type="application/vc")
    response["Content-Disposition"] = f'attachment; filename="credential-{row.award_id}.json"'
    return _private(response)


def _open(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache_control(public=True, max_age=60)
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The institution's DID document (did:web, "Read")."""
    try:
        document = issuers.did_document_for(issuers.get_institution(slug))
    except DomainError as error:
        raise Http404 from error
    return _open(HttpResponse(json.dumps(document), content_type="application/did+json"))


@require_safe
@cache_control(public=True, max_age=60)
def trust_file(request: HttpRequest) -> HttpResponse:
    """Keys and accreditations of all institutions, for verifying offline."""
    return _open(JsonResponse(verification.trust_file()))


@require_safe
@cache_control(public=True, max_age=86400)
def context_file(request: HttpRequest) -> HttpResponse:
    """Our JSON-LD context, as pinned."""
    raw = catalogue.context_bytes("https://registry.example/contexts/micro-credential/v1")
    return _open(HttpResponse(raw, content_type="application/ld+json"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Links that learners give out aren't for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /s/\n", content_type="text/plain")
