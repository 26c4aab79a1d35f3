"""The stop switch for issuing, and the keys that it is about."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import CURSOR, MemberView, PublicView, Strict, actor_of, now, page, read
from registry.api.shapes import IssuingStopShape, KeyShape, many
from registry.common.errors import BadInput
from registry.issuers import selectors as issuers
from registry.issuers.stops import lift_stop, stop_issuing

if TYPE_CHECKING:
    from registry.issuers.models import IssuingStop, SigningKey


class NewStop(Strict):
    """What is to be stopped: one of both, or neither for everything."""

    institution = serializers.SlugField(required=False)
    key = serializers.CharField(required=False, max_length=400, help_text="A key's DID URL.")
    reason = serializers.CharField(max_length=500)


def key_json(row: SigningKey) -> dict[str, Any]:
    """A key with its period."""
    return {
        "method": row.method_id,
        "algorithm": row.algorithm,
        "public_key": row.public_multibase,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "disowned_from": row.distrusted_from,
    }


def stop_json(row: IssuingStop) -> dict[str, Any]:
    """A stop in force."""
    return {
        "id": str(row.pk),
        "institution": row.institution.slug if row.institution else None,
        "key": row.key.method_id if row.key else None,
        "reason": row.reason,
        "stopped_at": row.stopped_at,
    }


class InstitutionKeys(PublicView):
    """An institution's keys, past and present."""

    @extend_schema(responses=many(KeyShape), parameters=CURSOR)
    def get(self, request: Request, slug: str) -> Response:
        """List the keys with their periods, newest first."""
        rows = issuers.list_keys(issuers.get_institution(slug))
        return page(self, rows, key_json, ("-valid_from", "-pk"))


class IssuingStops(MemberView):
    """What is stopped."""

    @extend_schema(responses=many(IssuingStopShape), parameters=CURSOR)
    def get(self, request: Request) -> Response:
        """List the stops in force."""
        return page(self, issuers.list_stops(), stop_json, ("-stopped_at", "-pk"))

    @extend_schema(request=NewStop, responses={"201": IssuingStopShape})
    def post(self, request: Request) -> Response:
        """Stop issuing: in force with this answer."""
        asked = read(NewStop, request)
        slug, method = asked.get("institution"), asked.get("key")
        if slug and method:
            raise BadInput("Name an institution or a key.", params={"field": "key"})
        made = stop_issuing(
            institution=issuers.get_institution(slug) if slug else None,
            key=issuers.get_key(method) if method else None,
            reason=asked["reason"],
            actor=actor_of(request),
            at=now(),
        )
        return Response(stop_json(made), status=201)


class LiftStop(MemberView):
    """Let issuing go on."""

    @extend_schema(request=None, responses={"204": None})
    def post(self, request: Request, stop_id: uuid.UUID) -> Response:
        """Lift a stop."""
        lift_stop(stop=issuers.get_stop(stop_id), actor=actor_of(request), at=now())
        return Response(status=204)
