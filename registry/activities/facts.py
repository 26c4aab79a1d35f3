"""Rows become facts: a registered version with what the register knows around it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db.models import Max

from registry.activities.models import Activity, ActivityVersion, Decision, Standing
from registry.activities.publication.differences import Difference, differences
from registry.activities.publication.model import (
    AccreditationFact,
    Party,
    Published,
    VersionRef,
    party_named,
)
from registry.activities.selectors import get_public, list_versions, state_on
from registry.activities.selectors.public import PUBLIC_DECISIONS
from registry.common.errors import NotFound
from registry.common.moments import first_moment_after
from registry.issuers.models import Institution
from registry.issuers.selectors import accreditations_in_force, institutions_named
from schemas import frameworks

CHUNK = 200
"""Activities that are read at once: bounds the memory of a whole register."""
MAX_HISTORY = 20
"""Versions and decisions that a page shows."""
_ROLES = ("developer", "certifier", "rating_body")


@dataclass(frozen=True)
class _Around:
    """What a few activities have in common: the time, bodies by slug, versions, accreditations."""

    at: datetime
    bodies: Mapping[str, Party]
    accreditations: Mapping[tuple[uuid.UUID, str], tuple[AccreditationFact, ...]]
    versions: dict[uuid.UUID, tuple[VersionRef, ...]] = field(default_factory=dict)


def published_activity(activity_id: uuid.UUID, *, at: datetime) -> Published:
    """The activity as its current version says. Raises ``NotFound``."""
    return _one(get_public(activity_id), None, at=at)


def published_version(activity_id: uuid.UUID, number: int, *, at: datetime) -> Published:
    """A version as it was registered. Raises ``NotFound``."""
    return _one(get_public(activity_id), number, at=at)


def published_register(*, at: datetime) -> Iterator[tuple[Published, ...]]:
    """Every version of every activity that was ever registered, an activity at a time.

    In the order of the activities' ids, the oldest version first; memory holds one chunk.
    """
    last: uuid.UUID | None = None
    while True:
        rows = Activity.objects.filter(registered_at__isnull=False)
        rows = rows.select_related("institution", "current")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        chunk = list(rows.order_by("pk")[:CHUNK])
        if not chunk:
            return
        last = chunk[-1].pk
        yield from _chunk(chunk, at)


def _chunk(chunk: Sequence[Activity], at: datetime) -> Iterator[tuple[Published, ...]]:
    rows = ActivityVersion.objects.filter(activity__in=chunk).order_by("activity_id", "number")
    by_activity: dict[uuid.UUID, list[ActivityVersion]] = defaultdict(list)
    for row in rows:
        by_activity[row.activity_id].append(row)
    versions_of_all = [row for rows in by_activity.values() for row in rows]
    around = _around(chunk, versions_of_all, at)
    for activity in chunk:
        versions = by_activity[activity.pk]
        # A row between its registration and its first version is never committed.
        if versions:
            around.versions[activity.pk] = _refs(versions)
            yield tuple(
                _published(
                    activity, row, around, row.registered_at, of_version=row is not versions[-1]
                )
                for row in versions
            )


def _one(activity: Activity, number: int | None, *, at: datetime) -> Published:
    versions = list_versions(activity).prefetch_related(None)
    refs = _refs(versions.defer("payload", "warnings"))
    wanted = number if number is not None else max((ref.number for ref in refs), default=0)
    version = versions.filter(number=wanted).first()
    if version is None:
        raise NotFound("There is no such version.")
    around = _around([activity], [version], at)
    around.versions[activity.pk] = refs
    ends = Standing.objects.filter(activity=activity).aggregate(
        begun=Max("valid_from"), ended=Max("valid_until")
    )
    current = activity.current
    last_days = () if current is None else (current.review_on, current.registration_end)
    moments = [*ends.values(), *(day and first_moment_after(day) for day in last_days)]
    changed_at = max((m for m in moments if m and m <= at), default=refs[0].registered_at)
    changed_at = max(changed_at, refs[0].registered_at)
    return _published(activity, version, around, changed_at, of_version=number is not None)


def _around(
    chunk: Sequence[Activity], versions: Sequence[ActivityVersion], at: datetime
) -> _Around:
    names = {name for row in versions for name in _names(row.payload)}
    bodies = {row.slug: _party(row) for row in institutions_named(names)}
    accredited: dict[tuple[uuid.UUID, str], list[AccreditationFact]] = defaultdict(list)
    day = at.astimezone(UTC).date()
    for grant in accreditations_in_force({row.institution_id for row in chunk}, day):
        accredited[grant.institution_id, grant.framework].append(
            AccreditationFact(
                authority=grant.authority.name,
                authority_slug=grant.authority.slug,
                authority_country=grant.authority.country,
                reference=grant.reference,
                fields=tuple(grant.fields),
                valid_from=grant.valid_from,
                valid_until=grant.until,
            )
        )
    return _Around(at, bodies, {key: tuple(rows) for key, rows in accredited.items()})


def _refs(rows: Iterable[ActivityVersion]) -> tuple[VersionRef, ...]:
    refs = (VersionRef(row.number, row.registered_at, bytes(row.digest)) for row in rows)
    return tuple(sorted(refs, key=lambda ref: -ref.number))


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """A version and what it says otherwise than the one before it; the first says nothing."""

    number: int
    registered_at: datetime
    route_version: str
    rules_changed: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class PublicDecision:
    """A decision that everybody may read. Who at the authority made it isn't said."""

    at: datetime
    kind: str
    reasons: str


def version_history(it: Published) -> tuple[VersionChanges, ...]:
    """The versions up to the one shown, the newest first, at most ``MAX_HISTORY``."""
    rows = ActivityVersion.objects.filter(activity_id=it.activity_id, number__lte=it.number)
    newest = list(rows.defer("warnings").order_by("-number")[: MAX_HISTORY + 1])
    pairs = zip_longest(newest, newest[1:])
    return tuple(_version_changes(row, before) for row, before in pairs if row)[:MAX_HISTORY]


def _version_changes(row: ActivityVersion, before: ActivityVersion | None) -> VersionChanges:
    found = differences(before.payload, row.payload) if before else ()
    changed = before is not None and before.route_version != row.route_version
    return VersionChanges(row.number, row.registered_at, row.route_version, changed, found)


def public_decisions(it: Published) -> tuple[PublicDecision, ...]:
    """The decisions that led to what is public, the newest first."""
    rows = Decision.objects.filter(activity_id=it.activity_id, kind__in=PUBLIC_DECISIONS)
    return tuple(
        PublicDecision(row.effective_at, str(row.kind), row.reasons)
        for row in rows.order_by("-decided_at", "-pk")[:MAX_HISTORY]
    )


def _names(payload: Mapping[str, Any]) -> Iterator[str]:
    """The names under which a payload speaks of bodies."""
    yield from payload.get("delivered_by") or ()
    roles = payload.get("roles") or {}
    yield from roles.get("designed_with") or ()
    for name in (payload.get("platform"), *(roles.get(role) for role in _ROLES)):
        if name:
            yield name


def _party(row: Institution) -> Party:
    return Party(
        name=row.legal_name,
        slug=row.slug,
        did=row.did,
        country=row.country,
        homepage=row.homepage,
        registration=row.registration,
        provider_type=row.provider_type,
    )


def _published(
    activity: Activity,
    version: ActivityVersion,
    around: _Around,
    changed_at: datetime,
    *,
    of_version: bool,
) -> Published:
    payload: Mapping[str, Any] = version.payload
    roles = payload.get("roles") or {}
    awarding = _party(activity.institution)

    def body(name: str | None) -> Party | None:
        return (around.bodies.get(name) or party_named(name)) if name else None

    def bodies(names: Iterable[str] | None) -> tuple[Party, ...]:
        return tuple(party for name in names or () if (party := body(name)) is not None)

    return Published(
        base=settings.PUBLIC_URL,
        register=settings.REGISTRY_NAME,
        activity_id=str(activity.pk),
        number=version.number,
        of_version=of_version,
        state=str(state_on(activity, around.at)),
        registered_at=version.registered_at,
        changed_at=changed_at,
        digest=bytes(version.digest),
        framework=frameworks.framework(activity.framework),
        route_version=version.route_version,
        payload=payload,
        warnings=tuple(version.warnings),
        awarding=awarding,
        providers=bodies(payload.get("delivered_by")) or (awarding,),
        versions=around.versions[activity.pk],
        platform=body(payload.get("platform")),
        developer=body(roles.get("developer")),
        certifier=body(roles.get("certifier")),
        rating_body=body(roles.get("rating_body")),
        designed_with=bodies(roles.get("designed_with")),
        accreditations=around.accreditations.get((activity.institution_id, activity.framework), ()),
    )
