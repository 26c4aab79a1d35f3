"""Accreditations: granted, changed and withdrawn by the authority, as dated rows that stay."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import EllipsisType

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from registry.accounts.models import Membership, Organisation
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, NotAllowed, StateConflict
from registry.issuers import selectors
from registry.issuers.models import Accreditation, AccreditationEnd, Institution
from registry.issuers.recorded import recorded_accreditation
from registry.ledger.services import append_entry
from schemas import frameworks, isced

MAX_REASONS = 5000
MAX_SCOPE = 100
_FIELD = re.compile(r"[0-9]{2,4}")


class AccreditationOverlaps(DomainError):
    """Another accreditation of the same scope holds in that period; ``params`` name it."""

    kind = Kind.CONFLICT
    code = "accreditation_overlaps"


@dataclass(frozen=True)
class Scope:
    """What an accreditation covers; an empty part covers everything."""

    framework: str
    levels: tuple[str, ...]
    fields: tuple[str, ...]
    award_types: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the scope in one form, whatever the order it was written in; 64 letters."""
        parts = [sorted(part) for part in (self.levels, self.fields, self.award_types)]
        return sha256(canonicalize([self.framework, *parts])).hex()


@transaction.atomic
def grant_accreditation(
    *,
    institution: Institution,
    authority: Organisation,
    framework: str,
    reference: str,
    valid_from: date,
    actor: Actor,
    at: datetime,
    levels: Sequence[str] = (),
    fields: Sequence[str] = (),
    award_types: Sequence[str] = (),
    valid_until: date | None = None,
) -> Accreditation:
    """A dated permission by the authority of the framework's country.

    Raises ``AccreditationOverlaps`` where one of the same scope holds in that period.
    """
    actor.require_role(Membership.Role.REVIEWER, authority.pk)
    scope = _scope(framework, levels, fields, award_types)
    country = frameworks.framework(framework).country
    if authority.kind != Organisation.Kind.AUTHORITY or authority.country != country:
        message = "Only the authority of %(country)s accredits for %(framework)s."
        raise NotAllowed(message, params={"country": country, "framework": framework})
    _lock(institution.pk)
    period = (valid_from, valid_until)
    row = _open(institution, authority, scope, reference=reference, period=period, at=at)
    _enter(row, "accreditation.granted", {}, actor, at)
    return row


@transaction.atomic
def change_accreditation(
    *,
    accreditation: Accreditation,
    from_day: date,
    actor: Actor,
    at: datetime,
    levels: Sequence[str] | None = None,
    fields: Sequence[str] | None = None,
    award_types: Sequence[str] | None = None,
    reference: str | None = None,
    valid_until: date | EllipsisType | None = ...,
    reasons: str = "",
) -> Accreditation:
    """Another scope or end from a day on; what isn't given stays. Returns the new accreditation.

    The old one ends on that day and stays readable. Raises ``StateConflict`` if it ended before.
    """
    row = _held(accreditation, from_day, actor, at)
    scope = _scope(
        row.framework,
        row.levels if levels is None else levels,
        row.fields if fields is None else fields,
        row.award_types if award_types is None else award_types,
    )
    end = row.until if isinstance(valid_until, EllipsisType) else valid_until
    named = row.reference if reference is None else reference
    if (scope.digest, end, named) == (row.scope, row.until, row.reference):
        raise BadInput("Nothing would change.")
    _end(row, AccreditationEnd.Kind.CHANGE, from_day, reasons=reasons, actor=actor, at=at)
    new = _open(
        row.institution,
        row.authority,
        scope,
        reference=named,
        period=(from_day, end),
        at=at,
        replaces=row,
    )
    _enter(new, "accreditation.granted", {}, actor, at)
    return new


@transaction.atomic
def withdraw_accreditation(
    *, accreditation: Accreditation, from_day: date, reasons: str, actor: Actor, at: datetime
) -> AccreditationEnd:
    """It ends from a day on, today at the earliest; what was issued before keeps its value."""
    if not reasons.strip():
        raise BadInput("Say why it is withdrawn.", params={"field": "reasons"})
    row = _held(accreditation, from_day, actor, at)
    kind = AccreditationEnd.Kind.WITHDRAWAL
    return _end(row, kind, from_day, reasons=reasons, actor=actor, at=at)


def _held(accreditation: Accreditation, day: date, actor: Actor, at: datetime) -> Accreditation:
    """The accreditation as it is now, its institution locked, if it can end on ``day``."""
    actor.require_role(Membership.Role.REVIEWER, accreditation.authority_id)
    _lock(accreditation.institution_id)
    row = selectors.get_accreditation(accreditation.pk)
    today = at.astimezone(UTC).date()
    if row.until is not None and row.until <= max(today, row.valid_from):
        message = "The accreditation ended on %(day)s."
        raise StateConflict(message, params={"day": str(row.until)})
    if row.until is not None and row.until <= day:
        message = "The accreditation ends on %(day)s already."
        raise StateConflict(message, params={"day": str(row.until)})
    if day < max(today, row.valid_from):
        message = "The day is %(day)s or later: the past isn't changed."
        params = {"field": "from_day", "day": str(max(today, row.valid_from))}
        raise BadInput(message, params=params)
    return row


def _lock(institution_id: uuid.UUID) -> None:
    # All accreditations of one institution wait for one another: no two overlap unseen.
    Institution.objects.select_for_update(no_key=True).get(pk=institution_id)


def _open(
    institution: Institution,
    authority: Organisation,
    scope: Scope,
    *,
    reference: str,
    period: tuple[date, date | None],
    at: datetime,
    replaces: Accreditation | None = None,
) -> Accreditation:
    start, end = period
    if not reference.strip() or len(reference) > 100:
        message = "The reference has 1 to 100 characters."
        raise BadInput(message, params={"field": "reference"})
    if end is not None and end <= start:
        message = "An accreditation ends after it begins."
        raise BadInput(message, params={"field": "valid_until"})
    _require_apart(institution, scope, start, end)
    row = Accreditation.objects.create(
        institution=institution,
        authority=authority,
        framework=scope.framework,
        levels=list(scope.levels),
        fields=list(scope.fields),
        award_types=list(scope.award_types),
        scope=scope.digest,
        reference=reference.strip(),
        valid_from=start,
        valid_until=end,
        replaces=replaces,
        recorded_at=at,
    )
    return selectors.get_accreditation(row.pk)


def _require_apart(institution: Institution, scope: Scope, start: date, end: date | None) -> None:
    for row in selectors.list_accreditations(institution).filter(scope=scope.digest):
        until = row.until
        never = until is not None and until <= row.valid_from
        before = until is not None and until <= start
        after = end is not None and end <= row.valid_from
        if not (never or before or after):
            message = "%(reference)s covers the same from %(day)s; change it instead."
            params = {"reference": row.reference, "day": str(row.valid_from)}
            raise AccreditationOverlaps(message, params={**params, "accreditation": str(row.pk)})


def _end(
    row: Accreditation,
    kind: AccreditationEnd.Kind,
    day: date,
    *,
    reasons: str,
    actor: Actor,
    at: datetime,
) -> AccreditationEnd:
    text = reasons.strip()
    if len(text) > MAX_REASONS:
        message = "The reasons have at most %(limit)s characters."
        raise BadInput(message, params={"field": "reasons", "limit": str(MAX_REASONS)})
    before = recorded_accreditation(row)
    made = AccreditationEnd.objects.create(
        accreditation=row,
        kind=kind,
        ends_on=day,
        reasons=text,
        reviewer_id=actor.user_id,
        reviewer_name=actor.name,
        recorded_at=at,
    )
    act = "accreditation.changed" if kind == kind.CHANGE else "accreditation.withdrawn"
    _enter(selectors.get_accreditation(row.pk), act, before, actor, at)
    return made


def _enter(
    row: Accreditation, act: str, before: dict[str, object], actor: Actor, at: datetime
) -> None:
    state = recorded_accreditation(row)
    digest = sha256(canonicalize({**state, "did": row.institution.did}))
    append_entry(kind="accreditation", payload_digest=digest, subject_id=row.pk, at=at)
    subject = ("accreditation", row.pk)
    audit.record_change(actor=actor, act=act, subject=subject, at=at, before=before, after=state)


def _scope(
    framework: str, levels: Sequence[str], fields: Sequence[str], award_types: Sequence[str]
) -> Scope:
    """The scope, each part known to its framework and named once. Raises ``BadInput``."""
    try:
        frame = frameworks.framework(framework)
        for level in levels:
            frame.level(level)
    except KeyError as error:
        message = "%(unknown)s isn't known in %(framework)s."
        params = {"unknown": str(error.args[0]), "framework": framework}
        raise BadInput(message, params=params) from error
    for code in fields:
        known = _FIELD.fullmatch(code) and any(one.startswith(code) for one in isced.fields())
        if not known:
            message = "%(code)s isn't a field of ISCED-F."
            raise BadInput(message, params={"field": "fields", "code": code})
    unknown = sorted(set(award_types) - frame.award_types())
    if unknown:
        known_types = ", ".join(sorted(frame.award_types()))
        message = "%(unknown)s isn't a type of award in %(framework)s; known are %(known)s."
        params = {"unknown": unknown[0], "framework": framework, "known": known_types}
        raise BadInput(message, params={"field": "award_types", **params})
    parts = [tuple(dict.fromkeys(part)) for part in (levels, fields, award_types)]
    if any(len(part) > MAX_SCOPE for part in parts):
        raise BadInput("A scope names at most %(limit)s of each.", params={"limit": str(MAX_SCOPE)})
    return Scope(framework, *parts)
