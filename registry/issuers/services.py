"""Institutions are registered, accredited and given keys here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

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
from registry.issuers import keystore
from registry.issuers.models import Accreditation, Institution, SigningKey, Suspension
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
    _enter("institution", institution.pk, facts, actor, at)
    return institution


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
        message = "%(unknown)s isn't known in %(framework)s."
        params = {"unknown": str(error.args[0]), "framework": framework}
        raise BadInput(message, params=params) from error
    if authority.kind != Organisation.Kind.AUTHORITY or authority.country != frame.country:
        message = "Only the authority of %(country)s accredits for %(framework)s."
        params = {"country": frame.country, "framework": framework}
        raise NotAllowed(message, params=params)
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
        message = "Only the authority of %(country)s decides on its standing."
        raise NotAllowed(message, params={"country": institution.country})


def suspend_institution(
    *, institution: Institution, reasons: str, actor: Actor, at: datetime
) -> Suspension:
    """From now on it neither submits nor awards; what it issued before keeps its value."""
    _require_authority(institution, actor)
    if not reasons.strip():
        raise BadInput("Say why it is suspended.", params={"field": "reasons"})
    start = at.replace(microsecond=0)
    try:
        with transaction.atomic():
            row = Suspension.objects.create(
                institution=institution, reasons=reasons.strip(), valid_from=start
            )
            facts: dict[str, object] = {
                "institution": institution.did,
                "validFrom": start.isoformat(),
                "reasons": row.reasons,
            }
            _enter("suspension", institution.pk, facts, actor, at)
    except IntegrityError as error:
        raise StateConflict("The institution is suspended already.") from error
    return row


@transaction.atomic
def resume_institution(*, institution: Institution, actor: Actor, at: datetime) -> None:
    """It is in good standing again."""
    _require_authority(institution, actor)
    rows = Suspension.objects.filter(institution=institution, valid_until__isnull=True)
    if not rows.update(valid_until=at.replace(microsecond=0)):
        raise StateConflict("The institution isn't suspended.")
    facts: dict[str, object] = {"institution": institution.did, "resumed": at.isoformat()}
    _enter("suspension", institution.pk, facts, actor, at)


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
