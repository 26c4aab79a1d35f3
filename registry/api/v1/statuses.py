"""What becomes of a credential after issuing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.base import CURSOR, MemberView, Strict, actor_of, now, page, read
from registry.api.shapes import StatusChangeShape, many
from registry.api.v1.awards import NewRecipient
from registry.awards import changes
from registry.awards import selectors as awards
from registry.awards.facts import RecipientData

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.awards.models import StatusChange


class Why(Strict):
    """Why it is done; the learner is told."""

    reason = serializers.CharField(max_length=40, help_text="A code; the error lists them.")
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=changes.MAX_NOTE
    )


class Correction(Why):
    """The corrected credential; grade and day stay where they aren't given."""

    recipient = NewRecipient()
    grade = serializers.CharField(required=False, allow_blank=True, max_length=60)
    awarded_on = serializers.DateField(required=False)


def change_json(row: StatusChange) -> dict[str, Any]:
    """A change as it is shown."""
    return {
        "number": row.number,
        "kind": row.kind,
        "status": row.standing,
        "reason": row.reason,
        "note": row.note,
        "by": row.actor_name,
        "at": row.at,
        "replacement": str(row.replacement_id) if row.replacement_id else None,
    }


class AwardChanges(MemberView):
    """What happened to a credential."""

    @extend_schema(responses=many(StatusChangeShape), parameters=CURSOR)
    def get(self, request: Request, award_id: uuid.UUID) -> Response:
        """List the changes, newest first."""
        row = awards.get_for(award_id, actor_of(request))
        return page(self, awards.list_changes(row), change_json, ("-number", "-pk"))


class _Act(MemberView):
    act: ClassVar[Callable[..., StatusChange]]

    @extend_schema(request=Why, responses={"201": StatusChangeShape})
    def post(self, request: Request, award_id: uuid.UUID) -> Response:
        """Do it, with a reason."""
        row, asked = awards.get_for_desk(award_id, actor_of(request)), read(Why, request)
        made = type(self).act(award=row, actor=actor_of(request), at=now(), **asked)
        return Response(change_json(made), status=201)


class RevokeAward(_Act):
    """Revoke a credential."""

    act = changes.revoke_award


class SuspendAward(_Act):
    """Suspend a credential."""

    act = changes.suspend_award


class ResumeAward(_Act):
    """Let a suspended credential count again."""

    act = changes.resume_suspended


class SupersedeAward(MemberView):
    """Replace a credential by a corrected one."""

    @extend_schema(request=Correction, responses={"201": StatusChangeShape})
    def post(self, request: Request, award_id: uuid.UUID) -> Response:
        """Issue the corrected credential; old links lead to it and say why."""
        row, asked = awards.get_for_desk(award_id, actor_of(request)), read(Correction, request)
        recipient = RecipientData(**asked.pop("recipient"))
        made = changes.supersede_award(
            award=row, recipient=recipient, actor=actor_of(request), at=now(), **asked
        )
        return Response(change_json(made), status=201)


class UndoChange(MemberView):
    """Take the last change of a credential back."""

    @extend_schema(request=None, responses={"201": StatusChangeShape})
    def post(self, request: Request, award_id: uuid.UUID) -> Response:
        """Within ten minutes; what was replaced can't be undone."""
        row = awards.get_for_desk(award_id, actor_of(request))
        made = changes.undo_change(award=row, actor=actor_of(request), at=now())
        return Response(change_json(made), status=201)
