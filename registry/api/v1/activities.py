"""The catalogue, drafts and their submission."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.api.base import CURSOR, MemberView, PublicView, Strict, actor_of, now, page, read
from registry.api.problems import violations_json
from registry.api.shapes import ActivityShape, CheckShape, SubmittedShape, VersionShape, page_of
from registry.issuers import selectors as issuers

if TYPE_CHECKING:
    from registry.activities.models import Activity, ActivityVersion


class Draft(Strict):
    """A new draft."""

    institution = serializers.SlugField()
    framework = serializers.CharField(max_length=40)
    route = serializers.CharField(max_length=60)
    payload = serializers.DictField()


class Payload(Strict):
    """Another text for a draft."""

    payload = serializers.DictField()


def activity_json(row: Activity) -> dict[str, Any]:
    """An activity as it stands."""
    return {
        "id": str(row.pk),
        "url": f"{settings.PUBLIC_URL}/activities/{row.pk}",
        "institution": row.institution.slug,
        "framework": row.framework,
        "route": row.route,
        "state": row.state,
        "registered_at": row.registered_at,
        "payload": row.payload,
    }


def version_json(row: ActivityVersion) -> dict[str, Any]:
    """A registered version, immutable."""
    return {
        "activity": str(row.activity_id),
        "number": row.number,
        "route_version": row.route_version,
        "registered_at": row.registered_at,
        "digest": bytes(row.digest).hex(),
        "warnings": row.warnings,
        "payload": row.payload,
    }


class Activities(PublicView):
    """The catalogue, and new drafts."""

    @extend_schema(
        responses=page_of(ActivityShape),
        parameters=[
            OpenApiParameter("q", str), OpenApiParameter("framework", str),
            OpenApiParameter("institution", str), *CURSOR,
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Search the registered activities."""
        asked = request.query_params
        rows = activities.list_registered(
            query=asked.get("q", ""),
            framework=asked.get("framework", ""),
            institution=asked.get("institution", ""),
        )
        return page(self, rows, activity_json, ("-registered_at", "-pk"))

    @extend_schema(request=Draft, responses={"201": ActivityShape})
    def post(self, request: Request) -> Response:
        """Make a draft."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        asked = read(Draft, request)
        row = activity_services.create_draft(
            institution=issuers.get_institution(asked["institution"]),
            framework=asked["framework"],
            route=asked["route"],
            payload=asked["payload"],
            actor=actor_of(request),
            at=now(),
        )
        return Response(activity_json(row), status=201)


class ActivityDetail(PublicView):
    """One activity."""

    @extend_schema(responses=ActivityShape)
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Show a registered activity, or one's own draft."""
        if request.user.is_authenticated:
            return Response(activity_json(activities.get_for(activity_id, actor_of(request))))
        return Response(activity_json(activities.get_public(activity_id)))

    @extend_schema(request=Payload, responses=ActivityShape)
    def patch(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Change a draft."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        actor = actor_of(request)
        row = activities.get_for(activity_id, actor)
        payload = read(Payload, request)["payload"]
        row = activity_services.update_draft(activity=row, payload=payload, actor=actor, at=now())
        return Response(activity_json(row))


class ActivityVersionDetail(PublicView):
    """One registered version."""

    @extend_schema(responses=VersionShape)
    def get(self, request: Request, activity_id: uuid.UUID, number: int) -> Response:
        """Show a version as it was registered."""
        return Response(version_json(activities.get_version(activity_id, number)))


class ActivityCheck(MemberView):
    """Hold a draft against its framework, without submitting it."""

    @extend_schema(request=None, responses=CheckShape)
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Errors and warnings of a draft."""
        row = activities.get_for(activity_id, actor_of(request))
        found = activity_services.check(
            row.institution, row.framework, row.route, row.payload, now()
        )
        acceptable = not any(violation.severity == "error" for violation in found)
        return Response({"acceptable": acceptable, "violations": violations_json(found)})


class ActivitySubmit(MemberView):
    """Put a draft before the authority."""

    @extend_schema(request=None, responses=SubmittedShape)
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Submit a draft."""
        actor = actor_of(request)
        row = activities.get_for(activity_id, actor)
        warnings = activity_services.submit_activity(activity=row, actor=actor, at=now())
        row.refresh_from_db()
        return Response({**activity_json(row), "violations": violations_json(warnings)})
