"""Static bytes: signed files that any cache or CDN may carry, the same for every reader.

RFC 9110 (ETag, conditional requests) and RFC 9111 (Cache-Control). A reader's language and session
change nothing here, so nothing may say that they do: ``PlainFiles`` takes ``Vary`` and
``Content-Language`` off again.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from registry.awards.selectors import proof_for

if TYPE_CHECKING:
    from registry.awards.models import Award

IMMUTABLE = "public, max-age=31536000, immutable"


def static_bytes(
    request: HttpRequest, data: bytes, *, content_type: str, cache: str
) -> HttpResponse:
    """The bytes with their ETag; 304 for a reader who has them."""
    etag = quote_etag(sha256(data).hexdigest())
    response = HttpResponse(data, content_type=content_type)
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response) or response
    answer["Cache-Control"] = cache
    return _plain(answer)


def missing(text: str = "There is no such file.", *, status: int = 404) -> HttpResponse:
    """Not here, or not yet: no cache may remember it."""
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "5"
    return _plain(response)


def _plain(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Plain-File"] = "1"
    return response


class PlainFiles:
    """Stands round the middleware of languages and sessions, and undoes what it says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """As usual; a plain file depends on nothing but its address."""
        response = self._get_response(request)
        if "X-Plain-File" in response:
            for name in ("X-Plain-File", "Vary", "Content-Language"):
                del response[name]
        return response


def proof_download(award: Award) -> HttpResponse:
    """An award's proof, named so that the command line finds it beside the credential."""
    response = HttpResponse(proof_for(award), content_type="text/plain; charset=utf-8")
    name = f"credential-{award.pk}.tlog-proof"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
