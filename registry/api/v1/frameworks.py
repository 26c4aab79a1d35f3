"""National frameworks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import PublicView
from registry.api.shapes import FrameworkShape, FrameworksShape
from registry.common.errors import NotFound
from schemas import frameworks


def framework_json(frame: frameworks.Framework) -> dict[str, Any]:
    """A framework with its levels and routes."""
    return {
        "code": frame.code,
        "country": frame.country,
        "name": frame.name,
        "depth": frame.depth,
        "levels": [
            {"code": level.code, "label": level.label, "eqf": level.eqf} for level in frame.levels
        ],
        "routes": [
            {
                "code": route.code,
                "name": route.name,
                "valid_from": route.valid_from,
                "valid_until": route.valid_until,
                "level": route.level_rule,
                "schema": route.schema_id,
            }
            for route in frame.routes
        ],
    }


class Frameworks(PublicView):
    """National frameworks."""

    @extend_schema(responses=FrameworksShape)
    def get(self, request: Request) -> Response:
        """List frameworks."""
        return Response({"results": [framework_json(frame) for frame in frameworks.frameworks()]})


class FrameworkDetail(PublicView):
    """One framework."""

    @extend_schema(responses=FrameworkShape)
    def get(self, request: Request, code: str) -> Response:
        """Show a framework."""
        try:
            return Response(framework_json(frameworks.framework(code)))
        except KeyError as error:
            raise NotFound("There is no such framework.") from error
