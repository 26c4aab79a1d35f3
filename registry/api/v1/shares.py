"""The learner's links."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import CURSOR, MemberView, Strict, actor_of, now, page, read
from registry.api.shapes import ShareMadeShape, ShareShape, many
from registry.awards import selectors as awards
from registry.sharing import selectors as shares
from registry.sharing import services as share_services

if TYPE_CHECKING:
    from registry.sharing.models import Share


class NewShare(Strict):
    """A link to be given out."""

    award = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    purpose = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


def share_json(row: Share) -> dict[str, Any]:
    """A link, without its token: that is given once."""
    return {
        "id": str(row.pk),
        "award": str(row.award_id),
        "purpose": row.purpose,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "closed_at": row.closed_at,
    }


class Shares(MemberView):
    """The learner's own links."""

    @extend_schema(responses=many(ShareShape), parameters=CURSOR)
    def get(self, request: Request) -> Response:
        """List links, newest first."""
        rows = shares.list_for_learner(actor_of(request))
        return page(self, rows, share_json, ("-created_at", "-pk"))

    @extend_schema(request=NewShare, responses={"201": ShareMadeShape})
    def post(self, request: Request) -> Response:
        """Give out a link; its address is in this answer and nowhere else."""
        asked, actor = read(NewShare, request), actor_of(request)
        row, token = share_services.create_share(
            award=awards.get_for(asked["award"], actor),
            expires_at=asked["expires_at"],
            purpose=asked["purpose"],
            actor=actor,
            at=now(),
        )
        return Response({**share_json(row), "url": f"{settings.PUBLIC_URL}/s/{token}"}, status=201)


class ShareDetail(MemberView):
    """One link."""

    @extend_schema(responses={"204": None})
    def delete(self, request: Request, share_id: uuid.UUID) -> Response:
        """Close a link."""
        actor = actor_of(request)
        row = shares.get_share(share_id, actor)
        share_services.close_share(share=row, actor=actor, at=now())
        return Response(status=204)
