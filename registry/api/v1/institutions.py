"""Institutions of the registry."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import CURSOR, PublicView, page
from registry.api.shapes import InstitutionShape, many
from registry.issuers import selectors as issuers


def institution_json(row: Any) -> dict[str, Any]:
    """An institution."""
    return {
        "slug": row.slug,
        "did": row.did,
        "name": row.legal_name,
        "country": row.country,
        "provider_type": row.provider_type,
        "can_award": row.can_award,
        "standing": "SUSPENDED" if row.suspended else "ACTIVE",
        "homepage": row.homepage or None,
    }


class Institutions(PublicView):
    """Institutions of the registry."""

    @extend_schema(responses=many(InstitutionShape), parameters=CURSOR)
    def get(self, request: Request) -> Response:
        """List institutions."""
        return page(self, issuers.list_institutions(), institution_json, ("slug",))


class InstitutionDetail(PublicView):
    """One institution."""

    @extend_schema(responses=InstitutionShape)
    def get(self, request: Request, slug: str) -> Response:
        """Show an institution."""
        return Response(institution_json(issuers.get_institution(slug)))
