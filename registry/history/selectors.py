"""The state of any thing at any time, and the acts on it, for those who may see them.

What is registered is public: its state, its versions and the decisions of the authority. Texts in
preparation, awards, links and memberships are for those who may see the thing itself. Unknown and
hidden look the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from registry.accounts import selectors as accounts
from registry.activities import selectors as activities
from registry.awards import selectors as awards
from registry.common import history
from registry.common.actors import Actor
from registry.common.errors import NotFound
from registry.sharing import selectors as shares

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from registry.common.models import AuditEvent

_PUBLIC_STATES = frozenset({"REGISTERED", "SUSPENDED", "ENDED"})


@dataclass(frozen=True)
class Sight:
    """What of a history may be seen: these acts and these values; ``None`` is everything.

    ``nameless`` acts are shown without the person: staff of an institution isn't the public's.
    """

    acts: frozenset[str] | None = None
    values: frozenset[str] | None = None
    nameless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """An act as it is shown: who, when, from what to what."""

    trace: history.Trace
    before: Mapping[str, Any]
    after: Mapping[str, Any]


EVERYTHING = Sight()
OF_REGISTERED = Sight(
    acts=frozenset(
        {
            "activity.register",
            "activity.register_revision",
            "activity.suspend",
            "activity.resume",
            "activity.end",
        }
    ),
    values=frozenset(
        {
            "institution",
            "framework",
            "route",
            "state",
            "registered_at",
            "version",
            "digest",
            "route_version",
            "review_on",
            "registration_end",
            "last_achievement",
        }
    ),
    nameless=frozenset({"activity.end"}),
)


def state_for(
    subject_type: str, subject_id: uuid.UUID, at: datetime, actor: Actor | None
) -> history.State:
    """How a thing stood at a time, as far as the actor may see it. Raises ``NotFound``."""
    sight = sight_of(subject_type, subject_id, actor)
    found = history.state_at(subject_type, subject_id, at)
    if found is None or (sight.values is not None and not _was_public(found)):
        raise NotFound("Nothing is known of such a thing at that time.")
    return found if sight.values is None else _cut(subject_type, subject_id, at, found, sight)


def events_for(
    subject_type: str, subject_id: uuid.UUID, actor: Actor | None
) -> tuple[QuerySet[AuditEvent], Sight]:
    """The acts on a thing that the actor may see, and how. Raises ``NotFound``."""
    sight = sight_of(subject_type, subject_id, actor)
    rows = history.events_of(subject_type, subject_id)
    if sight.acts is not None:
        rows = rows.filter(act__in=sight.acts)
    if not rows.exists():
        raise NotFound("There is no such thing.")
    return rows, sight


def entry(event: AuditEvent, sight: Sight) -> Entry:
    """An act as it is shown to one who sees this much."""
    trace = _shown(history.trace(event), sight)
    return Entry(trace, _seen(event.before or {}, sight), _seen(event.after or {}, sight))


def sight_of(subject_type: str, subject_id: uuid.UUID, actor: Actor | None) -> Sight:
    """How much of a thing's history the actor may see. Raises ``NotFound`` for nothing at all."""
    look = SIGHTS.get(subject_type)
    if look is None:
        raise NotFound("There is no such thing.")
    if actor is not None and actor.user_id is None:
        return EVERYTHING
    return look(subject_id, actor)


def _was_public(found: history.State) -> bool:
    return found.values.get("state") in _PUBLIC_STATES


def _cut(
    subject_type: str, subject_id: uuid.UUID, at: datetime, found: history.State, sight: Sight
) -> history.State:
    """The public part; what a hidden act gave is public since the registration."""
    public = [
        history.trace(event)
        for event in history.events_of(subject_type, subject_id)
        if event.at <= at
        and event.sequence <= found.last.sequence
        and event.act in (sight.acts or ())
    ]
    since = {
        name: _shown(trace if trace.act in (sight.acts or ()) else public[0], sight)
        for name, trace in found.since.items()
        if name in (sight.values or ())
    }
    return history.State(_seen(found.values, sight), _shown(public[-1], sight), since)


def _seen(values: Mapping[str, Any], sight: Sight) -> Mapping[str, Any]:
    if sight.values is None:
        return values
    return {name: value for name, value in values.items() if name in sight.values}


def _shown(trace: history.Trace, sight: Sight) -> history.Trace:
    return replace(trace, by=None, by_id=None) if trace.act in sight.nameless else trace


def _everybody(subject_id: uuid.UUID, actor: Actor | None) -> Sight:
    return EVERYTHING


def _activity(subject_id: uuid.UUID, actor: Actor | None) -> Sight:
    _row, inside = activities.get_visible(subject_id, actor)
    return EVERYTHING if inside else OF_REGISTERED


def _award(subject_id: uuid.UUID, actor: Actor | None) -> Sight:
    awards.get_for(subject_id, _somebody(actor))
    return EVERYTHING


def _share(subject_id: uuid.UUID, actor: Actor | None) -> Sight:
    shares.get_share(subject_id, _somebody(actor))
    return EVERYTHING


def _own(subject_type: str) -> Callable[[uuid.UUID, Actor | None], Sight]:
    def look(subject_id: uuid.UUID, actor: Actor | None) -> Sight:
        if not accounts.may_see(subject_type, subject_id, _somebody(actor)):
            raise NotFound("There is no such thing.")
        return EVERYTHING

    return look


def _somebody(actor: Actor | None) -> Actor:
    if actor is None:
        raise NotFound("There is no such thing.")
    return actor


SIGHTS: Mapping[str, Callable[[uuid.UUID, Actor | None], Sight]] = {
    "activity": _activity,
    "institution": _everybody,
    "organisation": _everybody,
    "accreditation": _everybody,
    "key": _everybody,
    "award": _award,
    "share": _share,
    "membership": _own("membership"),
    "user": _own("user"),
    "api_token": _own("api_token"),
}
