"""The audit trail: append-only, hash-chained, written in the act's own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.encoding import canonicalize
from registry.common.actors import Actor
from registry.common.history import patch
from registry.common.models import AuditEvent, ChainHead

START = bytes(32)
_CHAIN = "audit"
_BATCH = 500


@dataclass(frozen=True)
class Act:
    """One act to be entered: its name, what it was done to, and what it changed."""

    name: str
    subject: tuple[str, object]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    @classmethod
    def changing(
        cls,
        name: str,
        subject: tuple[str, object],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> Act:
        """An act by the whole states before and after it."""
        old, new = patch(before, after)
        return cls(name, subject, old, new)


def record(
    *,
    actor: Actor,
    act: str,
    subject: tuple[str, object],
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one act. Call it inside the transaction that does the act."""
    (event,) = _append([_event(actor, Act(act, subject, before, after), at)])
    return event


def record_all(*, actor: Actor, acts: Sequence[Act], at: datetime) -> None:
    """Append many acts in their order, holding the chain no longer than it takes to write them.

    Call it inside the transaction that does the acts.
    """
    _append([_event(actor, act, at) for act in acts])


def _event(actor: Actor, act: Act, at: datetime) -> AuditEvent:
    return AuditEvent(
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        act=act.name,
        subject_type=act.subject[0],
        subject_id=str(act.subject[1]),
        before=act.before,
        after=act.after,
    )


def _append(events: list[AuditEvent]) -> list[AuditEvent]:
    ChainHead.objects.get_or_create(name=_CHAIN, defaults={"digest": START})
    head = ChainHead.objects.select_for_update().get(name=_CHAIN)
    last = bytes(head.digest)
    for event in events:
        event.previous_digest = last
        event.digest = last = digest_of(event)
    AuditEvent.objects.bulk_create(events, batch_size=_BATCH)
    ChainHead.objects.filter(name=_CHAIN).update(digest=last)
    return events


def record_change(
    *,
    actor: Actor,
    act: str,
    subject: tuple[str, object],
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> AuditEvent:
    """Append one act with all that it changed: ``before`` and ``after`` are whole states."""
    old, new = patch(before, after)
    return record(actor=actor, act=act, subject=subject, at=at, before=old, after=new)


def digest_of(event: AuditEvent) -> bytes:
    """SHA-256 of the predecessor's digest and the event in RFC 8785 form."""
    value = {
        "at": event.at.isoformat(),
        "actor": str(event.actor_id),
        "name": event.actor_name,
        "act": event.act,
        "subject": [event.subject_type, event.subject_id],
        "before": event.before,
        "after": event.after,
    }
    return hashlib.sha256(bytes(event.previous_digest) + canonicalize(value)).digest()


def broken_links() -> list[int]:
    """The sequence numbers at which the chain doesn't hold; empty for an honest trail."""
    broken, previous = [], START
    for event in AuditEvent.objects.order_by("sequence").iterator():
        if bytes(event.previous_digest) != previous or digest_of(event) != bytes(event.digest):
            broken.append(event.sequence)
        previous = bytes(event.digest)
    return broken
