"""What programs fetch from fixed addresses: DID documents, the trust file, our context."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from registry.common.errors import DomainError
from registry.issuers import selectors as issuers
from registry.statuses import selectors as statuses
from registry.verification import services as verification
from registry.web.files import missing, static_bytes
from schemas import catalogue

# A revocation is seen within a minute of the act, through a cache, too.
LIST_CACHE = "public, max-age=30"


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
def status_list(request: HttpRequest, slug: str, purpose: str, number: int) -> HttpResponse:
    """A status list, byte for byte as it was signed (Bitstring Status List 1.0, section 2.2)."""
    raw = statuses.signed_list(slug, purpose, number)
    if raw is None:
        return missing()
    return static_bytes(request, raw, content_type="application/vc", cache=LIST_CACHE)


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


@require_safe
@cache_control(public=True, max_age=86400)
def schema_file(request: HttpRequest, name: str) -> HttpResponse:
    """A JSON Schema by the path of its id: of activities, of their publication, of credentials."""
    try:
        raw = catalogue.schema_bytes(f"https://registry.example/schemas/{name}")
    except catalogue.UnknownSchema as error:
        raise Http404 from error
    return _open(HttpResponse(raw, content_type="application/schema+json"))
