"""Open Badges 3.0 AchievementCredential on VC 2.0, with the elements of Annex I.

1EdTech Open Badges 3.0; the mapping is the table of ``docs/formats.md``. Open Badges wants one
language for a text: the facts' language, else the first there is; ``inLanguage`` says which. The
birth date stays out, and an e-mail address goes in as a salted hash: the badge is shown widely.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from credentials.encoding import multibase_encode
from credentials.errors import Malformed
from credentials.profiles.facts import AwardFacts, AwardingBody, LangMap, Learner
from schemas import isced, vocabularies
from schemas.numbers import plain_or_none

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://registry.example/contexts/micro-credential/v1",
)
SCHEMA_ID = "https://registry.example/schemas/micro-credential-ob3/v1"
EQF_BASE = "http://data.europa.eu/snb/eqf/"


def build(facts: AwardFacts) -> dict[str, Any]:
    """The unsigned credential. Raises ``Malformed`` for a code that no vocabulary has."""
    document: dict[str, Any] = {
        "@context": [*CONTEXTS],
        "id": facts.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _text(facts.title, facts.language),
        "issuer": _issuer(facts.awarding_body, facts.language),
        "validFrom": moment(facts.issued_at),
        "awardedDate": midnight(facts.awarded_on),
        "credentialSubject": _subject(facts),
        "credentialSchema": [{"id": SCHEMA_ID, "type": "JsonSchema"}],
    }
    if facts.status:
        # Open Badges' own JSON Schema knows one entry, the data model any number (docs/formats.md).
        several = [dict(entry) for entry in facts.status]
        document["credentialStatus"] = several if len(several) > 1 else several[0]
    if facts.valid_until is not None:
        document["validUntil"] = moment(facts.valid_until)
    if facts.further_information:
        document["evidence"] = [
            {"id": url, "type": ["Evidence"], "name": title}
            for title, url in facts.further_information
        ]
    return document


def moment(at: datetime) -> str:
    """A point in time as XSD dateTimeStamp, whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def midnight(day: date) -> str:
    """A date where a format asks for a time. A reader takes the first ten characters back."""
    return f"{day.isoformat()}T00:00:00Z"


def _text(texts: LangMap, language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


def _term(vocabulary: str, code: str, pointer: str) -> vocabularies.Term:
    try:
        return vocabularies.term(vocabulary, code)
    except KeyError as error:
        message = f"{code} isn't in the vocabulary {vocabulary}."
        raise Malformed("facts.unknown_code", message, pointer=pointer) from error


def uri_of(vocabulary: str, code: str, pointer: str) -> str:
    """A code's address in the European model. Raises ``Malformed`` where there is none."""
    uri = _term(vocabulary, code, pointer).uri
    if uri is None:
        raise Malformed("facts.unknown_code", f"{code} has no address.", pointer=pointer)
    return uri


def _issuer(body: AwardingBody, language: str) -> dict[str, Any]:
    address = {"type": ["Address"], "addressCountryCode": body.country}
    if body.region:
        address["addressRegion"] = body.region
    issuer: dict[str, Any] = {
        "id": body.did,
        "type": ["Profile"],
        "name": _text(body.legal_name, language),
        "address": address,
    }
    if body.homepage:
        issuer["url"] = body.homepage
    if body.registration:
        entry = {"type": "IdentifierEntry", "identifierType": "ext:registration"}
        issuer["otherIdentifier"] = [{**entry, "identifier": body.registration}]
    return issuer


def _subject(facts: AwardFacts) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "id": facts.learner.id,
        "type": ["AchievementSubject"],
        "identifier": _identities(facts.learner),
        "achievement": _achievement(facts),
    }
    if facts.workload.credits is not None:
        subject["creditsEarned"] = plain_or_none(facts.workload.credits)
    if facts.grade:
        subject["result"] = [
            {"type": ["Result"], "resultDescription": _result_id(facts), "value": facts.grade}
        ]
    return subject


def _identities(learner: Learner) -> list[dict[str, Any]]:
    plain = [
        ("name", learner.full_name),
        ("ext:givenName", learner.given_name),
        ("ext:familyName", learner.family_name),
    ]
    rows: list[dict[str, Any]] = [
        {"type": "IdentityObject", "identityType": kind, "hashed": False, "identityHash": value}
        for kind, value in plain
        if value
    ]
    if learner.email:
        salt = secrets.token_urlsafe(12)
        digest = sha256(f"{learner.email.lower()}{salt}".encode()).hexdigest()
        row = {"type": "IdentityObject", "identityType": "emailAddress", "hashed": True}
        rows.append({**row, "identityHash": f"sha256${digest}", "salt": salt})
    return rows


def _achievement(facts: AwardFacts) -> dict[str, Any]:
    language = facts.language
    achievement: dict[str, Any] = {
        "id": facts.activity_url,
        "type": ["Achievement", "MicroCredentialAchievement"],
        "achievementType": "MicroCredential",
        "name": _text(facts.title, language),
        "description": _text(facts.description, language),
        "criteria": {"narrative": _criteria(facts)},
        "inLanguage": language,
        "alignment": alignments(facts),
        "framework": facts.level.framework,
        "isced": isced.field(facts.isced_f).uri,
        "activityVersion": facts.activity_version,
        "activityDigest": multibase_encode(facts.activity_digest, base="u"),
        "creditSystem": facts.workload.credit_system,
        "assessmentType": [
            uri_of("assessment-type", code, "/assessment") for code in facts.assessment_types
        ],
        "participationMode": uri_of("participation", facts.participation, "/participation"),
        "learningSetting": uri_of("setting", facts.setting, "/setting"),
    }
    optional: Mapping[str, Any] = {
        "nationalLevel": facts.level.national,
        "qfEheaCycle": facts.level.cycle,
        "notionalWorkloadHours": decimal(facts.workload.hours),
        "creditsAvailable": plain_or_none(facts.workload.credits),
        "supervision": facts.supervision
        and uri_of("supervision", facts.supervision, "/supervision"),
        "prerequisites": list(facts.prerequisites),
        "qualityAssuranceType": [qa.uri for qa in facts.quality_assurance if qa.uri],
        "stackability": facts.stackability,
        "languageOfInstruction": list(facts.languages_of_instruction),
        "resultDescription": _result_descriptions(facts),
    }
    return achievement | {
        name: value for name, value in optional.items() if value not in (None, [])
    }


def _criteria(facts: AwardFacts) -> str:
    labels = [
        _term("assessment-type", code, "/assessment").label for code in facts.assessment_types
    ]
    return ", ".join(_text(label, facts.language) for label in labels)


def _result_id(facts: AwardFacts) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.UUID(facts.id.removeprefix('urn:uuid:')), 'result')}"


def _result_descriptions(facts: AwardFacts) -> list[dict[str, Any]]:
    if not facts.grade:
        return []
    name = facts.grading_scheme or "Grade"
    row = {"type": ["ResultDescription"], "name": name, "resultType": "Result"}
    return [{"id": _result_id(facts), **row}]


def alignments(facts: AwardFacts) -> list[dict[str, Any]]:
    """Outcomes, skills, levels, field, quality assurance, and what it counts for."""
    rows: list[dict[str, Any]] = []

    def add(kind: str, name: str, url: str, **more: str | None) -> None:
        row = {"type": ["Alignment"], "targetType": kind, "targetName": name, "targetUrl": url}
        rows.append(row | {key: value for key, value in more.items() if value})

    for outcome in facts.outcomes:
        text = _text(outcome.text, facts.language)
        add("ext:LearningOutcome", text, outcome.id, targetDescription=outcome.dimension)
        for skill in outcome.esco:
            add("ext:ESCO", text, skill, targetFramework="ESCO")
    level = facts.level
    if level.eqf is not None:
        code = str(level.eqf)
        name = "European Qualifications Framework"
        add("ext:EQF", f"EQF {code}", f"{EQF_BASE}{code}", targetCode=code, targetFramework=name)
    if level.national is not None:
        url = level.national_uri or f"{facts.activity_url}#level"
        label = level.national_label or level.national
        code = level.national
        add("ext:NQF", label, url, targetCode=code, targetFramework=level.framework_name)
    field = isced.field(facts.isced_f)
    name = field.label.get(facts.language) or field.label["en"]
    add("ext:ISCED-F", name, field.uri, targetCode=field.code, targetFramework="ISCED-F 2013")
    for number, qa in enumerate(facts.quality_assurance, 1):
        url = f"{facts.activity_url}#quality-assurance-{number}"
        more = {"targetFramework": qa.agency, "targetCode": qa.reference}
        add("ext:QualityAssurance", qa.title, url, **more)
    for number, target in enumerate(facts.stackable_towards, 1):
        add("ext:StackableTowards", target, f"{facts.activity_url}#towards-{number}")
    return rows


def decimal(value: Decimal | None) -> str | None:
    """A number as people and programs write it: no exponent, no zeros at its end."""
    return None if value is None else f"{value.normalize():f}"
