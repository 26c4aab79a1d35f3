"""Institutions are registered, accredited and given keys here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from credentials.encoding import canonicalize, sha256
from credentials.identifiers import did_web
from credentials.keys import Algorithm, PrivateKey
from registry.accounts.models import Organisation
from registry.accounts.selectors import authority_countries
from registry.accounts.services import create_organisation
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.common.ids import uuid7
from registry.common.moments import after_last
from registry.issuers import keystore, selectors
from registry.issuers.accrediting import (
    AccreditationOverlaps,
    change_accreditation,
    grant_accreditation,
    withdraw_accreditation,
)
from registry.issuers.models import Institution, SigningKey, Suspension
from registry.issuers.recorded import recorded, recorded_key
from registry.ledger.services import append_entry

__all__ = [
    "AccreditationOverlaps",
    "change_accreditation",
    "create_signing_key",
    "grant_accreditation",
    "hold_standing",
    "register_institution",
    "resume_institution",
    "suspend_institution",
    "withdraw_accreditation",
]


@transaction.atomic
def register_institution(
    *,
    slug: str,
    legal_name: Mapping[str, str],
    country: str,
    provider_type: str,
    can_award: bool,
    actor: Actor,
    at: datetime,
    homepage: str = "",
    registration: str = "",
    region: str = "",
) -> Institution:
    """A new institution with its DID (did:web under this registry's address)."""
    organisation = create_organisation(
        kind=Organisation.Kind.INSTITUTION,
        slug=slug,
        name=legal_name,
        country=country,
        actor=actor,
        at=at,
    )
    host = urlsplit(settings.PUBLIC_URL).netloc
    institution = Institution.objects.create(
        organisation=organisation,
        slug=slug,
        did=did_web(host, "institutions", slug),
        legal_name=dict(legal_name),
        country=country,
        region=region,
        homepage=homepage,
        registration=registration,
        provider_type=provider_type,
        can_award=can_award,
    )
    facts: dict[str, object] = {
        "did": institution.did,
        "name": dict(legal_name),
        "country": country,
    }
    append_entry(
        kind="institution",
        payload_digest=sha256(canonicalize(facts)),
        subject_id=institution.pk,
        at=at,
    )
    subject, state = ("institution", institution.pk), recorded(institution)
    audit.record_change(
        actor=actor, act="institution.entered", subject=subject, at=at, before={}, after=state
    )
    return institution


def _enter_change(
    row: Institution,
    act: str,
    *,
    facts: Mapping[str, object],
    before: Mapping[str, object],
    actor: Actor,
    at: datetime,
) -> None:
    """An act on an institution: its facts in the ledger, what it changed in the audit trail."""
    digest = sha256(canonicalize(dict(facts)))
    append_entry(kind="suspension", payload_digest=digest, subject_id=row.pk, at=at)
    subject, after = ("institution", row.pk), recorded(row)
    audit.record_change(actor=actor, act=act, subject=subject, at=at, before=before, after=after)


def _require_authority(institution: Institution, actor: Actor) -> None:
    if actor.user_id is not None and institution.country not in authority_countries(actor):
        message = "Only the authority of %(country)s decides on its standing."
        raise NotAllowed(message, params={"country": institution.country})


@transaction.atomic
def suspend_institution(
    *, institution: Institution, reasons: str, actor: Actor, at: datetime
) -> Suspension:
    """From now on it neither submits nor awards; what it issued before keeps its value."""
    _require_authority(institution, actor)
    if not reasons.strip():
        raise BadInput("Say why it is suspended.", params={"field": "reasons"})
    row = _locked(institution)
    if selectors.open_suspension(row) is not None:
        raise StateConflict("The institution is suspended already.")
    before, start = recorded(row), after_last(at, row.last_award_at).replace(microsecond=0)
    suspension = Suspension.objects.create(
        institution=row, reasons=reasons.strip(), valid_from=start
    )
    facts: dict[str, object] = {
        "institution": row.did,
        "validFrom": start.isoformat(),
        "reasons": suspension.reasons,
    }
    _enter_change(row, "institution.suspended", facts=facts, before=before, actor=actor, at=at)
    return suspension


@transaction.atomic
def resume_institution(
    *, institution: Institution, actor: Actor, at: datetime, reasons: str = ""
) -> None:
    """It is in good standing again."""
    _require_authority(institution, actor)
    row = _locked(institution)
    suspension, before = selectors.open_suspension(row), recorded(row)
    if suspension is None:
        raise StateConflict("The institution isn't suspended.")
    end = max(at.replace(microsecond=0), suspension.valid_from)
    Suspension.objects.filter(pk=suspension.pk).update(valid_until=end)
    facts: dict[str, object] = {
        "institution": row.did,
        "resumed": at.isoformat(),
        "reasons": reasons.strip(),
    }
    _enter_change(row, "institution.resumed", facts=facts, before=before, actor=actor, at=at)


@transaction.atomic
def hold_standing(*, institution_id: uuid.UUID, at: datetime) -> None:
    """Make sure, inside the transaction that issues a credential, that the issuer isn't suspended.

    The institution is locked: a suspension that is being decided comes before or after. Raises
    ``StateConflict``.
    """
    row = Institution.objects.select_for_update(no_key=True).get(pk=institution_id)
    if selectors.suspension_at(row, at) is not None:
        raise StateConflict("The institution is suspended and can't award.")
    if row.last_award_at is None or row.last_award_at < at:
        Institution.objects.filter(pk=row.pk).update(last_award_at=at)


def _locked(institution: Institution) -> Institution:
    return Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)


@transaction.atomic
def create_signing_key(
    *,
    institution: Institution,
    actor: Actor,
    at: datetime,
    valid_from: datetime | None = None,
    algorithm: Algorithm = Algorithm.ED25519,
) -> SigningKey:
    """A new key, wrapped before it touches the database; its public part enters the ledger."""
    if actor.user_id is not None:
        raise NotAllowed("Only the operator of the registry makes keys.")
    private = PrivateKey.generate(algorithm)
    key_id = uuid7()
    method_id = f"{institution.did}#{private.public.multibase}"
    key = SigningKey.objects.create(
        id=key_id,
        institution=institution,
        method_id=method_id,
        algorithm=algorithm.value,
        public_multibase=private.public.multibase,
        wrapped_private=keystore.wrap(private, bound_to=f"{key_id}|{institution.pk}"),
        valid_from=(valid_from or at).replace(microsecond=0),
    )
    facts: dict[str, object] = {"method": method_id, "validFrom": key.valid_from.isoformat()}
    digest = sha256(canonicalize(facts))
    append_entry(kind="key", payload_digest=digest, subject_id=key.pk, at=at)
    subject, state = ("key", key.pk), recorded_key(key)
    audit.record_change(
        actor=actor, act="key.entered", subject=subject, at=at, before={}, after=state
    )
    return key
