"""Refusals as pages, in the reader's language and without any detail of the inside."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.common.errors import DomainError, Kind
from registry.web.messages import refusal_words

STATUS = {
    Kind.MALFORMED: 400,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNAVAILABLE: 503,
}
View = Callable[..., HttpResponse]
# Files that programs ask for.
_DATA = (".json", ".jsonld", ".ndjson", ".gz")
_NAMES = {400: "bad_request", 403: "permission_denied", 404: "not_found", 500: "server_error"}
_PROGRAMS = ("/api/", "/credentials/", "/presentations/")


def _page(
    request: HttpRequest, status: int, title: str, text: str, detail: str = ""
) -> HttpResponse:
    if request.path.startswith(_PROGRAMS) or request.path.endswith(_DATA):
        name = _NAMES.get(status, "bad_request")
        urn, title = f"urn:registry:problem:{name}", name.replace("_", " ")
        body = {"type": urn, "title": title, "status": status, "detail": text}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"title": title, "text": text, "detail": detail}
    return render(request, "web/error.html", context, status=status)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of a refused act."""
    words = refusal_words(error)
    return _page(request, STATUS[error.kind], _("This can’t be done"), words.text, words.detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400, _("Not understood"), _("The request isn’t well formed."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(request, 403, _("Not allowed"), _("Your account doesn’t have this right."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(request, 404, _("Not found"), _("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    text = _("Something went wrong here, not with you. Please try again later.")
    return _page(request, 500, _("A fault"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token."""
    text = _("The form was too old. Please go back, reload the page and send it again.")
    return _page(request, 403, _("Please send it again"), text)


def told(view: View) -> View:
    """A domain error becomes its page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refusal(request, error)

    return wrapped
