"""The step from one state to another, and its trace in the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from registry.activities.lifecycle import TRANSITIONS, Revision, State
from registry.activities.models import Activity
from registry.activities.recorded import recorded
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import StateConflict


def locked(activity_id: uuid.UUID) -> Activity:
    """The activity as it is now; nobody else changes it until this transaction ends."""
    rows = Activity.objects.select_for_update(of=("self",), no_key=True).select_related(
        "institution", "current"
    )
    return rows.get(pk=activity_id)


@transaction.atomic
def move(row: Activity, act: str, actor: Actor, at: datetime, **fields: Any) -> None:
    """Compare-and-swap: of two at once one wins, the other is told. Raises ``StateConflict``.

    ``row`` comes from ``locked`` and is what the act was decided on.
    """
    step, before = TRANSITIONS[act], recorded(row)
    if row.state not in step.states or row.revision not in step.revisions:
        message = "The activity is %(state)s; this can't be done now."
        raise StateConflict(message, params={"state": stands(row)})
    state = step.to_state if step.to_state is not None else row.state
    revision = step.to_revision if step.to_revision is not None else row.revision
    rows = Activity.objects.filter(pk=row.pk, state=row.state, revision=row.revision)
    if not rows.update(state=state, revision=revision, **fields):
        raise StateConflict("Somebody else was faster; look at the activity again.")
    record(row, f"activity.{act}", actor, at, before)


def record(row: Activity, act: str, actor: Actor, at: datetime, before: Mapping[str, Any]) -> None:
    """Enter an act in the audit trail: what it changed of ``before``. ``row`` is read again."""
    row.refresh_from_db()
    subject: tuple[str, uuid.UUID] = ("activity", row.pk)
    after = recorded(row)
    audit.record_change(actor=actor, act=act, subject=subject, at=at, before=before, after=after)


def stands(row: Activity) -> str:
    """Where an activity stands, in words: a value of refusals, which pages translate whole."""
    state = State(row.state).lower()
    if row.revision == Revision.NONE:
        return state
    return f"{state}, its revision {Revision(row.revision).lower()}"
