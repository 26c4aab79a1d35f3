"""Verify what is brought, and what a learner shares."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from credentials.verify import Report
from credentials.verify.files import MAX_FILE
from registry.awards.notices import REASONS
from registry.common.errors import DomainError
from registry.sharing.selectors import NotShared, hosted_badge
from registry.verification import services as verification
from registry.web import messages, statements
from registry.web.claims import as_credential
from registry.web.errors import told
from registry.web.files import proof_download


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
    if document is not None and "credentialSubject" not in document:
        document = as_credential(document)
    subject = document["credentialSubject"] if document else {}
    subject = subject[0] if isinstance(subject, list) else subject
    achievement = subject.get("achievement", {}) if isinstance(subject, dict) else {}
    return {
        "report": report,
        "verdict": report.verdict.value,
        "title": title,
        "words": words,
        "findings": findings,
        "statements": statements.told(report),
        "found_in": statements.found_in(report),
        "document": document,
        "names": _names(subject),
        "achievement": achievement if isinstance(achievement, dict) else {},
        "alignments": _alignments(achievement),
        "issuer": _issuer(document),
        "proven": any(f.code.startswith("inclusion.proven") for f in report.findings),
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
        if isinstance(row, dict) and str(row.get("targetType")) in place:
            groups[place[str(row["targetType"])]].append(row)
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
            raw = file.read(MAX_FILE + 1)
        elif given.startswith(("http://", "https://")):
            url = given
        else:
            raw = given.encode("utf-8", "surrogatepass")
    context: dict[str, Any] = {"empty": request.method == "POST" and not raw and not url}
    day = (request.POST if request.method == "POST" else request.GET).get("at", "").strip()
    at = timezone.now()
    # A link to this page alone makes nobody fetch anything.
    elsewhere = request.method == "POST"
    try:
        if url and not raw:
            raw = verification.raw_of_url(url, at=at, elsewhere=elsewhere)
        if raw and day:
            then = verification.moment_asked(day, at)
            context["then"] = shown(verification.verify_upload(raw, at=then))
        if raw:
            context |= shown(verification.verify_upload(raw, at=at))
    except DomainError as error:
        context["refused"] = error
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
        report, found = verification.verify_share(token, at=timezone.now())
    except DomainError:
        return _private(render(request, "web/not_shared.html", status=404))
    context = {
        **shown(report),
        "share": found.share,
        "token": token,
        "superseded": [(step, REASONS[step.reason]) for step in found.superseded],
    }
    return _private(render(request, "web/share.html", context))


@require_safe
def share_file(request: HttpRequest, token: str) -> HttpResponse:
    """The shared credential, byte for byte as it was signed."""
    try:
        award = verification.open_shown(token, at=timezone.now()).award
    except DomainError:
        return _private(render(request, "web/not_shared.html", status=404))
    response = HttpResponse(bytes(award.secured or b""), content_type="application/vc")
    response["Content-Disposition"] = f'attachment; filename="credential-{award.pk}.json"'
    return _private(response)


@require_safe
@told
def share_proof(request: HttpRequest, token: str) -> HttpResponse:
    """The shared credential's proof from the public log."""
    try:
        award = verification.open_shown(token, at=timezone.now()).award
    except DomainError:
        return _private(render(request, "web/not_shared.html", status=404))
    return _private(proof_download(award))


@require_safe
@told
def share_badge(request: HttpRequest, token: str, part: str) -> HttpResponse:
    """A part of the shared credential as a hosted Open Badge 2.0, for readers of nothing newer."""
    try:
        hosted = hosted_badge(token, timezone.now())
    except NotShared:
        return _private(render(request, "web/not_shared.html", status=404))
    response = JsonResponse(getattr(hosted, part), content_type="application/ld+json")
    response["Access-Control-Allow-Origin"] = "*"
    return _private(response)
