"""Many activities at once, as if each were made and submitted by itself; all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from registry.accounts.models import Membership
from registry.activities.lifecycle import State
from registry.activities.models import Activity
from registry.activities.recorded import recorded
from registry.activities.services.texts import acceptable, due_on, require_route, require_storable
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import StateConflict
from registry.common.ids import uuid7
from registry.issuers.models import Institution
from registry.issuers.selectors import suspension_at

ROLE = Membership.Role
_BATCH = 500


def create_activities(
    *,
    institution: Institution,
    framework: str,
    route: str,
    payloads: Sequence[Mapping[str, Any]],
    submit: bool,
    actor: Actor,
    at: datetime,
) -> list[Activity]:
    """A draft of each payload, in their order; with ``submit`` put before the authority at once.

    Everything is judged before the first row is written, so that others wait for the writing only.
    Raises what ``create_draft`` and ``submit_activity`` raise, and then nothing is made.
    """
    actor.require_role(ROLE.REGISTRAR, institution.pk)
    require_route(framework, route, at)
    # In the order of the payloads: ids of one millisecond have none of their own.
    ids = sorted(uuid7() for _payload in payloads)
    drafts = [
        Activity(
            pk=pk,
            institution=institution,
            framework=framework,
            route=route,
            payload=dict(payload),
            created_at=at,
        )
        for pk, payload in zip(ids, payloads, strict=True)
    ]
    for draft in drafts:
        require_storable(draft.payload)
        if submit:
            acceptable(draft, at)
    with transaction.atomic():
        _write(drafts, actor, at)
        if submit:
            _submit(drafts, institution, due_on(framework, route, at), actor, at)
    return drafts


def _write(drafts: Sequence[Activity], actor: Actor, at: datetime) -> None:
    Activity.objects.bulk_create(drafts, batch_size=_BATCH)
    acts = [
        audit.Act.changing("activity.drafted", ("activity", row.pk), {}, recorded(row))
        for row in _read_again(drafts)
    ]
    audit.record_all(actor=actor, acts=acts, at=at)


def _submit(
    drafts: Sequence[Activity], institution: Institution, due: Any, actor: Actor, at: datetime
) -> None:
    if suspension_at(institution, at) is not None:
        raise StateConflict("The institution is suspended and can't submit.")
    before = {row.pk: recorded(row) for row in _read_again(drafts)}
    for start in range(0, len(drafts), _BATCH):
        ids = [row.pk for row in drafts[start : start + _BATCH]]
        rows = Activity.objects.filter(pk__in=ids, state=State.DRAFT)
        rows.update(state=State.SUBMITTED, submitted_at=at, due_on=due)
    acts = []
    for row in _read_again(drafts):
        subject = ("activity", row.pk)
        acts.append(audit.Act.changing("activity.submit", subject, before[row.pk], recorded(row)))
    audit.record_all(actor=actor, acts=acts, at=at)
    for draft in drafts:
        draft.state, draft.submitted_at, draft.due_on = State.SUBMITTED, at, due


def _read_again(drafts: Sequence[Activity]) -> list[Activity]:
    """The rows as the database has them, in the order in which they were given."""
    found: dict[object, Activity] = {}
    for start in range(0, len(drafts), _BATCH):
        ids = [row.pk for row in drafts[start : start + _BATCH]]
        found |= {row.pk: row for row in Activity.objects.filter(pk__in=ids)}
    return [found[draft.pk] for draft in drafts]
