"""The authority's queue and its decisions."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities import selectors as activities
from registry.activities import services as activity_services
from registry.api.base import CURSOR, MemberView, Strict, actor_of, now, page, read
from registry.api.shapes import ActivityShape, DecisionTakenShape, page_of
from registry.api.v1.activities import activity_json


class Decision(Strict):
    """A decision on an activity."""

    activity = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=["REGISTER", "RETURN"])
    reasons = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)


class Reviews(MemberView):
    """What waits for the reviewer's decision."""

    @extend_schema(responses=page_of(ActivityShape), parameters=CURSOR)
    def get(self, request: Request) -> Response:
        """List the queue, oldest first."""
        rows = activities.list_for_review(actor_of(request))
        return page(self, rows, activity_json, ("submitted_at", "pk"))

    @extend_schema(request=Decision, responses={"201": DecisionTakenShape})
    def post(self, request: Request) -> Response:
        """Register an activity, or return it with reasons."""
        asked, actor = read(Decision, request), actor_of(request)
        row = activities.get_for(asked["activity"], actor)
        review = activity_services.decide_review(
            activity=row,
            decision=asked["decision"],
            reasons=asked["reasons"],
            actor=actor,
            at=now(),
        )
        body = {"id": str(review.pk), "activity": str(row.pk), "decision": review.decision}
        return Response(body, status=201)
