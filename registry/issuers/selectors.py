"""Who may issue what, with which key, as of when."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from credentials.identifiers import VerificationMethod, did_document
from credentials.keys import PublicKey
from credentials.profiles.open_badges import moment
from credentials.signers import MemorySigner, Signer
from registry.accounts.models import Membership
from registry.accounts.selectors import authority_countries
from registry.common.actors import Actor
from registry.common.errors import DomainError, Kind, NotFound
from registry.common.texts import normalise
from registry.issuers import keystore
from registry.issuers.models import (
    Accreditation,
    AccreditationEnd,
    Institution,
    IssuingStop,
    SigningKey,
    Suspension,
)

MAX_QUERY = 100
# More than one page leafs through, and less than a database takes in one question.
MAX_FOUND = 500


class IssuerNotAccredited(DomainError):
    """No accreditation covers it; ``params['clause']`` says which part of the scope failed."""

    kind = Kind.FORBIDDEN
    code = "issuer_not_accredited"


class NoSigningKey(DomainError):
    """The institution has no key in use."""

    kind = Kind.CONFLICT
    code = "no_signing_key"


def list_institutions() -> QuerySet[Institution]:
    """All institutions, by slug; ``suspended`` says whether each is suspended now."""
    is_open = Suspension.objects.filter(institution=OuterRef("pk"), valid_until__isnull=True)
    return Institution.objects.annotate(suspended=Exists(is_open)).order_by("slug")


def get_institution(slug: str) -> Institution:
    """An institution by its slug. Raises ``NotFound``."""
    institution = list_institutions().filter(slug=slug).first()
    if institution is None:
        raise NotFound("There is no such institution.")
    return institution


def list_institutions_of(ids: Collection[uuid.UUID]) -> QuerySet[Institution]:
    """The institutions among those organisations, by slug."""
    return list_institutions().filter(pk__in=ids)


def find_institutions(query: str) -> QuerySet[Institution]:
    """The institutions in whose names or short name every word occurs, in any script; by slug."""
    words = normalise(query[:MAX_QUERY]).split()
    rows = list_institutions()
    if not words:
        return rows
    # Read and folded here: neither database folds the letters inside a JSON value.
    found = [
        pk
        for pk, slug, names in rows.values_list("pk", "slug", "legal_name").iterator()
        if all(word in normalise(" ".join([slug, *names.values()])) for word in words)
    ]
    return rows.filter(pk__in=found[:MAX_FOUND])


def names_of(slugs: Iterable[str]) -> dict[str, dict[str, str]]:
    """Slug → legal name, a language map, of the institutions with these slugs."""
    rows = Institution.objects.filter(slug__in=set(slugs))
    return dict(rows.values_list("slug", "legal_name"))


def get_institution_by_id(institution_id: uuid.UUID) -> Institution:
    """An institution by its organisation's id. Raises ``NotFound``."""
    institution = Institution.objects.filter(pk=institution_id).first()
    if institution is None:
        raise NotFound("There is no such institution.")
    return institution


def get_institution_for(slug: str, actor: Actor) -> Institution:
    """An institution that the actor belongs to or oversees. Raises ``NotFound``."""
    institution = get_institution(slug)
    own = any(organisation == institution.pk for _, organisation in actor.roles)
    oversees = institution.country in authority_countries(actor)
    if not (own or oversees or actor.user_id is None):
        raise NotFound("There is no such institution.")
    return institution


def suspension_at(institution: Institution, at: datetime) -> Suspension | None:
    """The suspension in force at that time, ``None`` for an institution in good standing."""
    rows = Suspension.objects.filter(institution=institution, valid_from__lte=at)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at)).first()


def open_suspension(institution: Institution) -> Suspension | None:
    """The suspension that hasn't ended, ``None`` for an institution in good standing."""
    return Suspension.objects.filter(institution=institution, valid_until__isnull=True).first()


def list_suspensions(institution: Institution) -> QuerySet[Suspension]:
    """All suspensions, the past ones too, newest first."""
    return Suspension.objects.filter(institution=institution).order_by("-valid_from")


def _accreditations(known_at: datetime | None = None) -> QuerySet[Accreditation]:
    """All rows with ``ended_on``, as they are known now or were at ``known_at``."""
    ends = AccreditationEnd.objects.filter(accreditation=OuterRef("pk"))
    rows = Accreditation.objects.select_related("institution", "authority")
    if known_at is not None:
        ends, rows = ends.filter(recorded_at__lte=known_at), rows.filter(recorded_at__lte=known_at)
    first = ends.order_by("ends_on").values("ends_on")[:1]
    return rows.annotate(ended_on=Subquery(first))


def list_accreditations(institution: Institution) -> QuerySet[Accreditation]:
    """All accreditations of an institution, the past ones too, newest first."""
    rows = _accreditations().filter(institution=institution)
    return rows.order_by("-valid_from", "pk")


def accreditations_at(
    institution: Institution, day: date, known_at: datetime | None = None
) -> list[Accreditation]:
    """What held on ``day``, by all that is known now or by what was known at ``known_at``."""
    rows = _accreditations(known_at).filter(institution=institution, valid_from__lte=day)
    return [row for row in rows.order_by("-valid_from", "pk") if row.holds_on(day)]


def list_granted(actor: Actor) -> QuerySet[Accreditation]:
    """What the actor's authorities have granted, the past ones too, newest first."""
    rows = _accreditations().filter(authority__in=actor.organisations(Membership.Role.REVIEWER))
    return rows.order_by("-valid_from", "pk")


def get_accreditation(accreditation_id: uuid.UUID) -> Accreditation:
    """An accreditation by its id. Raises ``NotFound``."""
    row = _accreditations().filter(pk=accreditation_id).first()
    if row is None:
        raise NotFound("There is no such accreditation.")
    return row


def replaced_by(accreditation: Accreditation) -> Accreditation | None:
    """The accreditation that took its place; ``None`` if none did."""
    return _accreditations().filter(replaces=accreditation).first()


def list_ends(accreditation: Accreditation) -> QuerySet[AccreditationEnd]:
    """The decisions that ended an accreditation, newest first."""
    return AccreditationEnd.objects.filter(accreditation=accreditation).order_by("-recorded_at")


def covering_accreditation(
    institution: Institution,
    *,
    framework: str,
    level: str | None,
    field: str,
    day: date,
    award_types: frozenset[str] | None = None,
) -> Accreditation:
    """The accreditation that covers it. Raises ``IssuerNotAccredited`` naming the clause.

    ``award_types`` are what the award is: its route, and its class. ``None`` isn't asked about.
    """
    rows = list(list_accreditations(institution).filter(framework=framework))
    if not rows:
        message = "%(institution)s isn't accredited for %(framework)s."
        raise _refused("framework", message, institution=institution.slug, framework=framework)
    live = [row for row in rows if row.holds_on(day)]
    if not live:
        message = "No accreditation for %(framework)s was in force on %(day)s."
        raise _refused("period", message, framework=framework, day=str(day))
    leveled = [r for r in live if not r.levels or level is None or level in r.levels]
    if not leveled:
        message = "Level %(level)s lies outside the accreditation's scope."
        raise _refused("level", message, level=str(level))
    fielded = [r for r in leveled if not r.fields or any(map(field.startswith, r.fields))]
    if not fielded:
        message = "The field %(field)s lies outside the accreditation's scope."
        raise _refused("field", message, field=field)
    for row in fielded:
        if award_types is None or not row.award_types or award_types & set(row.award_types):
            return row
    raise _refused("award_type", "This type of award lies outside the accreditation's scope.")


def _refused(clause: str, message: str, **params: str) -> IssuerNotAccredited:
    return IssuerNotAccredited(message, params={"clause": clause, **params})


def _method(key: SigningKey) -> VerificationMethod:
    public = PublicKey.from_multibase(key.public_multibase)
    did = key.method_id.partition("#")[0]
    return VerificationMethod(
        key.method_id,
        did,
        public,
        key.valid_from,
        key.valid_until,
        distrusted_from=key.distrusted_from,
    )


def verification_method(method_id: str) -> VerificationMethod | None:
    """A published key by its DID URL, retired ones included; ``None`` if there is none."""
    key = SigningKey.objects.filter(method_id=method_id).first()
    return _method(key) if key is not None else None


def did_document_for(institution: Institution) -> dict[str, Any]:
    """The institution's DID document with its whole key history."""
    keys = SigningKey.objects.filter(institution=institution).order_by("method_id")
    return did_document(institution.did, [_method(key) for key in keys])


def trust_rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All DID documents and accreditations, for a trust file; three queries."""
    institutions = list_institutions().prefetch_related("keys")
    documents = [
        did_document(row.did, [_method(key) for key in row.keys.all()]) for row in institutions
    ]
    # One that ended before it began never held.
    rows = [
        row
        for row in _accreditations().order_by("pk")
        if row.until is None or row.valid_from < row.until
    ]
    return documents, [
        {
            "issuer": row.institution.did,
            "framework": row.framework,
            "levels": row.levels,
            "fields": row.fields,
            "awardTypes": row.award_types,
            "validFrom": row.valid_from.isoformat(),
            "validUntil": row.until and row.until.isoformat(),
            "authority": row.authority.name.get("en") or row.authority.slug,
            "reference": row.reference,
        }
        for row in rows
    ]


def suspension_rows() -> list[dict[str, Any]]:
    """All suspensions, for a trust file."""
    rows = Suspension.objects.select_related("institution").order_by("pk")
    return [
        {
            "issuer": row.institution.did,
            "validFrom": moment(row.valid_from),
            "validUntil": row.valid_until and moment(row.valid_until),
        }
        for row in rows
    ]


def list_keys(institution: Institution) -> QuerySet[SigningKey]:
    """All keys of an institution, the past ones too, newest first."""
    rows = SigningKey.objects.filter(institution=institution).defer("wrapped_private")
    return rows.order_by("-valid_from", "-pk")


def get_key(method_id: str) -> SigningKey:
    """A key by its DID URL. Raises ``NotFound``."""
    key = SigningKey.objects.select_related("institution").filter(method_id=method_id).first()
    if key is None:
        raise NotFound("There is no such key.")
    return key


def list_stops(institution: Institution | None = None) -> QuerySet[IssuingStop]:
    """The stops in force: all, or those that touch an institution."""
    rows = IssuingStop.objects.filter(lifted_at__isnull=True)
    if institution is not None:
        everything = Q(institution__isnull=True, key__isnull=True)
        own = Q(institution=institution) | Q(key__institution=institution)
        rows = rows.filter(everything | own)
    return rows.select_related("institution", "key__institution").order_by("-stopped_at", "-pk")


def get_stop(stop_id: uuid.UUID) -> IssuingStop:
    """A stop by its id. Raises ``NotFound``."""
    stop = list_stops().filter(pk=stop_id).first()
    if stop is None:
        raise NotFound("There is no such stop in force.")
    return stop


def signer_at(institution: Institution, at: datetime, signed_at: datetime | None = None) -> Signer:
    """The signer of the newest key in use, at ``signed_at`` too if what is signed says that time.

    Raises ``NoSigningKey``, ``KeyUnavailable``.
    """
    rows = SigningKey.objects.filter(institution=institution, distrusted_from__isnull=True)
    for then in (at, signed_at or at):
        ends = Q(valid_until__isnull=True) | Q(valid_until__gt=then)
        rows = rows.filter(ends, valid_from__lte=then)
    key = rows.order_by("-valid_from", "-pk").first()
    if key is None:
        message = "%(institution)s has no signing key in use."
        raise NoSigningKey(message, params={"institution": institution.slug})
    bound_to = f"{key.pk}|{institution.pk}"
    private = keystore.unwrap(bytes(key.wrapped_private), key.algorithm, bound_to=bound_to)
    return MemorySigner(private, key.method_id)


def institutions_named(slugs: Iterable[str]) -> QuerySet[Institution]:
    """The institutions of these slugs; a name that is none is left out."""
    return Institution.objects.filter(slug__in=list(slugs))


def accreditations_in_force(institution_ids: Iterable[uuid.UUID], day: date) -> list[Accreditation]:
    """The accreditations of these institutions that are in force on that day, oldest first."""
    rows = _accreditations().filter(institution_id__in=list(institution_ids), valid_from__lte=day)
    return [row for row in rows.order_by("valid_from", "pk") if row.holds_on(day)]
