"""Accreditations, and the standing of institutions."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.accounts.selectors import get_organisation
from registry.api.base import MemberView, PublicView, Strict, actor_of, now, read
from registry.api.shapes import Shape
from registry.api.v1.reviews import MAX_REASONS, ImpactShape, OptionalReasons, Reasons
from registry.awards import selectors as awards
from registry.issuers import selectors as issuers
from registry.issuers import services as issuer_services

if TYPE_CHECKING:
    from registry.issuers.models import Accreditation, Suspension

_EXAMPLE = {
    "institution": "kalda",
    "authority": "haka",
    "framework": "ee-estqf",
    "levels": ["5"],
    "fields": ["06"],
    "award_types": ["mikrokvalifikatsioon"],
    "reference": "HAKA 12-3/45",
    "valid_from": "2026-01-01",
    "valid_until": "2031-01-01",
}


def _codes(text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=100, help_text=text
    )


class ScopeParts(Strict):
    """What an accreditation covers; an empty list covers everything."""

    levels = _codes("National levels.")
    fields_ = _codes("Beginnings of ISCED-F codes, two to four digits.")
    award_types = _codes("Routes of the framework, or route/class where a route has classes.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The member is called ``fields``, which is what a serializer calls its own."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}


class NewAccreditation(ScopeParts):
    """An accreditation to be granted."""

    institution = serializers.SlugField()
    authority = serializers.SlugField()
    framework = serializers.CharField(max_length=40)
    reference = serializers.CharField(max_length=100)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)


class AccreditationChange(ScopeParts):
    """What is to change from a day on; what isn't named stays."""

    from_day = serializers.DateField()
    reference = serializers.CharField(max_length=100, required=False)
    valid_until = serializers.DateField(required=False, allow_null=True)
    reasons = serializers.CharField(required=False, allow_blank=True, max_length=MAX_REASONS)


class Withdrawal(Strict):
    """From when on an accreditation no longer holds, and why."""

    from_day = serializers.DateField()
    reasons = serializers.CharField(max_length=MAX_REASONS)


class EndShape(Shape):
    """The decision that ended an accreditation."""

    kind = serializers.ChoiceField(choices=["CHANGE", "WITHDRAWAL"])
    ends_on = serializers.DateField()
    reasons = serializers.CharField()
    reviewer = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class AccreditationShape(Shape):
    """An accreditation. ``valid_until`` is the first day on which it no longer holds."""

    id = serializers.UUIDField()
    institution = serializers.SlugField()
    authority = serializers.SlugField()
    framework = serializers.CharField()
    scope = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    reference = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    granted_until = serializers.DateField(allow_null=True, help_text="As it was granted.")
    replaces = serializers.UUIDField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class AccreditationsShape(Shape):
    """The accreditations of an institution."""

    results = AccreditationShape(many=True)


class AccreditationDetailShape(AccreditationShape):
    """An accreditation with what ended it."""

    ends = EndShape(many=True)


class SuspensionShape(Shape):
    """A period in which an institution neither submitted nor awarded."""

    reasons = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)


class SuspensionsShape(Shape):
    """The suspensions of an institution, newest first."""

    results = SuspensionShape(many=True)


def accreditation_json(row: Accreditation) -> dict[str, Any]:
    """An accreditation."""
    return {
        "id": str(row.pk),
        "institution": row.institution.slug,
        "authority": row.authority.slug,
        "framework": row.framework,
        "scope": {
            "levels": row.levels,
            "fields": row.fields,
            "award_types": row.award_types,
        },
        "reference": row.reference,
        "valid_from": row.valid_from,
        "valid_until": row.until,
        "granted_until": row.valid_until,
        "replaces": str(row.replaces_id) if row.replaces_id else None,
        "recorded_at": row.recorded_at,
    }


def _with_ends(row: Accreditation) -> dict[str, Any]:
    ends = [
        {
            "kind": end.kind,
            "ends_on": end.ends_on,
            "reasons": end.reasons,
            "reviewer": end.reviewer_name,
            "recorded_at": end.recorded_at,
        }
        for end in issuers.list_ends(row)
    ]
    return {**accreditation_json(row), "ends": ends}


def suspension_json(row: Suspension) -> dict[str, Any]:
    """A suspension."""
    return {
        "reasons": row.reasons,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


class Accreditations(MemberView):
    """Accreditations are granted here."""

    @extend_schema(
        request=NewAccreditation,
        responses={"201": AccreditationShape},
        examples=[OpenApiExample("For one level and one field", _EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Grant an accreditation."""
        asked = read(NewAccreditation, request)
        row = issuer_services.grant_accreditation(
            institution=issuers.get_institution(asked.pop("institution")),
            authority=get_organisation(asked.pop("authority")),
            actor=actor_of(request),
            at=now(),
            **asked,
        )
        return Response(accreditation_json(row), status=201)


class AccreditationDetail(PublicView):
    """One accreditation."""

    @extend_schema(responses=AccreditationDetailShape)
    def get(self, request: Request, accreditation_id: uuid.UUID) -> Response:
        """Show an accreditation, and the decisions that ended it."""
        return Response(_with_ends(issuers.get_accreditation(accreditation_id)))


class ChangeAccreditation(MemberView):
    """Change an accreditation."""

    @extend_schema(
        request=AccreditationChange,
        responses={"201": AccreditationShape},
        examples=[
            OpenApiExample(
                "One level more from a day on",
                {"from_day": "2026-09-01", "levels": ["5", "6"], "reasons": "Report of May"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, accreditation_id: uuid.UUID) -> Response:
        """End it from a day on, and open the changed one that day."""
        row = issuer_services.change_accreditation(
            accreditation=issuers.get_accreditation(accreditation_id),
            actor=actor_of(request),
            at=now(),
            **read(AccreditationChange, request),
        )
        return Response(accreditation_json(row), status=201)


class WithdrawAccreditation(MemberView):
    """Withdraw an accreditation."""

    @extend_schema(request=Withdrawal, responses={"201": AccreditationDetailShape})
    def post(self, request: Request, accreditation_id: uuid.UUID) -> Response:
        """End it from a day on; what was issued before keeps its value."""
        issuer_services.withdraw_accreditation(
            accreditation=issuers.get_accreditation(accreditation_id),
            actor=actor_of(request),
            at=now(),
            **read(Withdrawal, request),
        )
        return Response(_with_ends(issuers.get_accreditation(accreditation_id)), status=201)


class InForce(serializers.Serializer[Any]):
    """Which accreditations are asked for."""

    on = serializers.DateField(required=False)
    known_at = serializers.DateTimeField(required=False)


class InstitutionAccreditations(PublicView):
    """The accreditations of an institution."""

    @extend_schema(
        responses=AccreditationsShape,
        parameters=[
            OpenApiParameter("on", date, description="What held on that day; else all."),
            OpenApiParameter("known_at", datetime, description="By what was known then."),
        ],
    )
    def get(self, request: Request, slug: str) -> Response:
        """List them, newest first: all, or those in force on a day by what was known at a time."""
        row, asked = issuers.get_institution(slug), InForce(data=request.query_params)
        asked.is_valid(raise_exception=True)
        on, known_at = asked.validated_data.get("on"), asked.validated_data.get("known_at")
        if on is None and known_at is None:
            rows = list(issuers.list_accreditations(row))
        else:
            day = on or known_at.astimezone(UTC).date()
            rows = issuers.accreditations_at(row, day, known_at)
        return Response({"results": [accreditation_json(one) for one in rows]})


class InstitutionSuspensions(PublicView):
    """The suspensions of an institution."""

    @extend_schema(responses=SuspensionsShape)
    def get(self, request: Request, slug: str) -> Response:
        """List suspensions, newest first."""
        rows = issuers.list_suspensions(issuers.get_institution(slug))
        return Response({"results": [suspension_json(row) for row in rows]})


class SuspendInstitution(MemberView):
    """Suspend an institution."""

    @extend_schema(request=Reasons, responses={"201": SuspensionShape})
    def post(self, request: Request, slug: str) -> Response:
        """From now on it neither submits nor awards; what it issued keeps its value."""
        row, asked = issuers.get_institution(slug), read(Reasons, request)
        made = issuer_services.suspend_institution(
            institution=row, actor=actor_of(request), at=now(), **asked
        )
        return Response(suspension_json(made), status=201)


class ResumeInstitution(MemberView):
    """Resume an institution."""

    @extend_schema(request=OptionalReasons, responses={"204": None})
    def post(self, request: Request, slug: str) -> Response:
        """It is in good standing again."""
        row, asked = issuers.get_institution(slug), read(OptionalReasons, request)
        issuer_services.resume_institution(
            institution=row, actor=actor_of(request), at=now(), **asked
        )
        return Response(status=204)


class InstitutionImpact(MemberView):
    """What suspending an institution would touch."""

    @extend_schema(responses=ImpactShape)
    def get(self, request: Request, slug: str) -> Response:
        """Count the credentials that it issued: for itself and its authority."""
        row = issuers.get_institution_for(slug, actor_of(request))
        touched = awards.touched_by_institution(row)
        return Response({"credentials": touched.credentials, "learners": touched.learners})
