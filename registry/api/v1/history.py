"""How a thing stood at a time, and the acts on it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import CURSOR, PublicView, asking, now, page
from registry.api.shapes import AnyObject, Shape, many
from registry.history import selectors as history

if TYPE_CHECKING:
    from registry.common.history import Trace
    from registry.common.models import AuditEvent


class When(serializers.Serializer[Any]):
    """Which time is asked about."""

    at = serializers.DateTimeField(required=False)


class TraceShape(Shape):
    """An act: who, when, what."""

    sequence = serializers.IntegerField()
    act = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)


class StateShape(Shape):
    """A thing as it stood: its values, and the act that gave each."""

    type = serializers.CharField()
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    state = AnyObject()
    since = serializers.DictField(child=TraceShape())
    last = TraceShape()


class EventShape(TraceShape):
    """An act on a thing: what was, and what is since."""

    before = AnyObject()
    after = AnyObject()


def trace_json(trace: Trace) -> dict[str, Any]:
    """An act: who, when, what."""
    return {"sequence": trace.sequence, "act": trace.act, "at": trace.at, "by": trace.by}


class StateAt(PublicView):
    """How a thing stood."""

    @extend_schema(
        responses=StateShape,
        parameters=[OpenApiParameter("at", datetime, description="By default now.")],
    )
    def get(self, request: Request, kind: str, subject_id: uuid.UUID) -> Response:
        """The state of a thing at a time: the fold of the acts up to then."""
        asked = When(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at = asked.validated_data.get("at") or now()
        found = history.state_for(kind, subject_id, at, asking(request))
        return Response(
            {
                "type": kind,
                "id": str(subject_id),
                "at": at,
                "state": found.nested(),
                "since": {name: trace_json(trace) for name, trace in found.since.items()},
                "last": trace_json(found.last),
            }
        )


class Events(PublicView):
    """The acts on a thing."""

    @extend_schema(responses=many(EventShape), parameters=CURSOR)
    def get(self, request: Request, kind: str, subject_id: uuid.UUID) -> Response:
        """List acts, newest first."""
        rows, sight = history.events_for(kind, subject_id, asking(request))

        def show(event: AuditEvent) -> dict[str, Any]:
            one = history.entry(event, sight)
            return {**trace_json(one.trace), "before": one.before, "after": one.after}

        return page(self, rows, show, ("-sequence",))
