"""What an activity is part of, needs and replaces; what its parts add up to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import PublicView, actor_of, now
from registry.api.shapes import AnyObject, Shape, Texts
from registry.common.errors import BadInput
from registry.pathways.offers import Offer
from registry.pathways.selectors import Pathway, Step, get_pathway
from registry.pathways.stacking import Held, Stack, Statement, unit_of
from registry.pathways.words import sentence
from schemas.numbers import plain_or_none


class OfferLevelShape(Shape):
    """The level of an activity."""

    national = serializers.CharField(allow_null=True)
    eqf = serializers.IntegerField(allow_null=True)


class AcceptsShape(Shape):
    """What an activity takes in."""

    max_age_months = serializers.IntegerField(allow_null=True)
    min_percent_at_level = serializers.IntegerField(allow_null=True)


class OfferShape(Shape):
    """An activity as a part or a whole."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    version = serializers.IntegerField()
    title = Texts()
    institution = Texts()
    framework = serializers.CharField()
    route = serializers.CharField()
    state = serializers.CharField()
    credits = serializers.FloatField(allow_null=True)
    credit_system = serializers.CharField(allow_null=True, allow_blank=True)
    hours = serializers.FloatField(allow_null=True)
    level = OfferLevelShape()
    accepts = AcceptsShape()


class StepShape(Shape):
    """A link: to an activity of this register, or to an address elsewhere."""

    type = serializers.ChoiceField(
        choices=["component_of", "stackable_towards", "requires", "supersedes"]
    )
    depth = serializers.IntegerField()
    from_ = serializers.UUIDField()
    activity = OfferShape(allow_null=True)
    address = serializers.CharField(allow_null=True)
    enforced = serializers.BooleanField()


class FactShape(Shape):
    """A rule of the framework, and where it was read."""

    value = serializers.JSONField()
    verified = serializers.BooleanField()
    sources = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField(allow_null=True, allow_blank=True)


class StatementShape(Shape):
    """Something that is said of a stack, by its code."""

    code = serializers.CharField()
    params = AnyObject()
    activities = serializers.ListField(child=serializers.UUIDField())
    message = serializers.CharField()


class HeldShape(Shape):
    """A part that counts."""

    activity = serializers.UUIDField()
    version = serializers.IntegerField()
    title = Texts()
    credits = serializers.FloatField(allow_null=True)
    credit_system = serializers.CharField(allow_null=True, allow_blank=True)
    hours = serializers.FloatField(allow_null=True)
    awarded_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)


class LeftOutShape(HeldShape):
    """A part that doesn't count, and why."""

    because = StatementShape()


class StackShape(Shape):
    """What parts add up to."""

    complete = serializers.BooleanField(allow_null=True)
    credits = serializers.DictField(child=serializers.FloatField())
    hours = serializers.FloatField(allow_null=True)
    without_hours = serializers.IntegerField()
    at_level_or_above = serializers.FloatField(allow_null=True)
    level_not_comparable = serializers.FloatField(allow_null=True)
    counted = HeldShape(many=True)
    left_out = LeftOutShape(many=True)
    overlaps = StatementShape(many=True)
    notes = StatementShape(many=True)
    missing = StatementShape(many=True)


class PathwayShape(Shape):
    """What an activity is part of, needs and replaces; what its parts add up to."""

    activity = OfferShape()
    measured_in = serializers.CharField(allow_null=True, allow_blank=True)
    part_of = StepShape(many=True)
    requires = StepShape(many=True)
    supersedes = StepShape(many=True)
    superseded_by = StepShape(many=True)
    parts = StepShape(many=True)
    more_parts = serializers.BooleanField()
    rules = serializers.DictField(child=FactShape())
    all_parts = StackShape(allow_null=True)
    mine = StackShape(allow_null=True)
    taken = StackShape(allow_null=True)


class ActivityPathway(PublicView):
    """The pathway of an activity."""

    @extend_schema(
        responses=PathwayShape,
        parameters=[
            OpenApiParameter("mine", bool, description="add up what the token's owner holds"),
            OpenApiParameter("take", uuid.UUID, many=True, description="parts to take in thought"),
        ],
    )
    def get(self, request: Request, activity_id: uuid.UUID) -> Response:
        """Links both ways, and what is still missing towards the whole."""
        mine = request.query_params.get("mine", "") in ("1", "true")
        if mine and not request.user.is_authenticated:
            self.permission_denied(request)
        found = get_pathway(
            activity_id,
            at=now(),
            learner=actor_of(request) if mine else None,
            take=[_uuid(value) for value in request.query_params.getlist("take")],
        )
        # What somebody holds stays between them and us.
        kept = "private, no-store" if mine else "public, max-age=60"
        return Response(pathway_json(found), headers={"Cache-Control": kept})


def _uuid(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError as error:
        message = "take names activities by their identifiers."
        raise BadInput(message, params={"field": "take"}) from error


def pathway_json(found: Pathway) -> dict[str, Any]:
    """A pathway; a stack is ``null`` where there is nothing to add up or nobody asked."""
    return {
        "activity": _offer(found.offer),
        "measured_in": unit_of(found.offer),
        "part_of": [_step(step) for step in found.part_of],
        "requires": [_step(step) for step in found.requires],
        "supersedes": [_step(step) for step in found.supersedes],
        "superseded_by": [_step(step) for step in found.superseded_by],
        "parts": [_step(step) for step in found.parts],
        "more_parts": found.more_parts,
        "rules": {
            name: {
                "value": fact.value,
                "verified": fact.verified,
                "sources": [source.url for source in fact.sources],
                "note": fact.note,
            }
            for name, fact in found.facts.items()
        },
        "all_parts": _stack(found.all_parts),
        "mine": _stack(found.mine),
        "taken": _stack(found.taken),
    }


def _step(step: Step) -> dict[str, Any]:
    ours = None if step.offer is None else _offer(step.offer)
    return {
        "type": step.kind.lower(),
        "depth": step.depth,
        "from": str(step.source),
        "activity": ours,
        "address": step.address or None,
        # Nobody here can look elsewhere: such a link is shown, not enforced.
        "enforced": step.offer is not None and step.kind == "REQUIRES",
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "id": str(offer.activity),
        "url": f"{settings.PUBLIC_URL}/activities/{offer.activity}",
        "version": offer.version,
        "title": offer.title,
        "institution": offer.institution,
        "framework": offer.framework,
        "route": offer.route,
        "state": offer.state,
        "credits": plain_or_none(offer.size.credits),
        "credit_system": offer.size.system,
        "hours": plain_or_none(offer.size.hours),
        "level": {"national": offer.level.national or None, "eqf": offer.level.eqf},
        "accepts": {
            "max_age_months": offer.max_age_months,
            "min_percent_at_level": offer.min_percent_at_level,
        },
    }


def _stack(found: Stack | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "complete": found.complete,
        "credits": {system: plain_or_none(amount) for system, amount in found.credits.items()},
        "hours": plain_or_none(found.hours),
        "without_hours": found.without_hours,
        "at_level_or_above": plain_or_none(found.at_level),
        "level_not_comparable": found.not_comparable,
        "counted": [_held(row) for row in found.counted],
        "left_out": [{**_held(row), "because": _said(why)} for row, why in found.left_out],
        "overlaps": [_said(one) for one in found.overlaps],
        "notes": [_said(one) for one in found.notes],
        "missing": [_said(one) for one in found.missing],
    }


def _held(row: Held) -> Mapping[str, Any]:
    return {
        "activity": str(row.offer.activity),
        "version": row.offer.version,
        "title": row.offer.title,
        "credits": plain_or_none(row.offer.size.credits),
        "credit_system": row.offer.size.system,
        "hours": plain_or_none(row.offer.size.hours),
        "awarded_on": row.awarded_on,
        "valid_until": row.valid_until,
    }


def _said(statement: Statement) -> dict[str, Any]:
    return {
        "code": statement.code,
        "params": dict(statement.params),
        "activities": [str(one) for one in statement.activities],
        "message": sentence(statement),
    }
