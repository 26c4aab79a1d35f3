"""The log as static files under ``/ledger/``, and a page that says what it is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credentials.errors import Malformed
from credentials.merkle import Tile
from registry.common.errors import DomainError
from registry.ledger import selectors as ledger
from registry.web.errors import told
from registry.web.files import IMMUTABLE, missing, static_bytes

# The newest checkpoint is what a monitor comes for: old for a few seconds at most.
FRESH = "public, max-age=5"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint (C2SP tlog-checkpoint)."""
    return _file(request, "checkpoint", "text/plain; charset=utf-8", FRESH)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes or of entries (C2SP tlog-tiles); what has a width never changes."""
    try:
        found = Tile.parse(f"tile/{path}")
    except Malformed:
        return missing()
    return _file(request, found.path, "application/octet-stream", IMMUTABLE)


def _file(request: HttpRequest, path: str, content_type: str, cache: str) -> HttpResponse:
    try:
        data = ledger.published(path)
    except DomainError as error:
        return missing(error.message, status=503)
    if data is None:
        return missing()
    return static_bytes(request, data, content_type=content_type, cache=cache)


@require_safe
@told
def about(request: HttpRequest) -> HttpResponse:
    """What the log is, its newest checkpoint, and how anybody watches it."""
    context = {
        "newest": ledger.newest_checkpoint(),
        "key": str(ledger.verifier()),
        "url": f"{settings.PUBLIC_URL}/ledger",
        "waiting": ledger.count_waiting(),
    }
    return render(request, "web/ledger.html", context)
