"""Rows become facts: everything a credential says, from the registered version and the award."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from credentials.profiles import facts
from registry.activities.models import ActivityVersion
from registry.activities.selectors import award_types
from registry.awards.models import Award
from registry.awards.validity import valid_until
from registry.common.texts import pick
from registry.issuers.models import Accreditation, Institution
from registry.issuers.selectors import covering_accreditation
from schemas import frameworks, vocabularies

_CYCLES = {5: "short", 6: "first", 7: "second", 8: "third"}


@dataclass(frozen=True)
class RecipientData:
    """Who earned it, as given: names are never corrected, one name is enough."""

    full_name: str
    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    email: str = ""


def award_facts(
    *,
    award_id: uuid.UUID,
    version: ActivityVersion,
    institution: Institution,
    accreditation: Accreditation,
    recipient: RecipientData,
    awarded_on: date,
    grade: str,
    at: datetime,
    status: Sequence[Mapping[str, Any]] = (),
) -> facts.AwardFacts:
    """The facts of one award, complete and free of any format."""
    payload = version.payload
    url = f"{settings.PUBLIC_URL}/activities/{version.activity_id}"
    language = _language(payload)
    stackability = payload["stackability"]
    return facts.AwardFacts(
        id=f"urn:uuid:{award_id}",
        activity_url=url,
        activity_version=version.number,
        activity_digest=bytes(version.digest),
        language=language,
        title=payload["title"],
        description=payload["purpose"],
        learner=_learner(award_id, recipient),
        awarding_body=_body(institution),
        issued_at=at,
        awarded_on=awarded_on,
        valid_until=valid_until(payload["validity"], awarded_on),
        outcomes=_outcomes(payload, f"{url}/versions/{version.number}"),
        workload=_workload(payload["workload"]),
        level=_level(version),
        assessment_types=tuple(payload["assessment"]),
        participation=payload["participation"],
        setting="formal" if _level(version).national else "non_formal",
        supervision=payload.get("supervision"),
        quality_assurance=_quality(payload["quality_assurance"], accreditation),
        prerequisites=tuple(payload.get("prerequisites", [])),
        grade=grade or None,
        stackability=stackability["integration"],
        stackable_towards=tuple(stackability.get("towards", [])),
        further_information=((pick(payload["title"], language)[0], f"{url}/"),),
        isced_f=payload["isced_f"],
        languages_of_instruction=tuple(payload["languages_of_instruction"]),
        status=tuple(status),
    )


def facts_of(award: Award) -> facts.AwardFacts:
    """The facts of an award that was issued, as they were then, for other formats of it."""
    row, version = award.recipient, award.version
    accreditation = covering_accreditation(
        award.institution,
        framework=version.activity.framework,
        level=version.payload["level"].get("national"),
        field=version.payload["isced_f"],
        day=award.issued_at.astimezone(UTC).date(),
        award_types=award_types(version),
    )
    recipient = RecipientData(
        row.full_name, row.given_name, row.family_name, row.date_of_birth, row.email
    )
    return award_facts(
        award_id=award.pk,
        version=version,
        institution=award.institution,
        accreditation=accreditation,
        recipient=recipient,
        awarded_on=award.awarded_on,
        grade=award.grade,
        at=award.issued_at,
    )


def _language(payload: Mapping[str, Any]) -> str:
    for language in (*payload["languages_of_instruction"], "en"):
        if language in payload["title"]:
            return str(language)
    return str(next(iter(payload["title"])))


def _learner(award_id: uuid.UUID, recipient: RecipientData) -> facts.Learner:
    # Derived, so that a resumed award names the same subject; a new one for every award.
    return facts.Learner(
        id=f"urn:uuid:{uuid.uuid5(award_id, 'learner')}",
        full_name=recipient.full_name,
        given_name=recipient.given_name or None,
        family_name=recipient.family_name or None,
        date_of_birth=recipient.date_of_birth,
        email=recipient.email or None,
    )


def _body(institution: Institution) -> facts.AwardingBody:
    return facts.AwardingBody(
        did=institution.did,
        legal_name=institution.legal_name,
        country=institution.country[:2],
        region=institution.region or None,
        homepage=institution.homepage or None,
        registration=institution.registration or None,
    )


def _outcomes(payload: Mapping[str, Any], url: str) -> tuple[facts.Outcome, ...]:
    return tuple(
        facts.Outcome(
            f"{url}#{row['code']}", row["text"], row["dimension"], tuple(row.get("esco", []))
        )
        for row in payload["learning_outcomes"]
    )


def _workload(row: Mapping[str, Any]) -> facts.Workload:
    hours, credits_ = row["hours"], row["credits"]
    return facts.Workload(
        None if hours is None else Decimal(str(hours)),
        None if credits_ is None else Decimal(str(credits_)),
        row["credit_system"],
    )


def _level(version: ActivityVersion) -> facts.LevelFacts:
    frame = frameworks.framework(version.activity.framework)
    name, stated = frame.name.get("en", frame.code), version.payload["level"]
    code = stated.get("national")
    if code is None:
        return facts.LevelFacts(frame.code, name)
    level = frame.level(code)
    # What the record states; never what a table suggests where it allows two (R28).
    eqf = stated.get("eqf") or (list(level.eqf) if len(level.eqf) == 1 else [])
    value = eqf[0] if eqf else None
    cycle = _CYCLES.get(value or 0)
    return facts.LevelFacts(frame.code, name, code, level.label, level.uri, value, cycle)


def _quality(
    row: Mapping[str, Any], accreditation: Accreditation
) -> tuple[facts.QualityAssurance, ...]:
    term = vocabularies.term("quality-assurance", row["kind"])
    authority = pick(accreditation.authority.name, "en")[0]
    own = facts.QualityAssurance(row["kind"], row["text"], term.uri, reference=row.get("reference"))
    licence = vocabularies.term("quality-assurance", "study_programme_right").uri
    given = facts.QualityAssurance(
        "accreditation",
        "Accreditation of the issuer",
        licence,
        authority,
        accreditation.authority.country[:2],
        accreditation.reference,
    )
    return own, given
