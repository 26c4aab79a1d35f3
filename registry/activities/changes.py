"""What became public, in the order of commits: the feed from which another register follows ours.

The trail's sequence numbers are given out under one lock that is held until the commit
(``registry.common.audit``). A reader therefore never sees a number before all smaller ones: a
cursor that has passed a number has passed everything up to it, and nothing is skipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from registry.activities.lifecycle import State
from registry.activities.models import ActivityVersion
from registry.common.errors import DomainError, Kind
from registry.common.models import AuditEvent

MAX_CHANGES = 1000
_NEW_TEXT = frozenset({"activity.register", "activity.register_revision"})
_STATES: Mapping[str, State] = {
    "activity.register": State.REGISTERED,
    "activity.suspend": State.SUSPENDED,
    "activity.resume": State.REGISTERED,
    "activity.end": State.ENDED,
}
_KINDS: Mapping[str, str] = {
    "activity.register": "registered",
    "activity.register_revision": "new_version",
    "activity.suspend": "suspended",
    "activity.resume": "resumed",
    "activity.end": "ended",
}


class CursorAhead(DomainError):
    """The cursor lies beyond the newest act: it is another register's, or of a lost state."""

    kind = Kind.MALFORMED
    code = "cursor_ahead"


@dataclass(frozen=True, slots=True)
class Change:
    """One public act and how the activity stood after it.

    ``version`` is the version in force then; ``digest`` is that version's.
    """

    cursor: int
    at: datetime
    kind: str
    activity_id: str
    version: int
    digest: bytes
    state: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes. ``next`` is where to go on; ``more`` says that there is more already."""

    rows: tuple[Change, ...]
    next: int
    more: bool


def head() -> int:
    """The cursor behind everything that is public by now; 0 in an empty register."""
    return AuditEvent.objects.aggregate(last=Max("sequence"))["last"] or 0


def changes_after(cursor: int, *, limit: int = 100) -> Changes:
    """The next ``limit`` changes (1 to ``MAX_CHANGES``) behind ``cursor``, oldest first.

    Raises ``CursorAhead`` for a cursor that this register never gave out.
    """
    # Read before the page: what is committed in between comes with the next one.
    end = head()
    if not 0 <= cursor <= end:
        raise CursorAhead("This cursor isn't of this register; begin again with a download.")
    limit = min(max(limit, 1), MAX_CHANGES)
    events = list(_public().filter(sequence__gt=cursor, sequence__lte=end)[: limit + 1])
    more = len(events) > limit
    events = events[:limit]
    # Of a page that holds everything, the acts that aren't public are behind the cursor too.
    after = events[-1].sequence if more else end
    return Changes(_changes(events), after, more)


def latest_changes(limit: int) -> tuple[Change, ...]:
    """The newest changes, newest first."""
    return _changes(list(_public().order_by("-sequence")[:limit]))


def _public() -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.filter(subject_type="activity", act__in=sorted(_KINDS))
    return rows.order_by("sequence")


def _changes(events: list[AuditEvent]) -> tuple[Change, ...]:
    """Each event with the version and the state that it led to: folded from the whole history."""
    ids = {event.subject_id for event in events}
    acts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    history = _public().filter(subject_id__in=ids).values_list("subject_id", "sequence", "act")
    for subject, sequence, act in history:
        acts[subject].append((sequence, act))
    digests = {
        (str(activity), number): bytes(digest)
        for activity, number, digest in ActivityVersion.objects.filter(
            activity_id__in=ids
        ).values_list("activity_id", "number", "digest")
    }
    return tuple(_change(event, acts[event.subject_id], digests) for event in events)


def _change(
    event: AuditEvent,
    acts: Iterable[tuple[int, str]],
    digests: Mapping[tuple[str, int], bytes],
) -> Change:
    number, state = 0, State.REGISTERED
    for sequence, act in acts:
        if sequence > event.sequence:
            break
        # Each registering act makes the next version: the n-th of them made number n.
        number += act in _NEW_TEXT
        state = _STATES.get(act, state)
    return Change(
        cursor=event.sequence,
        at=event.at,
        kind="new_version" if event.act in _NEW_TEXT and number > 1 else _KINDS[event.act],
        activity_id=event.subject_id,
        version=number,
        digest=digests[event.subject_id, number],
        state=str(state),
    )


def titles_of(rows: Collection[Change]) -> Mapping[int, Mapping[str, str]]:
    """The title of the version that each change is about, by cursor."""
    versions = ActivityVersion.objects.filter(activity_id__in={row.activity_id for row in rows})
    found: dict[tuple[str, int], Mapping[str, str]] = {
        (str(activity), number): title
        for activity, number, title in versions.values_list(
            "activity_id", "number", "payload__title"
        )
    }
    return {row.cursor: found[row.activity_id, row.version] for row in rows}
