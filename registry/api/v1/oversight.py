"""What officers watch: evidence that ends, reviews that come, rules that will change."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities import selectors as activities
from registry.api.base import CURSOR, MemberView, PublicView, actor_of, keyset_page, now
from registry.api.problems import violations_json
from registry.api.shapes import Shape, Texts, ViolationShape, many
from schemas import frameworks

if TYPE_CHECKING:
    from registry.activities.models import Activity

MAX_DAYS = 3660


class Days(serializers.Serializer[Any]):
    """How far ahead is looked."""

    days = serializers.IntegerField(required=False, default=90, min_value=0, max_value=MAX_DAYS)


class PreviewQuestion(serializers.Serializer[Any]):
    """Which rules are asked about."""

    route = serializers.CharField(max_length=60)
    day = serializers.DateField()
    after = serializers.UUIDField(required=False)


class EndingShape(Shape):
    """A registered activity, and what of it ends."""

    activity = serializers.UUIDField()
    institution = serializers.SlugField()
    framework = serializers.CharField()
    state = serializers.CharField()
    title = Texts()
    version = serializers.IntegerField()
    assured_until = serializers.DateField(allow_null=True)
    review_on = serializers.DateField(allow_null=True)


class BrokenShape(Shape):
    """A text that would break."""

    activity = serializers.UUIDField()
    institution = serializers.SlugField()
    state = serializers.CharField()
    revision = serializers.CharField()
    violations = ViolationShape(many=True)


class PreviewShape(Shape):
    """What a look at the texts of a route came to."""

    route = serializers.CharField(
        allow_null=True, help_text="The route in force on that day; null if there is none."
    )
    examined = serializers.IntegerField()
    broken = BrokenShape(many=True)
    after = serializers.UUIDField(
        allow_null=True, help_text="Ask again with it for the texts that follow; null at the end."
    )


class RuleChangeShape(Shape):
    """A route whose first day lies ahead."""

    framework = serializers.CharField()
    route = serializers.CharField()
    name = Texts()
    valid_from = serializers.DateField()
    succeeds = serializers.CharField(allow_null=True)
    schema = serializers.URLField()


class RuleChangesShape(Shape):
    """The rules that are announced."""

    results = RuleChangeShape(many=True)


def ending_json(row: Activity) -> dict[str, Any]:
    """A registered activity, and what of it ends."""
    version = activities.current_version(row)
    return {
        "activity": str(row.pk),
        "institution": row.institution.slug,
        "framework": row.framework,
        "state": row.state,
        "title": version.payload["title"],
        "version": version.number,
        "assured_until": version.assured_until,
        "review_on": version.review_on,
    }


def _asked(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = shape(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


_DAYS = [OpenApiParameter("days", int, description=f"0 to {MAX_DAYS}, by default 90.")]


class Evidence(MemberView):
    """Quality assurance that ends."""

    @extend_schema(responses=many(EndingShape), parameters=[*_DAYS, *CURSOR])
    def get(self, request: Request) -> Response:
        """List what ends within some days in one's frameworks or institutions, the first first."""
        day, days = now().astimezone(UTC).date(), _asked(Days, request)["days"]
        rows = activities.list_assurance_ending(actor_of(request), day=day, days=days)
        return keyset_page(request, rows, ending_json, ("ends_on", "pk"))


class ReviewsDue(MemberView):
    """Reviews that come."""

    @extend_schema(responses=many(EndingShape), parameters=[*_DAYS, *CURSOR])
    def get(self, request: Request) -> Response:
        """List whose review date lies within some days, the first first."""
        day, days = now().astimezone(UTC).date(), _asked(Days, request)["days"]
        rows = activities.list_reviews_due(actor_of(request), day=day, days=days)
        return keyset_page(request, rows, ending_json, ("ends_on", "pk"))


class RulePreview(MemberView):
    """Before rules change: what would break?"""

    @extend_schema(
        responses=PreviewShape,
        parameters=[
            OpenApiParameter("route", str, required=True),
            OpenApiParameter("day", date, required=True),
            OpenApiParameter("after", str),
        ],
    )
    def get(self, request: Request, code: str) -> Response:
        """Hold the texts in preparation of a route against the rules of a day."""
        asked, actor = _asked(PreviewQuestion, request), actor_of(request)
        found = activities.preview_rule_change(framework=code, actor=actor, **asked)
        broken = [
            {
                "activity": str(one.activity.pk),
                "institution": one.activity.institution.slug,
                "state": one.activity.state,
                "revision": one.activity.revision,
                "violations": violations_json(one.violations),
            }
            for one in found.broken
        ]
        return Response(
            {
                "route": found.route,
                "examined": found.examined,
                "broken": broken,
                "after": str(found.after) if found.after else None,
            }
        )


class RuleChanges(PublicView):
    """Rules to come."""

    @extend_schema(
        responses=RuleChangesShape,
        parameters=[OpenApiParameter("from", date, description="By default today.")],
    )
    def get(self, request: Request) -> Response:
        """List the routes whose first day lies ahead, the nearest first."""
        field = serializers.DateField()
        text = request.query_params.get("from")
        day = field.run_validation(text) if text else now().astimezone(UTC).date()
        rows = [
            {
                "framework": frame.code,
                "route": route.code,
                "name": route.name,
                "valid_from": route.valid_from,
                "succeeds": route.succeeds,
                "schema": route.schema_id,
            }
            for frame, route in frameworks.announced(day)
        ]
        return Response({"results": rows})
