"""Signing keys change: rotated with an overlap, disowned when they were stolen.

The history is public (the DID document, ``/institutions/<id>/keys``): what a key signed while it
lived verifies for ever, unless it was stolen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from credentials.encoding import canonicalize, sha256
from credentials.keys import Algorithm
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.issuers.models import Institution, SigningKey
from registry.issuers.recorded import recorded_key
from registry.issuers.services import create_signing_key
from registry.ledger.services import append_entry

OVERLAP: Final = timedelta(days=1)
"""For so long the old key may still sign what was prepared under it or begun elsewhere."""
MIN_OVERLAP: Final = timedelta(minutes=1)
MAX_REASON: Final = 500


@transaction.atomic
def rotate_signing_key(
    *, institution: Institution, actor: Actor, at: datetime, overlap: timedelta = OVERLAP
) -> SigningKey:
    """A new key from now on; the one in use so far may sign until ``overlap`` has passed."""
    _require_operator(actor)
    if overlap < MIN_OVERLAP:
        raise BadInput("Two keys overlap for a minute at least.", params={"field": "overlap"})
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    old = SigningKey.objects.filter(institution=institution, valid_until__isnull=True).first()
    if old is not None:
        before = recorded_key(old)
        old.valid_until = at.replace(microsecond=0) + overlap
        old.save(update_fields=["valid_until"])
        _enter(old, "key.retired", before, actor, at)
    algorithm = Algorithm(old.algorithm) if old is not None else Algorithm.ED25519
    return create_signing_key(institution=institution, actor=actor, at=at, algorithm=algorithm)


@transaction.atomic
def distrust_key(
    *, key: SigningKey, since: datetime, reason: str, actor: Actor, at: datetime
) -> SigningKey | None:
    """It was stolen: nothing it signs counts from ``since`` on. Returns the new key in its place.

    ``registry.awards.stolen`` does what follows from it: lists signed anew, credentials found.
    """
    _require_operator(actor)
    since = since.replace(microsecond=0)
    if since > at:
        raise BadInput("A key was stolen in the past.", params={"field": "since"})
    if not reason.strip() or len(reason) > MAX_REASON:
        raise BadInput("Say what happened, in short.", params={"field": "reason"})
    row = SigningKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    if row.distrusted_from is not None and row.distrusted_from <= since:
        raise StateConflict("This key is disowned from an earlier date already.")
    before, current = recorded_key(row), row.valid_until is None
    row.distrusted_from, row.distrust_reason = since, reason.strip()
    end = max(at.replace(microsecond=0), row.valid_from + timedelta(seconds=1))
    row.valid_until = end if row.valid_until is None else min(row.valid_until, end)
    row.save(update_fields=["distrusted_from", "distrust_reason", "valid_until"])
    _enter(row, "key.distrusted", before, actor, at)
    if not current:
        return None
    return create_signing_key(
        institution=row.institution, actor=actor, at=at, algorithm=Algorithm(row.algorithm)
    )


def _require_operator(actor: Actor) -> None:
    if actor.user_id is not None:
        raise NotAllowed("Only the operator of the registry changes keys.")


def _enter(
    key: SigningKey, act: str, before: dict[str, object], actor: Actor, at: datetime
) -> None:
    after = recorded_key(key)
    append_entry(kind="key", payload_digest=sha256(canonicalize(after)), subject_id=key.pk, at=at)
    subject = ("key", key.pk)
    audit.record_change(actor=actor, act=act, subject=subject, at=at, before=before, after=after)
