"""The step from one state to another, and its trace in the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.activities.lifecycle import TRANSITIONS, State
from registry.activities.models import Activity, Standing
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import StateConflict


def open_standing(activity: Activity, at: datetime) -> None:
    """From now on it is in force."""
    # A credential's time has whole seconds: what is issued in this second lies in the period.
    Standing.objects.create(activity=activity, valid_from=at.replace(microsecond=0))


def move(activity: Activity, act: str, actor: Actor, at: datetime, **fields: Any) -> None:
    """Compare-and-swap: of two at once one wins, the other is told."""
    sources, target = TRANSITIONS[act]
    before = activity.state
    rows = Activity.objects.filter(pk=activity.pk, state=before, state__in=sources)
    if not rows.update(state=target, **fields):
        current = State(Activity.objects.values_list("state", flat=True).get(pk=activity.pk))
        raise StateConflict(f"The activity is {current.lower()}; this can't be done now.")
    states = ({"state": str(before)}, {"state": target.value})
    record(activity, f"activity.{act}", actor, at, before=states[0], after=states[1])
    activity.refresh_from_db()


def record(
    activity: Activity,
    act: str,
    actor: Actor,
    at: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Enter an act on an activity in the audit trail."""
    subject: tuple[str, uuid.UUID] = ("activity", activity.pk)
    audit.record(actor=actor, act=act, subject=subject, at=at, before=before, after=after)
