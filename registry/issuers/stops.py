"""The stop switch for issuing: everything, one institution, one key. In force with its commit.

Whoever may be the first to notice may stop: the institution's own people and its authority their
institution and its keys, the operator everything. Every worker reads the rows before it issues.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from credentials.encoding import canonicalize, sha256
from registry.accounts.selectors import authority_countries
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, NotAllowed, StateConflict
from registry.issuers.models import Institution, IssuingStop, SigningKey
from registry.ledger.services import append_entry

MAX_REASON: Final = 500


class IssuingStopped(DomainError):
    """Issuing is stopped; ``params['scope']`` says what: everything, institution or key."""

    kind = Kind.UNAVAILABLE
    code = "issuing_stopped"


@transaction.atomic
def stop_issuing(
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    institution: Institution | None = None,
    key: SigningKey | None = None,
) -> IssuingStop:
    """Stop one key, one institution, or (neither given) everything."""
    scope = institution if key is None else key.institution
    _require(scope, actor)
    if not reason.strip() or len(reason) > MAX_REASON:
        raise BadInput("Say why, in short.", params={"field": "reason"})
    if key is not None:
        institution = None
    known = IssuingStop.objects.filter(institution=institution, key=key, lifted_at__isnull=True)
    if known.exists():
        raise StateConflict("This is stopped already.")
    stop = IssuingStop.objects.create(
        institution=institution,
        key=key,
        reason=reason.strip(),
        stopped_at=at,
        stopped_by=actor.name,
    )
    _enter(stop, "issuing.stopped", actor, at)
    return stop


@transaction.atomic
def lift_stop(*, stop: IssuingStop, actor: Actor, at: datetime) -> None:
    """Issuing goes on. Lifting twice is lifting once."""
    _require(stop.scope, actor)
    rows = IssuingStop.objects.filter(pk=stop.pk, lifted_at__isnull=True)
    if rows.update(lifted_at=at, lifted_by=actor.name):
        stop.refresh_from_db()
        _enter(stop, "issuing.resumed", actor, at)


def require_issuing(institution_id: uuid.UUID, method_id: str | None = None) -> None:
    """Return if issuing isn't stopped. Raises ``IssuingStopped``."""
    asked = Q(institution__isnull=True, key__isnull=True) | Q(institution_id=institution_id)
    if method_id is not None:
        asked |= Q(key__method_id=method_id)
    stop = IssuingStop.objects.filter(asked, lifted_at__isnull=True).first()
    if stop is None:
        return
    scope = "key" if stop.key_id else "institution" if stop.institution_id else "everything"
    message = "Issuing is stopped: %(reason)s"
    raise IssuingStopped(message, params={"scope": scope, "reason": stop.reason})


def may_stop(institution: Institution | None, actor: Actor) -> bool:
    """Whether the actor may stop the institution, or (``None``) everything."""
    if actor.user_id is None:
        return True
    if institution is None:
        return False
    own = any(
        role in {"ISSUER", "REGISTRAR"} and organisation == institution.pk
        for role, organisation in actor.roles
    )
    return own or institution.country in authority_countries(actor)


def _require(institution: Institution | None, actor: Actor) -> None:
    if not may_stop(institution, actor):
        raise NotAllowed("Only the institution, its authority or the operator stops issuing.")


def _enter(stop: IssuingStop, act: str, actor: Actor, at: datetime) -> None:
    state: dict[str, object] = {
        "institution": str(stop.institution_id) if stop.institution_id else None,
        "key": str(stop.key_id) if stop.key_id else None,
        "reason": stop.reason,
        "stopped_at": stop.stopped_at.isoformat(),
        "lifted_at": stop.lifted_at.isoformat() if stop.lifted_at else None,
    }
    append_entry(kind="stop", payload_digest=sha256(canonicalize(state)), subject_id=stop.pk, at=at)
    audit.record(actor=actor, act=act, subject=("stop", stop.pk), at=at, before={}, after=state)
