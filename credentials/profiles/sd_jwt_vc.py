"""SD-JWT VC: what its claims must be, and the claims of a micro-credential.

IETF SD-JWT VC (draft 19), section 2.2. The claim names are those that the European wallet pilots
drafted for micro-credentials (WE BUILD attestation rulebook, draft 0.1 of July 2026); ``vct`` is
nobody's settled choice yet, and so an argument. What the pilots have no name for stands under
``activity``. Who it is about, and with what grade, the holder shows or keeps to herself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from credentials.errors import Malformed
from credentials.keys import PublicKey
from credentials.linked_data.nquads import is_iri
from credentials.profiles.facts import AwardFacts, LangMap
from schemas import isced, vocabularies
from schemas.numbers import plain

NEVER_HIDDEN: Final = frozenset(
    {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "aud"}
)
"""Section 2.2.2.3, and ``aud`` (RFC 9901, section 9.7)."""
VCT: Final = "https://registry.example/vct/micro-credential/1"
"""Our own type. The pilots': ``urn:eudi:micro_credential:1`` (DC4EU), whose claims nest
otherwise, and ``VerifiableMicroCredential`` (WE BUILD), whose claims these are."""
HIDDEN: Final = (
    "sub",
    "givenName",
    "familyName",
    "fullName",
    "dateOfBirth",
    "grade",
    "gradingScheme",
)
"""Claims about the person: the holder's to show, each for itself."""
_LEGAL_CATEGORY: Final = "non-qualified-EAA"


# --- Any SD-JWT VC ------------------------------------------------------------------------------


def check_claims(claims: Mapping[str, Any]) -> None:
    """Raise ``Malformed`` (``structure.*``) where the claims aren't as section 2.2 asks.

    Times and ``cnf`` are read elsewhere, as those of every JWT.
    """
    vct = claims.get("vct")
    if not isinstance(vct, str) or not vct:
        raise _missing("vct", "vct says of which type the credential is.")
    issuer = claims.get("iss")
    if "iss" in claims and not (isinstance(issuer, str) and is_iri(issuer)):
        raise _wrong("iss", "iss is a URL.")
    also = claims.get("aka_vcts", [vct + "#"])
    if not isinstance(also, list) or not also or vct in also or not all(map(_is_text, also)):
        raise _wrong("aka_vcts", "aka_vcts is a list of other types.")
    if "status" in claims and not (isinstance(claims["status"], dict) and claims["status"]):
        raise _wrong("status", "status is an object that says where the status is kept.")
    for name in ("vc", "vp", "@context"):
        if name in claims:
            message = f"{name} has no place in an SD-JWT VC: it would be read in two ways."
            raise Malformed("structure.forbidden_claim", message, pointer=f"/{name}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _missing(name: str, message: str) -> Malformed:
    return Malformed("structure.missing_claim", message, pointer=f"/{name}")


def _wrong(name: str, message: str) -> Malformed:
    return Malformed("structure.malformed_claim", message, pointer=f"/{name}")


def facts_of(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What a credential of ours says of its activity, under the names of our own profile.

    Empty for a credential that says nothing of the kind.
    """
    activity = claims.get("activity")
    if not isinstance(activity, dict):
        return {}
    return {
        "achievement": {
            "id": activity.get("id"),
            "activityVersion": activity.get("version"),
            "framework": activity.get("framework"),
            "nationalLevel": activity.get("level"),
            "isced": claims.get("fieldOfEducation"),
        }
    }


# --- Ours ---------------------------------------------------------------------------------------


def build(
    facts: AwardFacts,
    *,
    vct: str = VCT,
    holder: PublicKey | None = None,
    status: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The claims of an award, and the names of those that are the holder's to show.

    ``holder`` is the wallet's key (``cnf``), without which nobody can prove to be the holder;
    ``status`` the ``status`` claim. Raises ``Malformed`` for a code that no vocabulary has.
    """
    claims: dict[str, Any] = {
        "vct": vct,
        "iss": facts.awarding_body.did,
        "sub": facts.learner.id,
        "iat": _seconds(facts.issued_at),
        "nbf": _seconds(facts.issued_at),
        "exp": None if facts.valid_until is None else _seconds(facts.valid_until),
        "cnf": None if holder is None else {"jwk": holder.jwk()},
        "status": None if status is None else dict(status),
        "attestation_legal_category": _LEGAL_CATEGORY,
        **_about(facts),
        **_achievement(facts),
        **_levels(facts),
    }
    claims = {name: value for name, value in claims.items() if value not in (None, [], {})}
    check_claims(claims)
    return claims, tuple(name for name in HIDDEN if name in claims)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _about(facts: AwardFacts) -> dict[str, Any]:
    """The learner, and who awards. One name is enough, where there is only one."""
    learner, body = facts.learner, facts.awarding_body
    both = bool(learner.given_name and learner.family_name)
    return {
        "identifier": facts.id,
        "givenName": learner.given_name if both else None,
        "familyName": learner.family_name if both else None,
        "fullName": None if both else learner.full_name,
        "dateOfBirth": learner.date_of_birth and learner.date_of_birth.isoformat(),
        "issuanceDate": facts.awarded_on.isoformat(),
        "issuerCountry": body.country,
        "awardingBody": _text(body.legal_name, facts.language),
        "awardingBodyIdentifier": body.registration,
        "awardingBodyHomepage": body.homepage,
    }


def _achievement(facts: AwardFacts) -> dict[str, Any]:
    language = facts.language
    return {
        "title": _text(facts.title, language),
        "learningOutcomeSummary": _text(facts.description, language),
        "learningOutcomes": [_text(outcome.text, language) for outcome in facts.outcomes],
        "escoReference": [skill for outcome in facts.outcomes for skill in outcome.esco],
        "notionalWorkload": _workload(facts),
        "typeOfAssessment": [
            _uri("assessment-type", code, "/assessment") for code in facts.assessment_types
        ],
        "formOfParticipation": _uri("participation", facts.participation, "/participation"),
        "idVerificationMethod": facts.supervision
        and _uri("supervision", facts.supervision, "/supervision"),
        "qualityAssurance": [_named(row.title, row.agency) for row in facts.quality_assurance],
        "accreditation": [row.reference for row in facts.quality_assurance if row.reference],
        "entryRequirements": list(facts.prerequisites),
        "languageOfAssessment": list(facts.languages_of_instruction),
        "stackable": None
        if facts.stackability is None
        else facts.stackability in ("stackable", "component"),
        "partOfQualification": list(facts.stackable_towards),
        "grade": facts.grade,
        "gradingScheme": facts.grading_scheme if facts.grade else None,
        "additionalNote": [f"{title}: {url}" for title, url in facts.further_information],
    }


def _levels(facts: AwardFacts) -> dict[str, Any]:
    level = facts.level
    return {
        "level": None if level.eqf is None else f"EQF-{level.eqf}",
        "nationalQualificationsFrameworkLevel": level.national_label or level.national,
        "fieldOfEducation": isced.field(facts.isced_f).uri,
        "activity": {
            name: value
            for name, value in {
                "id": facts.activity_url,
                "version": facts.activity_version,
                "framework": level.framework,
                "level": level.national,
                "cycle": level.cycle,
                "setting": _uri("setting", facts.setting, "/setting"),
                "stackability": facts.stackability,
                "language": facts.language,
            }.items()
            if value is not None
        },
    }


def _workload(facts: AwardFacts) -> dict[str, Any]:
    """Annex I: in ECTS where possible, else hours, else the credits of another system."""
    size = facts.workload
    if size.credits is not None and (size.credit_system == "ects" or size.hours is None):
        unit = "ECTS" if size.credit_system == "ects" else size.credit_system
        return {"value": plain(size.credits), "unit": unit}
    if size.hours is not None:
        return {"value": plain(size.hours), "unit": "hours"}
    return {}


def _named(title: str, agency: str | None) -> str:
    return f"{title} ({agency})" if agency else title


def _text(texts: LangMap, language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


def _uri(vocabulary: str, code: str, pointer: str) -> str:
    try:
        uri = vocabularies.term(vocabulary, code).uri
    except KeyError as error:
        message = f"{code} isn't in the vocabulary {vocabulary}."
        raise Malformed("facts.unknown_code", message, pointer=pointer) from error
    if uri is None:
        raise Malformed("facts.unknown_code", f"{code} has no address.", pointer=pointer)
    return uri
