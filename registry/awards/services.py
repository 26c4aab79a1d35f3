"""Award a credential: intention before act, read back after it.

1. permission, standing, scope, what is required first: refused with the clause named; then places
   in the status lists;
2. facts → ``prepare``: built and linted;
3. the intention is committed (PREPARED) with the very bytes to be signed;
4. signed and read back, no transaction open;
5. one transaction: ISSUED, bytes, ledger entry, audit; then lists that are new are signed.

A crash after 3 leaves a row that ``resume_award`` completes with the same document.
"""

from __future__ import annotations

import unicodedata
import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from credentials.document import Secured
from credentials.encoding import canonicalize, sha256
from credentials.errors import CredentialError, SigningFailed
from credentials.issue import DEFAULT_SUITE, prepare, resume, sign
from credentials.proofs import SUITES
from registry.accounts.models import Membership
from registry.activities.models import Activity, ActivityVersion
from registry.activities.selectors import award_types, version_on, was_awardable
from registry.activities.services import hold_open, not_open
from registry.awards.facts import RecipientData, award_facts
from registry.awards.models import Award, Recipient
from registry.awards.recorded import recorded
from registry.awards.requirements import require_prior_awards
from registry.common import audit
from registry.common.actors import Actor
from registry.common.errors import BadInput, DomainError, Kind, StateConflict
from registry.common.ids import uuid7
from registry.issuers.models import Institution
from registry.issuers.selectors import covering_accreditation, signer_at, suspension_at
from registry.issuers.services import hold_standing
from registry.issuers.stops import require_issuing
from registry.ledger.services import append_entry
from registry.statuses.services import allocate_places, publish_status_lists

MAX_NAME = 200
MAX_KEY = 100
_FORBIDDEN = {"Cc", "Cs", "Co", "Cn"}
# Marks that turn the direction of a text around: a name could be shown as another one.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class AchievementOutsideWindow(BadInput):
    """The day of the award lies where nobody could achieve it: R13, R16 of the register's rules."""

    code = "achievement_outside_window"


class IdempotencyKeyReused(DomainError):
    """The same key came with another request."""

    kind = Kind.CONFLICT
    code = "idempotency_key_reused"


class SigningUnavailable(DomainError):
    """The signer gave no right signature; the intention is kept and can be resumed."""

    kind = Kind.UNAVAILABLE
    code = "signing_unavailable"


def award_credential(
    *,
    activity: Activity,
    recipient: RecipientData,
    awarded_on: date,
    actor: Actor,
    at: datetime,
    grade: str = "",
    idempotency_key: str | None = None,
    suite: str = DEFAULT_SUITE,
) -> Award:
    """Issue one credential. The same key with the same request gives the same award."""
    institution = activity.institution
    actor.require_role(Membership.Role.ISSUER, institution.pk)
    recipient = _checked(recipient, grade, idempotency_key, suite)
    digest = _request_digest(activity, recipient, awarded_on, grade, suite)
    known = _known(institution, idempotency_key, digest)
    if known is not None:
        return known if known.state == Award.State.ISSUED else resume_award(known, actor, at)
    version = _open_version(activity, institution, awarded_on, at)
    require_prior_awards(activity, email=recipient.email, at=at)
    award = Award(
        id=uuid7(),
        version=version,
        institution=institution,
        suite=suite,
        awarded_on=awarded_on,
        grade=grade,
        issued_at=at.replace(microsecond=0),
        idempotency_key=idempotency_key,
        request_digest=digest,
    )
    award.prepared = _prepared(award, recipient)
    try:
        with transaction.atomic():
            _store_intention(award, recipient, actor, at)
    except IntegrityError:
        # Another request with this key was faster: its answer is ours.
        known = _known(institution, idempotency_key, digest)
        if known is None:
            raise
        return known if known.state == Award.State.ISSUED else resume_award(known, actor, at)
    return resume_award(award, actor, at)


def resume_award(award: Award, actor: Actor, at: datetime) -> Award:
    """Sign what was prepared and enter it. Safe to run twice: the first to finish wins."""
    secured, method = _signed(award, at)
    with transaction.atomic():
        _hold(award, at, method)
        before = _recorded(award)
        rows = Award.objects.filter(pk=award.pk, state=Award.State.PREPARED)
        done = rows.update(
            state=Award.State.ISSUED,
            secured=secured.raw,
            digest=secured.digest,
            prepared=b"",
            signed_with=method,
        )
        if done:
            subject = ("award", award.pk)
            append_entry(kind="award", payload_digest=secured.digest, subject_id=award.pk, at=at)
            audit.record_change(
                actor=actor,
                act="award.issued",
                subject=subject,
                at=at,
                before=before,
                after=_recorded(award),
            )
    award.refresh_from_db()
    # A list that is new is signed before anybody asks for it; where that fails, it waits.
    publish_status_lists(at=at, institution=award.institution)
    return award


def _hold(award: Award, at: datetime, method: str) -> None:
    """Of a suspension and a credential at once, one comes first; none is issued after."""
    if Award.objects.filter(pk=award.pk, state=Award.State.ISSUED).exists():
        return
    require_issuing(award.institution_id, method)
    hold_standing(institution_id=award.institution_id, at=at)
    hold_open(activity_id=award.version.activity_id, at=at)
    if award.issued_at != at.replace(microsecond=0):
        # Prepared earlier and finished now: it must have been open then, too.
        hold_open(activity_id=award.version.activity_id, at=award.issued_at)


def _signed(award: Award, at: datetime) -> tuple[Secured, str]:
    """The signed credential, and the key that signed it."""
    try:
        prepared = resume(bytes(award.prepared), at=award.issued_at)
        signer = signer_at(award.institution, at, award.issued_at)
        secured = sign(prepared, signer=signer, suite=award.suite, at=award.issued_at)
    except SigningFailed as error:
        message = "%(fault)s Try again; nothing is lost."
        raise SigningUnavailable(message, params={"fault": error.message}) from error
    return secured, signer.verification_method


def _checked(
    recipient: RecipientData, grade: str, idempotency_key: str | None, suite: str
) -> RecipientData:
    names = {
        "full_name": recipient.full_name,
        "given_name": recipient.given_name,
        "family_name": recipient.family_name,
        "grade": grade,
    }
    for place, name in names.items():
        bad = any(unicodedata.category(c) in _FORBIDDEN or c in _BIDI for c in name)
        if bad or len(name) > MAX_NAME or name != name.strip():
            message = "%(field)s has a control character, a space at its end, or is too long."
            raise BadInput(message, params={"field": place})
    if not recipient.full_name:
        raise BadInput("The learner's full name is needed.", params={"field": "full_name"})
    if idempotency_key is not None and not 0 < len(idempotency_key) <= MAX_KEY:
        message = "An Idempotency-Key has 1 to %(most)s characters."
        raise BadInput(message, params={"most": str(MAX_KEY)})
    if suite not in SUITES:
        raise BadInput("The suite is one of %(suites)s.", params={"suites": ", ".join(SUITES)})
    return recipient


def _request_digest(
    activity: Activity, recipient: RecipientData, awarded_on: date, grade: str, suite: str
) -> bytes:
    born = recipient.date_of_birth
    names = [recipient.full_name, recipient.given_name, recipient.family_name, recipient.email]
    value = [str(activity.pk), *names, str(born), str(awarded_on), grade, suite]
    return sha256(canonicalize(value))


def _known(institution: Institution, key: str | None, digest: bytes) -> Award | None:
    if key is None:
        return None
    award = Award.objects.filter(institution=institution, idempotency_key=key).first()
    if award is not None and bytes(award.request_digest) != digest:
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request.")
    return award


def _open_version(
    activity: Activity, institution: Institution, awarded_on: date, at: datetime
) -> ActivityVersion:
    """The version that was in force on the day of the achievement."""
    require_issuing(institution.pk)
    if suspension_at(institution, at) is not None:
        raise StateConflict("The institution is suspended and can't award.")
    if not was_awardable(activity.pk, at):
        activity.refresh_from_db()
        raise not_open(activity)
    if awarded_on > at.astimezone(UTC).date():
        raise _outside("The day of the award lies in the future.")
    version = version_on(activity.pk, awarded_on)
    if version is None:
        raise _outside("The day of the award lies before the activity was registered.")
    last = version.last_achievement or version.registration_end
    if last is not None and awarded_on > last:
        message = "The last day on which this could be achieved was %(day)s."
        raise _outside(message, day=str(last))
    return version


def _outside(message: str, **params: str) -> AchievementOutsideWindow:
    return AchievementOutsideWindow(message, params={"field": "awarded_on", **params})


def _prepared(award: Award, recipient: RecipientData) -> bytes:
    version, at = award.version, award.issued_at
    payload = version.payload
    accreditation = covering_accreditation(
        award.institution,
        framework=version.activity.framework,
        level=payload["level"].get("national"),
        field=payload["isced_f"],
        day=at.astimezone(UTC).date(),
        award_types=award_types(version),
    )
    status = allocate_places(institution=award.institution, subject_id=award.pk)
    facts = award_facts(
        award_id=award.pk,
        version=version,
        institution=award.institution,
        accreditation=accreditation,
        recipient=recipient,
        awarded_on=award.awarded_on,
        grade=award.grade,
        at=at,
        status=status,
    )
    try:
        return prepare(facts, at=at).raw
    except CredentialError as error:
        message = "The credential can't be made: %(fault)s"
        raise BadInput(message, params={"fault": str(error)}) from error


def _store_intention(award: Award, recipient: RecipientData, actor: Actor, at: datetime) -> None:
    award.recipient = Recipient.objects.create(
        full_name=recipient.full_name,
        given_name=recipient.given_name,
        family_name=recipient.family_name,
        date_of_birth=recipient.date_of_birth,
        email=recipient.email.strip().lower(),
    )
    award.save(force_insert=True)
    subject: tuple[str, uuid.UUID] = ("award", award.pk)
    state = _recorded(award)
    audit.record_change(
        actor=actor, act="award.prepared", subject=subject, at=at, before={}, after=state
    )


def _recorded(award: Award) -> dict[str, Any]:
    """As it is stored now, whatever this process holds of it."""
    return recorded(Award.objects.select_related("version").get(pk=award.pk))
