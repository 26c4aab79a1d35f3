"""The authority's queue and its decisions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiExample, extend_schema
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
    keyset_page,
    now,
    page,
    read,
)
from registry.api.shapes import Shape, many
from registry.api.v1.activities import ActivityShape, activity_json
from registry.awards import selectors as awards

if TYPE_CHECKING:
    from registry.activities.models import Activity, Decision

MAX_REASONS = 5000


class NewDecision(Strict):
    """A decision on a submitted text."""

    activity = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=["REGISTER", "RETURN"])
    reasons = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAX_REASONS
    )
    clearances = serializers.DictField(
        child=serializers.CharField(max_length=MAX_REASONS),
        required=False,
        default=dict,
        help_text="Each reserved word of the title, and why it may stand.",
    )
    seen = serializers.CharField(
        required=False,
        default="",
        max_length=64,
        help_text="text_digest of what was read: another text isn't decided on.",
    )


class Reasons(Strict):
    """Why."""

    reasons = serializers.CharField(max_length=MAX_REASONS)


class OptionalReasons(Strict):
    """Why, where it is to be said."""

    reasons = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAX_REASONS
    )


class DecisionShape(Shape):
    """A decision, with its reasons."""

    id = serializers.UUIDField()
    activity = serializers.UUIDField()
    decision = serializers.ChoiceField(
        choices=["REGISTER", "RETURN", "EXTEND", "SUSPEND", "RESUME", "END"]
    )
    by = serializers.ChoiceField(choices=["AUTHORITY", "INSTITUTION", "DATE", "SYSTEM"])
    reviewer = serializers.CharField(allow_null=True)
    reasons = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(allow_null=True)
    decided_at = serializers.DateTimeField()
    effective_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class ImpactShape(Shape):
    """How many credentials an act would touch."""

    credentials = serializers.IntegerField()
    learners = serializers.IntegerField()


def decision_json(row: Decision) -> dict[str, Any]:
    """A decision."""
    return {
        "id": str(row.pk),
        "activity": str(row.activity_id),
        "decision": row.kind,
        "by": row.by,
        # Staff of an institution isn't the public's.
        "reviewer": row.reviewer_name if row.by != "INSTITUTION" else None,
        "reasons": row.reasons,
        "version": row.version.number if row.version is not None else None,
        "decided_at": row.decided_at,
        "effective_at": row.effective_at,
        "submitted_at": row.submitted_at,
        "due_on": row.due_on,
    }


class Reviews(MemberView):
    """What waits for the reviewer's decision."""

    @extend_schema(responses=many(ActivityShape), parameters=CURSOR)
    def get(self, request: Request) -> Response:
        """List the queue, by the last day for the decision and then by age."""
        rows, at = activities.list_for_review(actor_of(request)), now()

        def show(row: Activity) -> dict[str, Any]:
            return activity_json(row, at, inside=True)

        return keyset_page(request, rows, show, ("due_first", "submitted_at", "pk"))

    @extend_schema(
        request=NewDecision,
        responses={"201": DecisionShape},
        examples=[
            OpenApiExample(
                "Register, and let a reserved word stand",
                {
                    "activity": "01997a3e-5a4b-7c1d-9e2f-000000000001",
                    "decision": "REGISTER",
                    "clearances": {"national": "It is the name of the national park."},
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Register a text, or return it with reasons."""
        asked, actor = read(NewDecision, request), actor_of(request)
        row = activities.get_for(asked.pop("activity"), actor)
        made = activity_services.decide_review(activity=row, actor=actor, at=now(), **asked)
        return Response(decision_json(made), status=201)


class Decisions(PublicView):
    """The decisions on an activity."""

    @extend_schema(responses=many(DecisionShape), parameters=CURSOR)
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """List decisions, newest first; what was returned, only to those whom it concerns."""
        row, inside = activities.get_visible(activity_id, asking(request))
        rows = activities.list_decisions(row, public=not inside)
        return page(self, rows, decision_json, ("-decided_at", "-pk"))


class Extend(MemberView):
    """More time for a decision."""

    @extend_schema(request=Reasons, responses={"201": DecisionShape})
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Extend the time for a decision once, where the law of the framework allows it."""
        actor, asked = actor_of(request), read(Reasons, request)
        row = activities.get_for(activity_id, actor)
        made = activity_services.extend_review(activity=row, actor=actor, at=now(), **asked)
        return Response(decision_json(made), status=201)


class Suspend(MemberView):
    """Suspend an activity."""

    @extend_schema(request=Reasons, responses={"201": DecisionShape})
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Nothing is awarded for it from now on; what was awarded keeps its value."""
        actor, asked = actor_of(request), read(Reasons, request)
        row = activities.get_for(activity_id, actor)
        made = activity_services.suspend_activity(activity=row, actor=actor, at=now(), **asked)
        return Response(decision_json(made), status=201)


class Resume(MemberView):
    """Resume an activity."""

    @extend_schema(request=OptionalReasons, responses={"201": DecisionShape})
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """It is registered again, as it was."""
        actor, asked = actor_of(request), read(OptionalReasons, request)
        row = activities.get_for(activity_id, actor)
        made = activity_services.resume_activity(activity=row, actor=actor, at=now(), **asked)
        return Response(decision_json(made), status=201)


class End(MemberView):
    """End an activity's registration."""

    @extend_schema(request=OptionalReasons, responses={"201": DecisionShape})
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """End it: the institution at will, the authority with reasons."""
        actor, asked = actor_of(request), read(OptionalReasons, request)
        row = activities.get_for(activity_id, actor)
        made = activity_services.end_activity(activity=row, actor=actor, at=now(), **asked)
        return Response(decision_json(made), status=201)


class Impact(MemberView):
    """What suspending an activity would touch."""

    @extend_schema(responses=ImpactShape)
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Count the credentials that were issued for it."""
        row = activities.get_for(activity_id, actor_of(request))
        touched = awards.touched_by_activity(row)
        return Response({"credentials": touched.credentials, "learners": touched.learners})
