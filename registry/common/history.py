"""How a thing stood at a time: the fold of its audit events up to then.

A thing's state is a flat mapping of names to JSON values; ``payload/title`` is a member of a
member. An event's ``before`` and ``after`` hold what changed: a name that stands in ``before`` only
was removed. The acts of one thing are folded in the order in which they were entered, up to the
first that lies after the time asked about, so that no act is seen without those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from credentials.encoding import canonicalize
from registry.common.models import AuditEvent

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Trace:
    """An act: who, when, what. ``by`` is a name, never an address; ``None`` where it is hidden."""

    sequence: int
    act: str
    at: datetime
    by: str | None
    by_id: str | None


@dataclass(frozen=True)
class State:
    """A thing as it stood: its values, the last act, and the act that gave each value."""

    values: Values
    last: Trace
    since: Mapping[str, Trace] = field(default_factory=dict)

    def nested(self) -> dict[str, Any]:
        """The values with the members of members put back into their places."""
        return nested(self.values)


def patch(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an event keeps of two states: what was there and is no more, what is there now."""
    names = [name for name in {**before, **after} if not _same(name, before, after)]
    old = {name: before[name] for name in names if name in before}
    return old, {name: after[name] for name in names if name in after}


def _same(name: str, before: Values, after: Values) -> bool:
    # As JSON and not as Python: there true is 1, here it isn't.
    there = name in before and name in after
    return there and canonicalize(before[name]) == canonicalize(after[name])


def flat(values: Mapping[str, Any], *parts: str) -> dict[str, Any]:
    """A state with the members of each of ``parts`` named by a path, for smaller patches."""
    found = {name: value for name, value in values.items() if name not in parts}
    for part in parts:
        found |= {f"{part}/{name}": value for name, value in values[part].items()}
    return found


def nested(values: Values) -> dict[str, Any]:
    """The opposite of ``flat``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        part, slash, member = name.partition("/")
        if slash:
            found.setdefault(part, {})[member] = value
        else:
            found[name] = value
    return found


def fold(events: Iterable[AuditEvent], at: datetime) -> State | None:
    """The state after the events up to ``at``; ``None`` before the first."""
    values: dict[str, Any] = {}
    since: dict[str, Trace] = {}
    last: Trace | None = None
    for event in events:
        if event.at > at:
            break
        last = trace(event)
        for name in event.before or {}:
            values.pop(name, None)
            since.pop(name, None)
        for name, value in (event.after or {}).items():
            values[name], since[name] = value, last
    return State(values, last, since) if last is not None else None


def trace(event: AuditEvent) -> Trace:
    """Who did what, when."""
    actor = str(event.actor_id) if event.actor_id else None
    return Trace(event.sequence, event.act, event.at, event.actor_name, actor)


def events_of(subject_type: str, subject_id: object) -> QuerySet[AuditEvent]:
    """All acts on one thing, in the order in which they were entered."""
    rows = AuditEvent.objects.filter(subject_type=subject_type, subject_id=str(subject_id))
    return rows.order_by("sequence")


def state_at(subject_type: str, subject_id: object, at: datetime) -> State | None:
    """How a thing stood at a time; ``None`` if nothing was known of it then.

    It asks nobody's permission: ``registry.history`` says who may see what.
    """
    return fold(events_of(subject_type, subject_id).iterator(), at)
