"""Answers with an entity tag: a client that has it already is told so, and gets no body."""

from __future__ import annotations

from typing import Any

from django.utils.http import http_date
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities.publication import FORMATS, Published
from registry.activities.publication.relations import relations
from registry.common.http import entity_tag, link, links, unchanged


def tagged(request: Request, data: Any, *, max_age: int = 0, link_header: str = "") -> Response:
    """``data`` with a strong ETag of its JSON, or 304 (RFC 9110, section 13.1.2)."""
    tag = entity_tag(JSONRenderer().render(data))
    same = unchanged(request.headers.get("If-None-Match", ""), tag)
    answer = Response(status=304) if same else Response(data)
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={max_age}" if max_age else "no-cache"
    if link_header:
        answer["Link"] = link_header
    return answer


def published(request: Request, data: Any, it: Published) -> Response:
    """An activity or a version as everybody may read it, with its other forms and versions."""
    rows = relations(it, FORMATS["json"])
    header = links(
        link(row.target, row.rel, type=row.type, title=row.title)
        for row in rows
        # The shape of this answer is the OpenAPI document's, and not that of the JSON form.
        if row.rel != "describedby"
    )
    json_form = link(f"{it.id}{FORMATS['json'].suffix}", "alternate", type="application/json")
    answer = tagged(request, data, link_header=f"{header}, {json_form}")
    answer["Last-Modified"] = http_date(it.changed_at.timestamp())
    return answer
