"""The feed of what became public: another register follows ours from it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities.changes import MAX_CHANGES, Change, changes_after
from registry.activities.publication.values import moment
from registry.api.base import PublicView
from registry.api.conditional import tagged
from registry.api.shapes import UNCHANGED, Shape
from registry.common.errors import BadInput
from registry.common.http import link

DEFAULT_LIMIT = 100


class ChangeShape(Shape):
    """One public act, and how the activity stood after it."""

    cursor = serializers.CharField(help_text="Where to go on behind this one.")
    at = serializers.DateTimeField()
    type = serializers.ChoiceField(
        choices=["registered", "new_version", "suspended", "resumed", "ended"]
    )
    activity = serializers.UUIDField()
    activity_url = serializers.URLField()
    version = serializers.IntegerField(help_text="The version in force after the act.")
    version_url = serializers.URLField(help_text="That version as a JSON document.")
    digest = serializers.CharField(help_text="SHA-256 of that version's payload (RFC 8785).")
    state = serializers.ChoiceField(choices=["REGISTERED", "SUSPENDED", "ENDED"])


class ChangesShape(Shape):
    """A page of changes in the order in which they were committed."""

    results = ChangeShape(many=True)
    next = serializers.CharField(help_text="The cursor for the next request, at the end too.")
    next_url = serializers.URLField()
    more = serializers.BooleanField(help_text="Whether there is more already.")


class Changes(PublicView):
    """What became public, from a cursor on."""

    @extend_schema(
        responses={"200": ChangesShape, "304": UNCHANGED},
        parameters=[
            OpenApiParameter("after", str, description="A cursor; 0 begins at the beginning."),
            OpenApiParameter("limit", int, description=f"1 to {MAX_CHANGES}, else 100."),
        ],
    )
    def get(self, request: Request) -> Response:
        """List changes, oldest first. Keep ``next`` and ask again with it: nothing is skipped."""
        after = _number(request, "after", 0, 0, 2**63 - 1)
        limit = _number(request, "limit", DEFAULT_LIMIT, 1, MAX_CHANGES)
        found = changes_after(after, limit=limit)
        url = f"{settings.PUBLIC_URL}{request.path}?after={found.next}&limit={limit}"
        data = {
            "results": [_change(row) for row in found.rows],
            "next": str(found.next),
            "next_url": url,
            "more": found.more,
        }
        return tagged(request, data, link_header=link(url, "next"))


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    value = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else -1
    if not least <= value <= most:
        raise BadInput(f"{name} is a whole number from {least} to {most}.")
    return value


def _change(row: Change) -> dict[str, Any]:
    url = f"{settings.PUBLIC_URL}/activities/{row.activity_id}"
    return {
        "cursor": str(row.cursor),
        "at": moment(row.at),
        "type": row.kind,
        "activity": row.activity_id,
        "activity_url": url,
        "version": row.version,
        "version_url": f"{url}/versions/{row.version}.json",
        "digest": row.digest.hex(),
        "state": row.state,
    }
