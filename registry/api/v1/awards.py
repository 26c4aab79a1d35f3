"""Awards and their credentials."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.activities import selectors as activities
from registry.api.base import CURSOR, MemberView, Strict, actor_of, now, page, read
from registry.api.shapes import AwardShape, many
from registry.awards import selectors as awards
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential

if TYPE_CHECKING:
    from registry.awards.models import Award

CREDENTIAL = "application/vc"


class NewRecipient(Strict):
    """Who earned it."""

    full_name = serializers.CharField(max_length=200, trim_whitespace=False)
    given_name = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    family_name = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=100
    )
    date_of_birth = serializers.DateField(required=False, allow_null=True, default=None)
    email = serializers.EmailField(required=False, allow_blank=True)


class NewAward(Strict):
    """A credential to be issued."""

    activity = serializers.UUIDField()
    recipient = NewRecipient()
    awarded_on = serializers.DateField()
    grade = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    suite = serializers.CharField(required=False, default="eddsa-rdfc-2022", max_length=40)


def award_json(row: Award) -> dict[str, Any]:
    """An award; its credential is served as the stored bytes, at ``credential_url``."""
    return {
        "id": str(row.pk),
        "activity": str(row.version.activity_id),
        "version": row.version.number,
        "institution": row.institution.slug,
        "recipient": row.recipient.full_name,
        "awarded_on": row.awarded_on,
        "issued_at": row.issued_at,
        "suite": row.suite,
        "digest": bytes(row.digest or b"").hex(),
        "credential_url": f"{settings.PUBLIC_URL}/api/v1/awards/{row.pk}/credential",
        "status": awards.standing_of(row),
        "proof_url": f"{settings.PUBLIC_URL}/api/v1/awards/{row.pk}/proof",
    }


class Awards(MemberView):
    """What one's institution awarded."""

    @extend_schema(responses=many(AwardShape), parameters=CURSOR)
    def get(self, request: Request) -> Response:
        """List awards, newest first."""
        rows = awards.list_for_desk(actor_of(request))
        return page(self, rows, award_json, ("-issued_at", "-pk"))

    @extend_schema(
        request=NewAward,
        responses={"201": AwardShape},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """Issue a credential; the same Idempotency-Key gives the same answer."""
        asked, actor = read(NewAward, request), actor_of(request)
        row = award_credential(
            activity=activities.get_for(asked["activity"], actor),
            recipient=RecipientData(**asked["recipient"]),
            awarded_on=asked["awarded_on"],
            grade=asked["grade"],
            suite=asked["suite"],
            idempotency_key=request.headers.get("Idempotency-Key"),
            actor=actor,
            at=now(),
        )
        return Response(award_json(row), status=201)


class AwardDetail(MemberView):
    """One award."""

    @extend_schema(responses=AwardShape)
    def get(self, request: Request, award_id: uuid.UUID) -> Response:
        """Show an award."""
        return Response(award_json(awards.get_for(award_id, actor_of(request))))


class AwardCredential(MemberView):
    """The signed bytes of an award."""

    @extend_schema(responses={(200, CREDENTIAL): bytes})
    def get(self, request: Request, award_id: uuid.UUID) -> HttpResponse:
        """The credential, byte for byte as it was signed."""
        row = awards.get_for(award_id, actor_of(request))
        return HttpResponse(bytes(row.secured or b""), content_type=CREDENTIAL)


class AwardProof(MemberView):
    """An award's proof from the public log."""

    @extend_schema(responses={(200, "text/plain"): bytes})
    def get(self, request: Request, award_id: uuid.UUID) -> HttpResponse:
        """A C2SP tlog-proof; 404 until the log shows the award."""
        row = awards.get_for(award_id, actor_of(request))
        return HttpResponse(awards.proof_for(row), content_type="text/plain; charset=utf-8")
