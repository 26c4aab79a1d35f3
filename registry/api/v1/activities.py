"""The catalogue, drafts and revisions, and their submission."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.api.base import (
    CURSOR,
    MemberView,
    PublicView,
    Strict,
    actor_of,
    asking,
    now,
    page,
    read,
)
from registry.api.problems import violations_json
from registry.api.shapes import AnyObject, Shape, ViolationShape, many
from registry.api.v1 import search
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
    """Another text for a draft or a revision."""

    payload = serializers.DictField()
    route = serializers.CharField(
        max_length=60, required=False, help_text="Another route in force, for the text to move to."
    )
    seen = serializers.CharField(
        max_length=64,
        required=False,
        help_text="text_digest of what was edited: a change made meanwhile isn't written over.",
    )


class PreparedShape(Shape):
    """The text in preparation; only its institution and its authority see it."""

    state = serializers.ChoiceField(choices=["DRAFT", "SUBMITTED", "RETURNED"])
    route = serializers.CharField()
    payload = AnyObject()
    text_digest = serializers.CharField(help_text="SHA-256 of the text, in hex.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(
        allow_null=True, help_text="Last day of the time the law gives; null where none is known."
    )
    due_verified = serializers.BooleanField(
        allow_null=True, help_text="Whether that time was read in a source."
    )


class ActivityShape(Shape):
    """An activity as it stands."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    institution = serializers.SlugField()
    framework = serializers.CharField()
    route = serializers.CharField()
    state = serializers.ChoiceField(
        choices=["DRAFT", "SUBMITTED", "RETURNED", "REGISTERED", "SUSPENDED", "ENDED"]
    )
    version = serializers.IntegerField(allow_null=True, help_text="Number of the version in force.")
    registered_at = serializers.DateTimeField(allow_null=True)
    payload = AnyObject(
        help_text="The version in force; of an activity without one, the text in preparation."
    )
    prepared = PreparedShape(allow_null=True)


class CheckShape(Shape):
    """What a framework says to a text."""

    acceptable = serializers.BooleanField()
    violations = ViolationShape(many=True)


class ClearanceShape(Shape):
    """A reserved word that a reviewer let stand."""

    word = serializers.CharField()
    pointer = serializers.CharField(help_text="Where: a JSON pointer (RFC 6901).")
    reason = serializers.CharField()
    reviewer = serializers.CharField()
    cleared_at = serializers.DateTimeField()


class VersionShape(Shape):
    """A registered version, immutable."""

    activity = serializers.UUIDField()
    number = serializers.IntegerField()
    route_version = serializers.CharField()
    registered_at = serializers.DateTimeField()
    review_on = serializers.DateField(allow_null=True)
    registration_end = serializers.DateField(allow_null=True)
    last_achievement = serializers.DateField(allow_null=True)
    assured_until = serializers.DateField(allow_null=True)
    digest = serializers.RegexField(
        "^[0-9a-f]{64}$", help_text="SHA-256 of the text (RFC 8785), in hex."
    )
    warnings = ViolationShape(many=True)
    clearances = ClearanceShape(many=True)
    payload = AnyObject()


def activity_json(row: Activity, at: datetime, *, inside: bool) -> dict[str, Any]:
    """An activity as it stands at ``at``; ``inside`` shows the text in preparation too."""
    version = row.current
    return {
        "id": str(row.pk),
        "url": f"{settings.PUBLIC_URL}/activities/{row.pk}",
        "institution": row.institution.slug,
        "framework": row.framework,
        "route": row.route,
        "state": activities.state_on(row, at),
        "version": version.number if version else None,
        "registered_at": row.registered_at,
        "payload": version.payload if version else row.payload,
        "prepared": _prepared(row) if inside else None,
    }


def _prepared(row: Activity) -> dict[str, Any] | None:
    if row.current is not None and not row.revision:
        return None
    deadline = activities.deadline_of(row)
    return {
        "state": row.revision or row.state,
        "route": row.working_route,
        "payload": row.payload,
        "text_digest": activity_services.text_digest(row),
        "submitted_at": row.submitted_at,
        "due_on": row.due_on,
        "due_verified": deadline.verified if deadline is not None else None,
    }


def version_json(row: ActivityVersion) -> dict[str, Any]:
    """A registered version, with the reserved words that were cleared for it."""
    return {
        "activity": str(row.activity_id),
        "number": row.number,
        "route_version": row.route_version,
        "registered_at": row.registered_at,
        "review_on": row.review_on,
        "registration_end": row.registration_end,
        "last_achievement": row.last_achievement,
        "assured_until": row.assured_until,
        "digest": bytes(row.digest).hex(),
        "warnings": row.warnings,
        "clearances": [
            {
                "word": one.word,
                "pointer": one.pointer,
                "reason": one.reason,
                "reviewer": one.reviewer_name,
                "cleared_at": one.cleared_at,
            }
            for one in row.clearances.all()
        ],
        "payload": row.payload,
    }


class Activities(PublicView):
    """The catalogue, and new drafts."""

    @search.document
    def get(self, request: Request) -> Response:
        """Search the registered activities."""
        return Response(search.found(request))

    @extend_schema(request=Draft, responses={"201": ActivityShape})
    def post(self, request: Request) -> Response:
        """Make a draft."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        asked, at = read(Draft, request), now()
        row = activity_services.create_draft(
            institution=issuers.get_institution(asked["institution"]),
            framework=asked["framework"],
            route=asked["route"],
            payload=asked["payload"],
            actor=actor_of(request),
            at=at,
        )
        return Response(activity_json(row, at, inside=True), status=201)


class ActivityDetail(PublicView):
    """One activity."""

    @extend_schema(responses=ActivityShape)
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Show a registered activity, or one's own draft."""
        row, inside = activities.get_visible(activity_id, asking(request))
        return Response(activity_json(row, now(), inside=inside))

    @extend_schema(request=Payload, responses=ActivityShape)
    def patch(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Change a draft, or a revision."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        actor, at = actor_of(request), now()
        row = activities.get_for(activity_id, actor)
        asked = read(Payload, request)
        row = activity_services.update_draft(activity=row, actor=actor, at=at, **asked)
        return Response(activity_json(row, at, inside=True))


class ActivityVersionDetail(PublicView):
    """One registered version."""

    @extend_schema(responses=VersionShape)
    def get(self, request: Request, activity_id: uuid.UUID, number: int) -> Response:
        """Show a version as it was registered."""
        return Response(version_json(activities.get_version(activity_id, number)))


class ActivityVersions(PublicView):
    """The registered versions of an activity."""

    @extend_schema(responses=many(VersionShape), parameters=CURSOR)
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """List versions, newest first."""
        rows = activities.list_versions(activities.get_public(activity_id))
        return page(self, rows, version_json, ("-number",))


class ActivityRevision(MemberView):
    """The text that is to follow the version in force."""

    @extend_schema(request=None, responses={"201": ActivityShape})
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Begin a revision from the version in force, which stays in force."""
        actor, at = actor_of(request), now()
        row = activities.get_for(activity_id, actor)
        row = activity_services.start_revision(activity=row, actor=actor, at=at)
        return Response(activity_json(row, at, inside=True), status=201)

    @extend_schema(responses={"204": None})
    def delete(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Give the revision up."""
        actor = actor_of(request)
        row = activities.get_for(activity_id, actor)
        activity_services.withdraw_revision(activity=row, actor=actor, at=now())
        return Response(status=204)


class ActivityCheck(MemberView):
    """Hold a text in preparation against its framework, without submitting it."""

    @extend_schema(request=None, responses=CheckShape)
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Errors and warnings of a text."""
        row = activities.get_for(activity_id, actor_of(request))
        found = activity_services.check_text(row, now())
        acceptable = not any(violation.severity == "error" for violation in found)
        return Response({"acceptable": acceptable, "violations": violations_json(found)})


class SubmittedShape(ActivityShape):
    """An activity as submitted, with the warnings of its framework."""

    violations = ViolationShape(many=True)


class ActivitySubmit(MemberView):
    """Put a text before the authority, or take it back."""

    @extend_schema(request=None, responses=SubmittedShape)
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Submit a draft or a revision."""
        actor, at = actor_of(request), now()
        row = activities.get_for(activity_id, actor)
        warnings = activity_services.submit_activity(activity=row, actor=actor, at=at)
        shown = activity_json(row, at, inside=True)
        return Response({**shown, "violations": violations_json(warnings)})

    @extend_schema(responses={"204": None})
    def delete(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Take a submitted text back to the desk."""
        actor = actor_of(request)
        row = activities.get_for(activity_id, actor)
        activity_services.withdraw_submission(activity=row, actor=actor, at=now())
        return Response(status=204)
