"""An activity and its versions: a page for people, documents for programs, one address for both.

Which one is given, ``Accept`` decides; the addresses that end in a form's suffix don't ask it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render as render_page
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from registry.activities.facts import published_activity, published_version
from registry.activities.publication import FORMATS, SPACES, Format, Published, render
from registry.activities.publication.relations import address, relations
from registry.common.errors import BadInput
from registry.common.http import entity_tag, link, links, preferred, unchanged
from registry.web.activity_page import page_context
from registry.web.errors import told
from registry.web.pathway import is_personal, pathway_context

PAGE = Format("html", "text/html", "", "", "HTML", "", lambda _it, _space: {})
OFFERS = (PAGE, *FORMATS.values())
DOCUMENT_AGE = 60
"""Seconds for which a document may be used without asking: a suspension shows within a minute."""
# The page differs in this for every reader and every reading; nothing else does.
_CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
_KEPT = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Link", "Access-Control-Allow-Origin")


@require_safe
@told
def published(
    request: HttpRequest, activity_id: uuid.UUID, number: int | None = None, form: str = ""
) -> HttpResponse:
    """An activity, or with ``number`` one of its versions, in the form that is wanted."""
    at = timezone.now()
    it = (
        published_activity(activity_id, at=at)
        if number is None
        else published_version(activity_id, number, at=at)
    )
    wanted = FORMATS[form] if form else preferred(request.headers.get("Accept", ""), OFFERS)
    if wanted is None:
        answer: HttpResponse = _nothing_fits(it)
    elif wanted is PAGE:
        answer = _page(request, it)
    else:
        answer = _document(request, it, wanted)
    answer["Link"] = _links(it, None if wanted in (None, PAGE) else wanted)
    if not form:
        patch_vary_headers(answer, ("Accept",))
    return _if_changed(request, answer)


def _document(request: HttpRequest, it: Published, form: Format) -> HttpResponse:
    space = request.GET.get("isced", "elm")
    if space not in SPACES:
        message = "isced is one of: %(spaces)s."
        raise BadInput(message, params={"spaces": ", ".join(SPACES)})
    body = render(it, form.name, space)
    answer = HttpResponse(body, content_type=form.content_type)
    answer["ETag"] = entity_tag(body)
    answer["Last-Modified"] = http_date(it.changed_at.timestamp())
    answer["Cache-Control"] = f"public, max-age={DOCUMENT_AGE}"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Expose-Headers"] = "ETag, Link"
    return answer


def _page(request: HttpRequest, it: Published) -> HttpResponse:
    template = "web/version.html" if it.of_version else "web/activity.html"
    context = page_context(it, timezone.now())
    if not it.of_version:
        context |= pathway_context(request, uuid.UUID(it.activity_id))
    answer = render_page(request, template, context)
    if is_personal(request):
        answer["Cache-Control"] = "private, no-store"
        return answer
    # Weak: two readings of the page differ in the token of its form alone.
    answer["ETag"] = f"W/{entity_tag(_CSRF.sub(b'', answer.content))}"
    answer["Last-Modified"] = http_date(it.changed_at.timestamp())
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _links(it: Published, form: Format | None) -> str:
    def attributes(kind: str, title: str) -> Mapping[str, str]:
        return {"type": kind, "title": title}

    return links(link(r.target, r.rel, **attributes(r.type, r.title)) for r in relations(it, form))


def _nothing_fits(it: Published) -> JsonResponse:
    """406 with what there is (RFC 9110, section 15.5.7)."""
    there: list[dict[str, Any]] = [{"type": "text/html", "url": it.page}]
    there += [{"type": f.content_type, "url": address(it, f)} for f in FORMATS.values()]
    body = {
        "type": "urn:registry:problem:not_acceptable",
        "title": "not acceptable",
        "status": 406,
        "detail": "Nothing here has a type that your Accept header takes.",
        "available": there,
    }
    answer = JsonResponse(body, status=406, content_type="application/problem+json")
    answer["Cache-Control"] = "no-store"
    return answer


def _if_changed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """304 where the reader has it already (RFC 9110, section 15.4.5)."""
    tag = answer.get("ETag", "")
    if not tag or not unchanged(request.headers.get("If-None-Match", ""), tag):
        return answer
    short = HttpResponseNotModified()
    for name in _KEPT:
        if name in answer:
            short[name] = answer[name]
    short.cookies = answer.cookies
    return short
