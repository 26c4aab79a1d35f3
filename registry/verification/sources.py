"""The verifier's sources answered from our own rows."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from credentials.errors import NotFound, SourceUnavailable
from credentials.http_sources import Fetcher, HttpSources
from credentials.identifiers import VerificationMethod, did_web, split_method
from credentials.verify.sources import (
    AccreditationAnswer,
    AccreditationQuestion,
    InclusionAnswer,
    InclusionQuestion,
    KeysByName,
    StatusListAnswer,
    StatusListQuestion,
)
from registry.activities.selectors import award_types_of, was_awardable
from registry.awards.selectors import entered_award
from registry.common.errors import DomainError
from registry.common.errors import NotFound as NotThere
from registry.common.texts import pick
from registry.issuers import selectors as issuers
from registry.issuers.models import Accreditation, Institution
from registry.ledger import selectors as ledger
from registry.statuses import selectors as statuses


class RegistrySources(KeysByName):
    """Keys and accreditations of this registry's institutions.

    For others' keys and status lists their own sites are asked, if ``VERIFIER_OUTBOUND`` says so;
    of their accreditation nothing is known here.
    """

    def __init__(self) -> None:
        self._own = did_web(urlsplit(settings.PUBLIC_URL).netloc, "institutions") + ":"
        fetcher = Fetcher(allow_loopback=settings.VERIFIER_ALLOW_LOOPBACK)
        self._elsewhere = HttpSources(fetcher) if settings.VERIFIER_OUTBOUND else None

    def verification_method(self, method_id: str) -> VerificationMethod:
        """A key from our rows. ``NotFound`` for our own names, ``SourceUnavailable`` for others."""
        method = issuers.verification_method(method_id)
        if method is not None:
            return method
        did, _ = split_method(method_id)
        known = did.startswith(self._own) or Institution.objects.filter(did=did).exists()
        if known:
            raise NotFound("key.not_found", "No institution of this registry has such a key.")
        if self._elsewhere is not None:
            return self._elsewhere.verification_method(method_id)
        raise SourceUnavailable("key.unreachable", "The issuer isn't one of this registry.")

    def methods_of(self, controller: str) -> tuple[VerificationMethod, ...]:
        """From the controller's own site; of ours they are known by their full names."""
        if self._elsewhere is None or controller.startswith(self._own):
            return super().methods_of(controller)
        return self._elsewhere.methods_of(controller)

    def accreditation(self, question: AccreditationQuestion) -> AccreditationAnswer:
        """As of the day of issuing, and whether the activity was registered then."""
        institution = Institution.objects.filter(did=question.issuer).first()
        if institution is None:
            message = "The issuer isn't one of this registry."
            raise SourceUnavailable("accreditation.unreachable", message)
        if issuers.suspension_at(institution, question.at) is not None:
            return AccreditationAnswer("suspended", "The issuer was suspended then.")
        activity, types = self._activity(question), None
        if activity is not None and question.version is not None:
            types = award_types_of(activity, question.version)
        if activity is not None and not was_awardable(activity, question.at):
            detail = "The activity wasn't registered when the credential was issued."
            return AccreditationAnswer("not_registered", detail)
        try:
            row = issuers.covering_accreditation(
                institution,
                framework=question.framework or "",
                level=question.level,
                field=question.field or "",
                day=question.at.astimezone(UTC).date(),
                award_types=types,
            )
        except issuers.IssuerNotAccredited as error:
            clause = error.params["clause"]
            outcome = {"framework": "none", "period": "ended"}.get(clause, "not_covered")
            return AccreditationAnswer(outcome, error.message)  # type: ignore[arg-type]
        later = issuers.list_suspensions(institution).filter(valid_until__isnull=True).first()
        return _confirmed(row, later.valid_from if later else None)

    def status_list(self, question: StatusListQuestion) -> StatusListAnswer:
        """One of our lists as it was signed then; another from where it is published."""
        raw = statuses.signed_list_by_url(question.url, question.at)
        if raw is not None:
            return StatusListAnswer(raw, question.at)
        if statuses.is_list(question.url):
            message = "This list wasn't signed yet at that time."
            raise SourceUnavailable("status.list_unavailable", message)
        if self._elsewhere is not None:
            return self._elsewhere.status_list(question)
        message = "The status list isn't one of this registry, and nothing else was asked."
        raise SourceUnavailable("status.list_unavailable", message)

    def inclusion(self, question: InclusionQuestion) -> InclusionAnswer:
        """The proof of the newest checkpoint, for what this registry's institutions issued."""
        if not Institution.objects.filter(did=question.issuer).exists():
            message = "The issuer isn't one of this registry."
            raise SourceUnavailable("inclusion.no_proof", message)
        award, digest = entered_award(question.credential, question.digests)
        if award is None:
            message = "This registry never entered such a credential."
            raise NotFound("inclusion.not_entered", message)
        if digest is None:
            message = "The log holds this credential in another form."
            raise SourceUnavailable("inclusion.no_proof", message)
        try:
            proof = ledger.proof_file(award, digest)
            return InclusionAnswer((bytes(proof),), (ledger.verifier(),))
        except NotThere as error:
            waits = ledger.is_entered(award, digest)
            code = "inclusion.pending" if waits else "inclusion.no_proof"
            raise SourceUnavailable(code, error.message) from error
        except DomainError as error:
            raise SourceUnavailable("inclusion.no_proof", error.message) from error

    @staticmethod
    def _activity(question: AccreditationQuestion) -> uuid.UUID | None:
        prefix = f"{settings.PUBLIC_URL}/activities/"
        if question.achievement is None or not question.achievement.startswith(prefix):
            return None
        try:
            return uuid.UUID(question.achievement.removeprefix(prefix))
        except ValueError:
            return None


def _confirmed(row: Accreditation, suspended_since: datetime | None) -> AccreditationAnswer:
    return AccreditationAnswer(
        "confirmed",
        authority=pick(row.authority.name, "en")[0],
        reference=row.reference,
        valid_from=row.valid_from,
        valid_until=row.until,
        suspended_since=suspended_since,
    )
