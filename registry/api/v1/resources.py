"""The catalogue's resources, the desk's and the learner's. A long file: one short view a verb.

Each view translates in, makes one domain call and translates out.
"""

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
from registry.activities import services as activity_services
from registry.api.base import MemberView, PublicView, Strict, actor_of, now, page, read
from registry.api.problems import violations_json
from registry.awards import selectors as awards
from registry.awards.facts import RecipientData
from registry.awards.services import award_credential
from registry.common.errors import NotFound
from registry.issuers import selectors as issuers
from registry.sharing import selectors as shares
from registry.sharing import services as share_services
from schemas import frameworks

if TYPE_CHECKING:
    from registry.activities.models import Activity, ActivityVersion
    from registry.awards.models import Award
    from registry.sharing.models import Share


ANY = {"200": dict}
CREDENTIAL = "application/vc"


# --- shapes ---------------------------------------------------------------------------------------


class Draft(Strict):
    """A new draft."""

    institution = serializers.SlugField()
    framework = serializers.CharField(max_length=40)
    route = serializers.CharField(max_length=60)
    payload = serializers.DictField()


class Payload(Strict):
    """Another text for a draft."""

    payload = serializers.DictField()


class Decision(Strict):
    """A decision on an activity."""

    activity = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=["REGISTER", "RETURN"])
    reasons = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)


class RecipientShape(Strict):
    """Who earned it."""

    full_name = serializers.CharField(max_length=200, trim_whitespace=False)
    given_name = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    family_name = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=100
    )
    date_of_birth = serializers.DateField(required=False, allow_null=True, default=None)
    email = serializers.EmailField(required=False, allow_blank=True, default="")


class NewAward(Strict):
    """A credential to be issued."""

    activity = serializers.UUIDField()
    recipient = RecipientShape()
    awarded_on = serializers.DateField()
    grade = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    suite = serializers.CharField(required=False, default="eddsa-rdfc-2022", max_length=40)


class NewShare(Strict):
    """A link to be given out."""

    award = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    purpose = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


# --- rows as JSON ---------------------------------------------------------------------------------


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
    }


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


# --- views ----------------------------------------------------------------------------------------


class Institutions(PublicView):
    """Institutions of the registry."""

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        """List institutions."""
        return page(self, issuers.list_institutions(), institution_json, ("slug",))


class InstitutionDetail(PublicView):
    """One institution."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        """Show an institution."""
        return Response(institution_json(issuers.get_institution(slug)))


class Frameworks(PublicView):
    """National frameworks."""

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        """List frameworks."""
        return Response({"results": [framework_json(frame) for frame in frameworks.frameworks()]})


class FrameworkDetail(PublicView):
    """One framework."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, code: str) -> Response:
        """Show a framework."""
        try:
            return Response(framework_json(frameworks.framework(code)))
        except KeyError as error:
            raise NotFound("There is no such framework.") from error


class Activities(PublicView):
    """The catalogue, and new drafts."""

    @extend_schema(
        responses=ANY,
        parameters=[
            OpenApiParameter("q", str), OpenApiParameter("framework", str),
            OpenApiParameter("institution", str), OpenApiParameter("cursor", str),
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

    @extend_schema(request=Draft, responses={"201": dict})
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

    @extend_schema(responses=ANY)
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Show a registered activity, or one's own draft."""
        if request.user.is_authenticated:
            return Response(activity_json(activities.get_for(activity_id, actor_of(request))))
        return Response(activity_json(activities.get_public(activity_id)))

    @extend_schema(request=Payload, responses=ANY)
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

    @extend_schema(responses=ANY)
    def get(self, request: Request, activity_id: uuid.UUID, number: int) -> Response:
        """Show a version as it was registered."""
        return Response(version_json(activities.get_version(activity_id, number)))


class ActivityCheck(MemberView):
    """Hold a draft against its framework, without submitting it."""

    @extend_schema(request=None, responses=ANY)
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

    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Submit a draft."""
        actor = actor_of(request)
        row = activities.get_for(activity_id, actor)
        warnings = activity_services.submit_activity(activity=row, actor=actor, at=now())
        row.refresh_from_db()
        return Response({**activity_json(row), "violations": violations_json(warnings)})


class Reviews(MemberView):
    """What waits for the reviewer's decision."""

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        """List the queue, oldest first."""
        rows = activities.list_for_review(actor_of(request))
        return page(self, rows, activity_json, ("submitted_at", "pk"))

    @extend_schema(request=Decision, responses={"201": dict})
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


class Awards(MemberView):
    """What one's institution awarded."""

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        """List awards, newest first."""
        rows = awards.list_for_desk(actor_of(request))
        return page(self, rows, award_json, ("-issued_at", "-pk"))

    @extend_schema(
        request=NewAward,
        responses={"201": dict},
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

    @extend_schema(responses=ANY)
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


class Shares(MemberView):
    """The learner's own links."""

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        """List links, newest first."""
        rows = shares.list_for_learner(actor_of(request))
        return page(self, rows, share_json, ("-created_at", "-pk"))

    @extend_schema(request=NewShare, responses={"201": dict})
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
