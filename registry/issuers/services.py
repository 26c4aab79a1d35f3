"""Institutions are registered, accredited and given keys here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from credentials.encoding import canonicalize, sha256
from credentials.identifiers import did_web
from credentials.keys import Algorithm, PrivateKey
from registry.accounts.models import Membership, Organisation
from registry.accounts.selectors import authority_countries
from registry.accounts.services import create_organisation
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, NotAllowed, StateConflict
from registry.common.ids import uuid7
from registry.common.moments import after_last
from registry.issuers import keystore, selectors
from registry.issuers.models import Accreditation, Institution, SigningKey, Suspension
from registry.issuers.recorded import recorded
from registry.ledger.services import append_entry
from schemas import frameworks


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


def _enter(
    kind: str, subject: object, facts: dict[str, object], actor: Actor, at: datetime
) -> None:
    digest = sha256(canonicalize(facts))
    append_entry(kind=kind, payload_digest=digest, subject_id=subject, at=at)
    audit.record(actor=actor, act=f"{kind}.entered", subject=(kind, subject), at=at, after=facts)


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
    valid_until: date | None = None,
) -> Accreditation:
    """A dated permission by the authority of the framework's country."""
    actor.require_role(Membership.Role.REVIEWER, authority.pk)
    try:
        frame = frameworks.framework(framework)
        for level in levels:
            frame.level(level)
    except KeyError as error:
        raise BadInput(f"{error.args[0]} isn't known in {framework}.") from error
    if authority.kind != Organisation.Kind.AUTHORITY or authority.country != frame.country:
        raise NotAllowed(f"Only the authority of {frame.country} accredits for {framework}.")
    if valid_until is not None and valid_until <= valid_from:
        raise BadInput("An accreditation ends after it begins.")
    row = Accreditation.objects.create(
        institution=institution,
        authority=authority,
        framework=framework,
        levels=list(levels),
        fields=list(fields),
        reference=reference,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    facts: dict[str, object] = {
        "institution": institution.did,
        "framework": framework,
        "levels": list(levels),
        "fields": list(fields),
        "reference": reference,
        "validFrom": valid_from.isoformat(),
        "validUntil": valid_until.isoformat() if valid_until else None,
    }
    _enter("accreditation", row.pk, facts, actor, at)
    return row


def _require_authority(institution: Institution, actor: Actor) -> None:
    if actor.user_id is not None and institution.country not in authority_countries(actor):
        raise NotAllowed(f"Only the authority of {institution.country} decides on its standing.")


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
    _enter("key", key.pk, facts, actor, at)
    return key
