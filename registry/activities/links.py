"""Typed links between activities: what they may lead to, and that they never lead back.

A link is stated in the payload; the rows of ``ActivityLink`` are those of the versions registered
now. Each of three families goes one way only: *onward* (component of, stackable towards),
*requires* and *supersedes*. The check runs when a draft is checked or submitted, and again when its
version is registered, behind a lock that all writers of links wait for.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from registry.activities.lifecycle import State
from registry.activities.models import Activity, ActivityLink, ActivityVersion, LinkGate
from registry.common.errors import DomainError, Kind
from registry.common.texts import pick
from registry.issuers.models import Institution
from schemas import frameworks
from schemas.frameworks import Fact
from schemas.rules.case import finding
from schemas.validation import Violation

LINK = ActivityLink.Kind
ONWARD = frozenset({LINK.COMPONENT_OF, LINK.STACKABLE_TOWARDS})
REQUIRES = frozenset({LINK.REQUIRES})
SUPERSEDES = frozenset({LINK.SUPERSEDES})
FAMILIES = (ONWARD, REQUIRES, SUPERSEDES)
MAX_VISITED = 5_000
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class LinksNotAcceptable(DomainError):
    """The links can't be registered as things stand now; ``violations`` say which and why."""

    kind = Kind.CONFLICT
    code = "links_not_acceptable"


@dataclass(frozen=True)
class StatedLink:
    """A link of a payload: its place there, and what it leads to (one of the two)."""

    index: int
    kind: ActivityLink.Kind
    target: uuid.UUID | None
    address: str

    @property
    def pointer(self) -> str:
        """Where it stands (RFC 6901)."""
        return f"/links/{self.index}"


def stated_links(payload: Mapping[str, Any]) -> tuple[StatedLink, ...]:
    """The links of a payload, as far as they are of their shape; the schema tells of the others.

    Our own addresses are read as what they name: a circle can't hide behind one.
    """
    rows = payload.get("links")
    found = []
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        kind = row.get("type") if isinstance(row, dict) else None
        value = row.get("activity") if isinstance(row, dict) else None
        known = isinstance(kind, str) and kind.islower() and kind.upper() in LINK.values
        if known and isinstance(value, str):
            target = _own(value)
            address = "" if target else value
            found.append(StatedLink(index, LINK(str(kind).upper()), target, address))
    return tuple(found)


def _own(value: str) -> uuid.UUID | None:
    ours = re.escape(settings.PUBLIC_URL)
    match = re.fullmatch(rf"(?:(?:{ours}/(?:api/v1/)?activities/)|urn:uuid:)?({_UUID})/?", value)
    return uuid.UUID(match[1]) if match else None


def link_violations(
    institution: Institution,
    payload: Mapping[str, Any],
    *,
    activity_id: uuid.UUID | None = None,
    registering: bool = False,
) -> tuple[Violation, ...]:
    """What is wrong with the links of an activity; at most a handful of queries.

    A target that is still a draft of the same institution is a warning before registration and an
    error at it: first what a link leads to is registered, then what leads there.
    """
    stated = stated_links(payload)
    if not stated:
        return ()
    ids = {link.target for link in stated if link.target}
    targets = {row.pk: row for row in Activity.objects.defer("payload").filter(pk__in=ids)}
    found: list[Violation] = [*_twice(stated)]
    for link in stated:
        if link.target is None:
            continue
        if link.target == activity_id:
            message = "An activity can't lead to itself."
            found.append(Violation("link_to_itself", link.pointer, message))
            continue
        found += _target(link, targets.get(link.target), institution, registering=registering)
    if activity_id is not None:
        for family in FAMILIES:
            found += _circle(activity_id, [link for link in stated if link.kind in family], family)
    return tuple(found)


def _twice(stated: Iterable[StatedLink]) -> Iterator[Violation]:
    seen = set()
    for link in stated:
        key = (link.kind, link.target, link.address)
        if key in seen:
            message = "This link stands twice; say it once."
            yield Violation("link_stated_twice", link.pointer, message)
        seen.add(key)


def _target(
    link: StatedLink, row: Activity | None, institution: Institution, *, registering: bool
) -> Iterator[Violation]:
    place, own = f"{link.pointer}/activity", row and row.institution_id == institution.pk
    # Another institution's draft looks like nothing at all.
    if row is None or (row.registered_at is None and not own):
        yield Violation("link_target_unknown", place, "There is no such activity in this register.")
        return
    if row.registered_at is None:
        message = "What this leads to isn't registered yet; it has to be registered first."
        yield Violation(
            "link_target_not_registered", place, message, "error" if registering else "warning"
        )
    elif link.kind == LINK.SUPERSEDES and not own:
        message = "An institution replaces its own activities only."
        yield Violation("link_supersedes_anothers", place, message)
    elif link.kind in ONWARD and row.state == State.ENDED:
        message = "What this counts towards has ended; nobody can complete it any more."
        yield Violation("link_target_ended", place, message)
    elif link.kind != LINK.SUPERSEDES and row.state in (State.SUSPENDED, State.ENDED):
        message = f"What this leads to is {State(row.state).lower()} at the moment."
        params = {"state": State(row.state).lower()}
        yield Violation("link_target_not_open", place, message, "warning", params=params)
    if link.kind in ONWARD:
        yield from _divisible(row, place)


def _divisible(row: Activity, place: str) -> Iterator[Violation]:
    fact = stacking_facts(row.framework, row.route).get("divisible")
    if fact is not None and fact.value is False:
        message = (
            "Awards on the route of that activity are earned whole; nothing counts towards it."
        )
        yield finding(fact, "link_whole_indivisible", place, message)


def stacking_facts(framework: str, route: str) -> dict[str, Fact]:
    """What the newest rules of a route say about stacking, by name."""
    routes = [r for r in frameworks.framework(framework).routes if r.code == route]
    return routes[-1].stacking.facts if routes else {}


def _circle(
    activity_id: uuid.UUID, links: list[StatedLink], family: frozenset[ActivityLink.Kind]
) -> Iterator[Violation]:
    pointers = {link.target: link.pointer for link in links if link.target}
    pointers.pop(activity_id, None)
    path, whole = _way_back(activity_id, pointers, family)
    if path:
        yield _circle_found(activity_id, path, pointers[path[0]])
    elif not whole:
        message = "Too many activities hang together here to look for a circle; link to fewer."
        yield Violation("links_too_many", "/links", message)


def _way_back(
    end: uuid.UUID, starts: Iterable[uuid.UUID], family: frozenset[ActivityLink.Kind]
) -> tuple[list[uuid.UUID], bool]:
    """The shortest way from ``starts`` to ``end`` (empty: none), and whether all was looked at.

    Nearest first, one query a step, ``MAX_VISITED`` activities at most.
    """
    parents: dict[uuid.UUID, uuid.UUID | None] = dict.fromkeys(starts)
    frontier = list(parents)
    while frontier and len(parents) < MAX_VISITED:
        rows = ActivityLink.objects.filter(
            source_id__in=frontier, kind__in=family, target__isnull=False
        ).values_list("source_id", "target_id")
        frontier = []
        for source, target in rows[:MAX_VISITED]:
            if target == end:
                return _steps(source, parents), True
            if target is not None and target not in parents:
                parents[target] = source
                frontier.append(target)
    return [], not frontier


def _steps(last: uuid.UUID, parents: Mapping[uuid.UUID, uuid.UUID | None]) -> list[uuid.UUID]:
    path, step = [last], parents[last]
    while step is not None:
        path.append(step)
        step = parents[step]
    return path[::-1]


def _circle_found(activity_id: uuid.UUID, path: list[uuid.UUID], pointer: str) -> Violation:
    names = titles(path)
    words = " → ".join(f"“{names.get(step, step)}”" for step in path)
    message = f"This closes a circle: this activity → {words} → this activity."
    steps = " ".join(str(step) for step in (activity_id, *path, activity_id))
    return Violation("links_circle", pointer, message, params={"path": steps, "by": words})


def titles(ids: Iterable[uuid.UUID], language: str = "en") -> dict[uuid.UUID, str]:
    """The titles under which activities are registered now, without what else they say."""
    rows = ActivityVersion.objects.filter(activity_id__in=set(ids)).order_by("number")
    found = rows.values_list("activity_id", "payload__title")
    return {key: pick(title or {}, language)[0] for key, title in found}


@transaction.atomic
def require_links(activity: Activity) -> None:
    """Hold the links of a text that is about to be registered against the register as it is.

    Raises ``LinksNotAcceptable``. Of two activities that would close a circle together, the second
    to come here waits at the gate, until the transaction of the first ends, and sees its links.
    """
    if not stated_links(activity.payload):
        return
    LinkGate.objects.get_or_create(name="links")
    LinkGate.objects.select_for_update().get(name="links")
    found = link_violations(
        activity.institution, activity.payload, activity_id=activity.pk, registering=True
    )
    errors = [violation for violation in found if violation.severity == "error"]
    if errors:
        raise LinksNotAcceptable(errors[0].message, violations=errors)


def record_links(version: ActivityVersion) -> None:
    """Enter the links of a version that is being registered, in place of the one before."""
    activity, stated = version.activity, stated_links(version.payload)
    ActivityLink.objects.filter(source=activity).delete()
    ActivityLink.objects.bulk_create(
        ActivityLink(
            source=activity,
            version=version,
            kind=link.kind,
            target_id=link.target,
            address=link.address,
        )
        for link in stated
    )
